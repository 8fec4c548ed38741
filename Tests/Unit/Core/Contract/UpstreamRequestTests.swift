import Contract
import Model
import Testing

@Suite struct UpstreamRequestTests {
  private func reply(_ status: Int, headers: [(name: String, value: String)] = []) -> UpstreamReply {
    UpstreamReply(status: status, headers: headers, body: [], askTime: .epoch)
  }

  @Test func aRequestIsAGetUnlessItSaysOtherwise() {
    #expect(UpstreamRequest(target: "/time", weight: 1).method == .get)
    let post = UpstreamRequest(.post(body: "{}"), target: "/info", weight: 20)
    #expect(post.method == .post(body: "{}"))
    #expect(post.target == "/info")
    #expect(post.weight == 20)
    #expect(post != UpstreamRequest(target: "/info", weight: 20))
  }

  @Test func theFirstHeaderOfANameCounts() {
    let reply = reply(200, headers: [("retry-after", "5"), ("x-weight", "1"), ("x-weight", "2")])
    #expect(reply.header("retry-after") == "5")
    #expect(reply.header("x-weight") == "1")
    #expect(reply.header("date") == nil)
  }

  // MARK: Inquiries

  @Test func aQuestionOfOneRequestReadsItsOneReply() throws {
    let inquiry = Inquiry<Int>(UpstreamRequest(target: "/a", weight: 1)) { (reply) throws(ExchangeError) in reply.status
    }
    #expect(inquiry.requests.map(\.target) == ["/a"])
    #expect(try inquiry.read([reply(200)]) == 200)
    for replies in [[], [reply(200), reply(200)]] {
      #expect(throws: ExchangeError.malformed("one reply was expected, \(replies.count) came")) {
        try inquiry.read(replies)
      }
    }
  }

  @Test func aQuestionOfSeveralRequestsReadsAllRepliesInOrder() throws {
    let requests = ["/a", "/b"].map { UpstreamRequest(target: $0, weight: 1) }
    let inquiry = Inquiry<[Int]>(requests) { (replies) throws(ExchangeError) in replies.map(\.status) }
    #expect(inquiry.requests == requests)
    #expect(try inquiry.read([reply(200), reply(201)]) == [200, 201])
    for count in [0, 1, 3] {
      #expect(throws: ExchangeError.malformed("2 replies were expected, \(count) came")) {
        try inquiry.read(Array(repeating: reply(200), count: count))
      }
    }
  }

  @Test func whatTheReaderThrowsIsHandedOn() {
    let inquiry = Inquiry<Int>(UpstreamRequest(target: "/a", weight: 1)) { (_) throws(ExchangeError) in
      throw .malformed("no number")
    }
    #expect(throws: ExchangeError.malformed("no number")) { try inquiry.read([reply(200)]) }
  }
}
