import Contract
import Model
import Testing

@Suite struct OwnRouteTests {
  @Test func theAnswerIsMadeFromTheReply() throws {
    let route = OwnRoute(
      path: "/shout", summary: "What was said, and how.", parameters: [.init(name: "word", summary: "A word.")]
    ) { parameters in
      Inquiry(UpstreamRequest(get: "/say", ["word": parameters["word"]], weight: 2)) {
        (reply: UpstreamReply) throws(ExchangeError) in reply.body + reply.body
      }
    }
    #expect(route.path == "/shout" && route.parameters.map(\.name) == ["word"])
    #expect(route.summary == "What was said, and how." && route.parameters.map(\.summary) == ["A word."])
    #expect(route.inquiry(["word": "hey"]).requests == [UpstreamRequest(target: "/say?word=hey", weight: 2)])
    #expect(route.inquiry([:]).requests.map(\.target) == ["/say"])
    #expect(try route.inquiry([:]).read([UpstreamReply(status: 200, body: [1], askTime: .epoch)]) == [1, 1])
  }
}
