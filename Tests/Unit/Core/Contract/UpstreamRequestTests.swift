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

  @Test func aRequestForManyRowsExpectsALongAnswer() {
    let request = UpstreamRequest(target: "/klines", weight: 1)
    #expect(!request.expectsLongAnswer)
    let areLong = [0, 1, 199, 200, .max].map { request.expecting(rows: $0).expectsLongAnswer }
    #expect(areLong == [false, false, false, true, true])
    // It is the same question.
    #expect(Set([request, request.expecting(rows: 200), request.expecting(rows: .max)]).count == 1)
  }

  @Test func requestsThatDifferInWhatTheyAskOrCostAreNotEqual() {
    let budget = RequestBudget(name: "other", weightPerWindow: 1, windowMilliseconds: 1)
    let requests = [
      UpstreamRequest(target: "/a", weight: 1), UpstreamRequest(target: "/b", weight: 1),
      UpstreamRequest(target: "/a", weight: 2), UpstreamRequest(target: "/a", weight: 1, budget: budget),
      UpstreamRequest(.post(body: ""), target: "/a", weight: 1),
      UpstreamRequest(.post(body: "{}"), target: "/a", weight: 1),
    ]
    #expect(Set(requests).count == requests.count)
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
