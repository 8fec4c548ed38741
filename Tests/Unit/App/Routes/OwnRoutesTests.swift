import Contract
import Support
import Testing
import Wire

@testable import App

/// Routes only one exchange has, made from its reply.
@Suite(.timeLimit(.minutes(1))) struct OwnRoutesTests {
  private static var exchange: ToyExchange {
    var exchange = ToyExchange()
    exchange.declaration.ownRoutes = [
      OwnRoute(path: "/shout", summary: "", parameters: [.init(name: "word", summary: "")]) { parameters in
        Inquiry(UpstreamRequest(get: "/say", ["word": parameters["word"]], weight: 1)) {
          (reply: UpstreamReply) throws(ExchangeError) in
          guard let word = try reply.value()["word"]?.string else { throw .malformed("word is not a text") }
          guard word != "none" else { throw ExchangeError(.unknownSymbol, .never, "there is no such word") }
          return Array("[\"\(word)!\"]".utf8)
        }
      }
    ]
    return exchange
  }

  @Test func theAnswerIsMadeFromTheReply() async throws {
    let bench = try ToyGateway(Self.exchange)
    try await bench.loaded()
    bench.upstream.answer("/say", body: #"{"word":"hey"}"#)
    let answer = try await bench.web.get("/TOY/shout?word=hey&other=1")
    #expect(answer.status == 200 && answer.text == #"["hey!"]"#)
    #expect(answer.header("content-type") == "application/json")
    #expect(bench.upstream.targets.last == "/say?word=hey")
    for target in ["/toy/shout", "/toy/shout?word="] {
      _ = try await bench.web.get(target)
      #expect(bench.upstream.targets.last == "/say")
    }
    await bench.stop()
  }

  @Test(arguments: [
    (#"{"word":"none"}"#, 404, "unknown_symbol"), (#"{"word":1}"#, 502, "upstream_error"), ("{", 502, "upstream_error"),
  ])
  func whatIsNoAnswerIsAnError(body: String, status: Int, code: String) async throws {
    let bench = try ToyGateway(Self.exchange)
    bench.upstream.answer("/say", body: body)
    let answer = try await bench.web.get("/toy/shout")
    #expect(answer.status == status)
    #expect(answer.text.contains("\"code\":\"\(code)\""))
    await bench.stop()
  }

  @Test func anExchangeWithoutTheRouteIsUnsupportedOrUnknown() async throws {
    let bench = try ToyGateway(Self.exchange)
    #expect(try await bench.web.get("/nowhere/shout").text.contains(#""code":"unknown_exchange""#))
    #expect(try await bench.web.get("/toy/whisper").status == 404)
    await bench.stop()
  }
}
