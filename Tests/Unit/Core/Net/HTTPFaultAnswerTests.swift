import Testing
import Wire

@testable import Net

@Suite struct HTTPFaultAnswerTests {
  @Test(arguments: [
    (400, "bad_request"), (404, "not_found"), (405, "method_not_allowed"), (408, "request_timeout"),
    (413, "content_too_large"),
    (414, "uri_too_long"),
    (417, "expectation_failed"), (426, "upgrade_required"), (431, "header_fields_too_large"),
    (501, "not_implemented"), (505, "version_not_supported"), (499, "bad_request"),
  ]) func hasAWordForEveryStatus(status: Int, code: String) {
    let answer = HTTPFaultAnswer.response(HTTPFault(status: HTTPStatus(status), reason: "a \"reason\""))
    guard case .bytes(let body) = answer.body else {
      Issue.record("no body")
      return
    }
    #expect(answer.status.code == status)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(String(decoding: body, as: UTF8.self) == #"{"detail":"a \"reason\"","code":"\#(code)","retryable":false}"#)
  }
}
