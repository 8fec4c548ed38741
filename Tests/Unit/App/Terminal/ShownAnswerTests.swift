import Net
import Testing
import Wire

@testable import App

@Suite struct ShownAnswerTests {
  private static func answer(_ status: Int, _ body: String) -> ShownAnswer {
    ShownAnswer(HTTPClientResponse(status: status, body: Array(body.utf8), sentMicroseconds: 0))
  }

  @Test func anAnswerHasNoFault() {
    #expect(Self.answer(200, "[]").fault == nil)
  }

  @Test(arguments: [
    (
      404, #"{"detail":"symbol 'X' is not listed","code":"unknown_symbol","retryable":false}"#,
      "unknown_symbol: symbol 'X' is not listed"
    ),
    (
      422,
      #"{"detail":[{"type":"t","loc":["query","limit"],"msg":"Input should be less","input":"9"}],"code":"invalid_parameter"}"#,
      "invalid_parameter: limit '9': Input should be less"
    ),
    (502, "<html>", "the answer has status 502"), (302, "", "the answer has status 302"),
    (500, #"{"code":"a\u001b[2J\n","detail":"b"}"#, "a\u{FFFD}[2J\u{FFFD}: b"),
  ])
  func aFaultIsOneLineWithItsCode(status: Int, body: String, fault: String) {
    #expect(Self.answer(status, body).fault == fault)
  }

  /// `/ready` with 503 has a body that is worth reading.
  @Test(arguments: [
    (200, "[]", false), (503, #"{"status":"not_ready"}"#, false), (404, #"{"code":"a","detail":"b"}"#, true),
    (502, "<", true),
  ])
  func whatIsNoErrorOfTheAPIIsShown(status: Int, body: String, isFault: Bool) {
    #expect(Self.answer(status, body).isFault == isFault)
  }

  @Test func whatIsMissingIsToldBesideTheRows() {
    var response = HTTPResponse.json(Array("[]".utf8))
    response.headers["X-Partial"] = "bybit=upstream_timeout"
    response.headers["X-Coverage"] = "truncated"
    #expect(
      ShownAnswer(response).notes == [
        "not from all exchanges: bybit=upstream_timeout", "coverage: truncated",
      ])
  }

  @Test func everyFormOfABodyIsShownAsItIs() {
    let bytes = Array("[1]".utf8)
    let shared = SharedBytes(bytes)
    let bodies: [HTTPResponse.Body] = [
      .bytes(bytes), .shared(shared), .representation(HTTPRepresentation(shared)), .chunks([shared]),
    ]
    #expect(bodies.allSatisfy { ShownAnswer(HTTPResponse(.ok, body: $0)).body == bytes })
    #expect(ShownAnswer(HTTPResponse(.ok)).body == [])
  }
}
