import Testing
import Wire

@testable import Net

@Suite struct HTTPFaultAnswerTests {
  @Test(arguments: [
    (400, "bad_request", false), (408, "request_timeout", true), (413, "content_too_large", false),
    (414, "uri_too_long", false), (417, "expectation_failed", false), (426, "upgrade_required", false),
    (431, "request_header_fields_too_large", false), (501, "not_implemented", false),
    (505, "http_version_not_supported", false),
  ]) func hasTheWordOfItsStatusAndSaysWhetherToTryAgain(status: Int, code: String, isRetryable: Bool) {
    let answer = HTTPFaultAnswer.response(HTTPFault(status: HTTPStatus(status), reason: "a \"reason\""))
    guard case .bytes(let body) = answer.body else {
      Issue.record("no body")
      return
    }
    #expect(answer.status.code == status)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(
      String(decoding: body, as: UTF8.self)
        == #"{"detail":"a \"reason\"","code":"\#(code)","retryable":\#(isRetryable)}"#)
  }
}
