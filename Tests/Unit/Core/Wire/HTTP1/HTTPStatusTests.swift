import Testing
import Wire

@Suite struct HTTPStatusTests {
  /// RFC 9110 §15, RFC 6585.
  @Test(arguments: [
    (HTTPStatus.continue, 100, "Continue"), (.switchingProtocols, 101, "Switching Protocols"), (.ok, 200, "OK"),
    (.noContent, 204, "No Content"), (.notModified, 304, "Not Modified"), (.badRequest, 400, "Bad Request"),
    (.unauthorized, 401, "Unauthorized"), (.forbidden, 403, "Forbidden"), (.notFound, 404, "Not Found"),
    (.methodNotAllowed, 405, "Method Not Allowed"), (.requestTimeout, 408, "Request Timeout"),
    (.preconditionFailed, 412, "Precondition Failed"), (.contentTooLarge, 413, "Content Too Large"),
    (.uriTooLong, 414, "URI Too Long"), (.expectationFailed, 417, "Expectation Failed"),
    (.misdirectedRequest, 421, "Misdirected Request"), (.unprocessableContent, 422, "Unprocessable Content"),
    (.upgradeRequired, 426, "Upgrade Required"), (.tooManyRequests, 429, "Too Many Requests"),
    (.requestHeaderFieldsTooLarge, 431, "Request Header Fields Too Large"),
    (.internalServerError, 500, "Internal Server Error"), (.notImplemented, 501, "Not Implemented"),
    (.badGateway, 502, "Bad Gateway"), (.serviceUnavailable, 503, "Service Unavailable"),
    (.gatewayTimeout, 504, "Gateway Timeout"), (.versionNotSupported, 505, "HTTP Version Not Supported"),
  ])
  func aStatusHasItsRegisteredNumberAndPhrase(status: HTTPStatus, code: Int, phrase: String) {
    #expect(status.code == code)
    #expect(status.reasonPhrase == phrase)
    #expect(status.description == "\(code) \(phrase)")
  }

  @Test func aNumberWithoutAPhraseHasTheEmptyOne() {
    #expect(HTTPStatus(299).reasonPhrase == "")
  }

  /// RFC 9112 §6.3, RFC 9110 §15.3.6.
  @Test func interimEmptyAndUnchangedResponsesHaveNoContent() {
    #expect([100, 101, 199, 204, 205, 304].allSatisfy { !HTTPStatus($0).allowsContent })
    #expect([200, 206, 301, 400, 404, 500].allSatisfy { HTTPStatus($0).allowsContent })
  }
}
