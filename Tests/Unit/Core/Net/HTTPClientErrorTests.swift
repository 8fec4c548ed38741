import CCurl
import Testing

@testable import Net

@Suite struct HTTPClientErrorTests {
  @Test(arguments: [
    (CURLE_COULDNT_RESOLVE_HOST, HTTPClientError.Kind.resolve), (CURLE_COULDNT_RESOLVE_PROXY, .resolve),
    (CURLE_COULDNT_CONNECT, .connect), (CURLE_PROXY, .connect), (CURLE_PEER_FAILED_VERIFICATION, .tls),
    (CURLE_SSL_CONNECT_ERROR, .tls), (CURLE_SSL_CACERT_BADFILE, .tls), (CURLE_OPERATION_TIMEDOUT, .timeout),
    (CURLE_FILESIZE_EXCEEDED, .bodyTooLarge), (CURLE_URL_MALFORMAT, .invalidRequest), (CURLE_PARTIAL_FILE, .broken),
    (CURLE_BAD_CONTENT_ENCODING, .broken), (CURLE_RECV_ERROR, .broken), (CURLE_GOT_NOTHING, .broken),
    (CURLE_HTTP2_STREAM, .broken), (CURLE_ABORTED_BY_CALLBACK, .cancelled), (CURLE_UNSUPPORTED_PROTOCOL, .broken),
  ])
  func codesOfLibcurlHaveAKind(code: CURLcode, kind: HTTPClientError.Kind) {
    #expect(HTTPClientError.Kind(code) == kind)
  }

  @Test func theDetailIsPreferredToTheGeneralSentence() {
    let detail = "Could not resolve host: a".withCString { CurlText.reason(CURLE_COULDNT_RESOLVE_HOST, detail: $0) }
    let empty = "".withCString { CurlText.reason(CURLE_COULDNT_RESOLVE_HOST, detail: $0) }
    #expect(detail == "Could not resolve host: a")
    #expect(empty.hasPrefix("Couldn't resolve host"))
    #expect(!CurlText.reason(CURLE_PARTIAL_FILE, detail: nil).isEmpty)
  }

  @Test func theDescriptionNamesTheKind() {
    #expect(HTTPClientError(.timeout, "http://a/: late").description == "timeout: http://a/: late")
  }
}
