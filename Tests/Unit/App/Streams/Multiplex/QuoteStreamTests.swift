import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Clients whose first message asks for quotes.
@Suite(.timeLimit(.minutes(1))) struct QuoteStreamTests {
  @Test func aFirstMessageIsASubscriptionToCandlesOfAMinute() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    #expect(
      try await talk.ask(#"{"exchange":"TOY","symbols":["alphausd","BETAUSD","alphausd"]}"#)
        == #"{"type":"subscribed","exchange":"toy","contract_type":"perpetual","symbols":["ALPHAUSD","BETAUSD"],"limit":null}"#
    )
    try await bench.take("candles(1m):ALPHAUSD", "candles(1m):BETAUSD")
    bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: "1.50"))
    let quote = try #require(await talk.probe.nextText())
    #expect(quote.hasPrefix(#"{"type":"quote","current_time":"20"#))
    #expect(
      quote.hasSuffix(
        #","timestamp":"2027-01-15T08:00:00Z","exchange":"toy","symbol":"ALPHAUSD","contract_type":"perpetual","open":1.50,"high":1.50,"low":1.50,"close":1.50,"volume":2,"trade_num":null,"is_closed_candle":false}"#
      ))
    #expect(
      try await talk.ask(#"{"exchange":"toy","symbols":["BETAUSD"]}"#)?.contains(#""code":"already_subscribed""#)
        == true)
    await bench.stop()
  }

  @Test func aLimitEndsTheStreamAndTheConnection() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let answer = try await talk.ask(#"{"exchange":"toy","symbols":["ALPHAUSD"],"contract_type":"perpetual","limit":2}"#)
    #expect(answer?.hasSuffix(#""limit":2}"#) == true)
    try await bench.take("candles(1m):ALPHAUSD")
    for close in ["1", "2", "3"] { bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: close)) }
    #expect(try await talk.probe.nextText()?.contains(#""close":1,"#) == true)
    #expect(try await talk.probe.nextText()?.contains(#""close":2,"#) == true)
    let closure = try await talk.probe.closure()
    guard case .peerClosed(let code) = closure.cause else {
      Issue.record("not closed by the gateway: \(closure)")
      return
    }
    #expect(code == .normal)
    await bench.stop()
  }

  @Test func aLimitLeavesOtherSubscriptionsAlone() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    _ = try await talk.ask(#"{"exchange":"toy","symbols":["ALPHAUSD"],"limit":1}"#)
    _ = try await talk.subscribe("toy/ALPHAUSD/ohlc?closed_only=1")
    try await bench.take("candles(1m):ALPHAUSD")
    for minute in 0..<2 { bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000 + minute * 60_000)) }
    #expect(try await talk.probe.nextText()?.hasPrefix(#"{"type":"quote""#) == true)
    #expect(try await talk.probe.nextText()?.hasPrefix(#"{"type":"ohlc""#) == true)
    #expect(try await talk.ask(#"{"op":"ping"}"#)?.contains("pong") == true)
    await bench.stop()
  }

  @Test(arguments: [
    (#"{"exchange":"moon","symbols":["A"]}"#, "unknown_exchange"),
    (#"{"exchange":"toy","symbols":["ALPHAUSD"],"contract_type":"spot"}"#, "unsupported"),
    (#"{"exchange":"toy","symbols":["NOPE"]}"#, "unknown_symbol"),
    (#"{"exchange":"toy","symbols":["ALPHAUSD"],"limit":-1}"#, "invalid_parameter"),
    (#"{"exchange":"toy"}"#, "bad_request"),
  ])
  func whatCannotBeIsToldAndMayBeAskedAgain(message: String, code: String) async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    #expect(try await talk.ask(message)?.contains(#""code":"\#(code)""#) == true)
    #expect(try await talk.ask(#"{"exchange":"toy","symbols":["ALPHAUSD"]}"#)?.contains("subscribed") == true)
    await bench.stop()
  }

  @Test func badSymbolsAreNamedAndTheGoodOnesStand() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let error = try await talk.ask(#"{"exchange":"toy","symbols":["NOPE","ALPHAUSD"]}"#)
    #expect(error?.contains(#""code":"unknown_symbol""#) == true)
    #expect(error?.contains(#""arg":"NOPE""#) == true)
    #expect(try await talk.probe.nextText()?.contains(#""symbols":["ALPHAUSD"]"#) == true)
    await bench.stop()
  }
}
