import Testing

@testable import Wire

@Suite struct HTTPHeadTemplateTests {
  private func text(
    _ response: HTTPResponse, to method: HTTPMethod = .get, age: Int64, requestID: String = "id-1",
    content: String? = nil
  ) -> String {
    let message = HTTPHeadTemplate(response, to: method).message(
      age: age, requestID: requestID, date: "Thu, 26 Nov 2026 11:00:00 GMT",
      content: content.map { SharedBytes(Array($0.utf8)) })
    return String(decoding: message.bytes, as: UTF8.self)
  }

  @Test func whatDiffersStandsLastAndTheRestAsItWas() {
    var response = HTTPResponse(.ok, body: .bytes(Array("12345".utf8)))
    response.headers = HTTPHeaders([
      ("Content-Type", "application/json"), ("Age", "99"), ("ETag", "\"a\""), ("X-Request-Id", "old"),
    ])
    #expect(
      text(response, age: 12)
        == "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"a\"\r\nContent-Length: 5\r\nAge: 12\r\n"
        + "X-Request-Id: id-1\r\nDate: Thu, 26 Nov 2026 11:00:00 GMT\r\n\r\n")
  }

  /// Of names that are short enough to stand in the string itself, and of longer ones.
  @Test(arguments: ["é", "a name of more than sixteen bytes"]) func contentFollowsInTheSamePiece(requestID: String) {
    #expect(
      text(HTTPResponse(.ok, body: .bytes([1, 2])), age: 1_234_567, requestID: requestID, content: "{}")
        == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAge: 1234567\r\nX-Request-Id: \(requestID)\r\n"
        + "Date: Thu, 26 Nov 2026 11:00:00 GMT\r\n\r\n{}")
  }

  @Test func headHasTheLengthOfGet() {
    #expect(text(HTTPResponse(.ok, body: .bytes([1, 2])), to: .head, age: 0).contains("\r\nContent-Length: 2\r\n"))
  }

  @Test func anAgeIsNeverNegative() {
    #expect(text(HTTPResponse(.ok), age: -5).contains("\r\nAge: 0\r\n"))
  }

  @Test func aFieldThatMayNotStandThereIsLeftOut() {
    var response = HTTPResponse(.ok)
    response.headers.add("X-Bad", "a\r\nX-More: b")
    #expect(!text(response, age: 0).contains("X-More"))
  }
}
