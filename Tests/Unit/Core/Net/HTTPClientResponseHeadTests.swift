import Testing

@testable import Net

@Suite struct HTTPClientResponseHeadTests {
  private func head(_ lines: [String], maxFields: Int = 10, maxBytes: Int = 1_000) -> HTTPClientResponseHead? {
    var head = HTTPClientResponseHead(maxFields: maxFields, maxBytes: maxBytes)
    for line in lines {
      let isAccepted = Array((line + "\r\n").utf8).withUnsafeBytes { head.append(line: $0) }
      guard isAccepted else { return nil }
    }
    return head
  }

  private func fields(_ lines: [String]) -> [String]? {
    head(lines)?.fields.map { "\($0.name)=\($0.value)" }
  }

  @Test func namesAreLowerCasedAndValuesTrimmed() {
    #expect(fields(["HTTP/1.1 200 OK", "X-MBX-Used:  7\t", "Empty:", ""]) == ["x-mbx-used=7", "empty="])
  }

  @Test func aValueMayHoldColons() {
    #expect(fields(["HTTP/2 200", "location: https://a:1/"]) == ["location=https://a:1/"])
  }

  @Test func informationalResponsesLeaveNothing() {
    #expect(fields(["HTTP/1.1 103 Early", "Link: x", "", "HTTP/1.1 200 OK", "A: 1", ""]) == ["a=1"])
  }

  @Test func trailersAreNotHeaders() {
    #expect(fields(["HTTP/1.1 200 OK", "A: 1", "", "B: 2", ""]) == ["a=1"])
  }

  @Test func linesWithoutColonAreNoFields() {
    #expect(fields(["HTTP/1.1 200 OK", "nonsense", ""]) == [])
  }

  @Test func theFieldLimitIsKept() {
    #expect(head(["HTTP/1.1 200 OK", "A: 1", "B: 2"], maxFields: 2) != nil)
    #expect(head(["HTTP/1.1 200 OK", "A: 1", "B: 2", "C: 3"], maxFields: 2) == nil)
  }

  @Test func theByteLimitCountsLineEndsAndInformationalResponses() {
    #expect(head(["HTTP/1.1 200 OK", "A: 1"], maxBytes: 23) != nil)
    #expect(head(["HTTP/1.1 200 OK", "A: 1"], maxBytes: 22) == nil)
    #expect(head(["HTTP/1.1 100 Continue", "", "HTTP/1.1 200 OK"], maxBytes: 41) == nil)
  }
}
