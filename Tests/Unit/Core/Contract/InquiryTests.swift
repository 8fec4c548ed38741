import Contract
import Model
import Testing

@Suite struct InquiryTests {
  let request = UpstreamRequest(target: "/a", weight: 1)

  func reply(_ status: Int = 200) -> UpstreamReply { UpstreamReply(status: status, body: [1], askTime: .epoch) }

  @Test func oneRequestIsReadWithOneReplyOnly() throws {
    let inquiry = Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in reply.status }
    #expect(inquiry.requests == [request] && inquiry.required == 1 && inquiry.next == nil)
    #expect(try inquiry.read([reply(201)]) == 201)
    for replies in [[], [reply(), reply()]] {
      #expect { try inquiry.read(replies) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }

  @Test func whatAReaderThatCapturesNothingThrowsIsHandedOn() {
    let rows = Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      guard reply.status == 0 else { throw .malformed("one") }
      return [Int]()
    }
    let all = Inquiry([request]) { (replies: [UpstreamReply]) throws(ExchangeError) in
      guard replies.isEmpty else { throw .malformed("all") }
      return [Int]()
    }
    for (inquiry, reason) in [(rows, "one"), (all, "all")] {
      #expect { try inquiry.read([reply()]) } throws: { ($0 as? ExchangeError)?.reason == reason }
    }
  }

  @Test func severalRequestsAreAllRequiredUnlessSaid() throws {
    let all = Inquiry([request, request]) { (replies: [UpstreamReply]) throws(ExchangeError) in replies.count }
    #expect(all.required == 2)
    #expect(try all.read([reply(), reply()]) == 2)
    #expect { try all.read([reply()]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    let one = Inquiry([request, request], required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      replies[1].isMissing
    }
    #expect(one.required == 1)
    #expect(try one.read([reply(), .missing(askTime: .epoch)]))
    #expect(try !one.read([reply(), reply()]))
  }

  @Test func pagesAreReadTogetherHoweverManyThereAre() throws {
    let second = UpstreamRequest(target: "/a?cursor=2", weight: 1)
    let inquiry = Inquiry(pagesFrom: request, next: { $0.status == 206 ? second : nil }) {
      (replies: [UpstreamReply]) throws(ExchangeError) in replies.count
    }
    #expect(inquiry.next?(reply(206)) == second)
    #expect(inquiry.next?(reply(200)) == nil)
    #expect(try inquiry.read([reply(206), reply(206), reply()]) == 3)
    #expect { try inquiry.read([]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }
}
