import Testing
import Wire

@Suite struct HTTPStatusTests {
  /// RFC 9110 §15, RFC 6585.
  @Test(arguments: [
    (HTTPStatus.continue, 100, "Continue"), (.switchingProtocols, 101, "Switching Protocols"), (.ok, 200, "OK"),
    (.noContent, 204, "No Content"), (.seeOther, 303, "See Other"), (.notModified, 304, "Not Modified"),
    (.badRequest, 400, "Bad Request"),
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

  /// The words that error bodies hold, by hand.
  @Test(arguments: [
    (400, "bad_request"), (405, "method_not_allowed"), (408, "request_timeout"), (413, "content_too_large"),
    (414, "uri_too_long"), (417, "expectation_failed"), (421, "misdirected_request"), (426, "upgrade_required"),
    (431, "request_header_fields_too_large"), (501, "not_implemented"), (505, "http_version_not_supported"),
    (499, "status_499"),
  ]) func aStatusHasOneWord(code: Int, word: String) {
    #expect(HTTPStatus(code).word == word)
  }

  /// RFC 9112 §6.3, RFC 9110 §15.3.6.
  @Test func interimEmptyAndUnchangedResponsesHaveNoContent() {
    #expect([100, 101, 199, 204, 205, 304].allSatisfy { !HTTPStatus($0).allowsContent })
    #expect([200, 206, 301, 400, 404, 500].allSatisfy { HTTPStatus($0).allowsContent })
  }
}
