import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Commands of a multiplex client, over real sockets on both sides.
@Suite(.timeLimit(.minutes(1))) struct MultiplexClientTests {
  private static let trade =
    #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","#
    + #""side":"buy","price":1.50,"quantity":2,"value":3,"is_buyer_maker":false,"id":"#

  @Test(arguments: ["/ws", "/"]) func commandsAreAnsweredWithTheirID(path: String) async throws {
    let bench = try ToyGateway()
    let talk = try await MultiplexTalk(bench, path: path)
    #expect(try await talk.ask(#"{"op":"ping","id":1.50}"#) == #"{"type":"pong","id":1.50}"#)
    #expect(try await talk.ask(#"{"op":"list","id":"a\"b"}"#) == #"{"type":"list","id":"a\"b","streams":[]}"#)
    #expect(try await talk.ask(#"{"op":"ping"}"#) == #"{"type":"pong","id":null}"#)
    await bench.stop()
  }

  @Test func whatIsNoCommandIsToldAndTheConnectionStays() async throws {
    let bench = try ToyGateway()
    let talk = try await MultiplexTalk(bench)
    for (message, answer) in [
      ("hello", #"{"type":"error","id":null,"code":"bad_request","#),
      (#"{"op":"login","id":7}"#, #"{"type":"error","id":7,"code":"unknown_op","#),
      (#"{"op":"subscribe","args":5,"id":8}"#, #"{"type":"error","id":8,"code":"bad_request","#),
    ] {
      #expect(try await talk.ask(message)?.hasPrefix(answer) == true)
    }
    #expect(try await talk.ask(#"{"op":"ping","id":9}"#) == #"{"type":"pong","id":9}"#)
    #expect(
      try await bench.web.get("/metrics").text.contains(
        #"marketgate_multiplex_refusals_total{code="bad_request"} 2"#))
    await bench.stop()
  }

  @Test func badStreamsAreNamedAndTheGoodOnesStand() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    talk.probe.send(
      MultiplexTalk.subscribe(["toy/ALPHAUSD/trades", "moon/X/ohlc", "toy/NOPE/trades", "toy/BETAUSD/trades", "x"]))
    let detail = #","arg":"moon/X/ohlc","retryable":false}"#
    let first = try #require(await talk.probe.nextText())
    #expect(first.hasPrefix(#"{"type":"error","id":1,"code":"unknown_exchange","detail":"exchange 'moon' is"#))
    #expect(first.hasSuffix(detail))
    for (code, stream) in [("unknown_symbol", "toy/NOPE/trades"), ("not_found", "x")] {
      let error = try #require(await talk.probe.nextText())
      #expect(error.contains(#""code":"\#(code)""#))
      #expect(error.contains(#""arg":"\#(stream)""#))
    }
    #expect(
      MultiplexTalk.withoutEpochs(try await talk.probe.nextText())
        == #"{"type":"subscribed","id":1,"streams":[{"stream":"toy/ALPHAUSD/trades","epoch":?,"seq":0,"recovered":null},{"stream":"toy/BETAUSD/trades","epoch":?,"seq":0,"recovered":null}]}"#
    )
    try await bench.take("trades:ALPHAUSD", "trades:BETAUSD")
    bench.upstream.send(ToyFrames.trade(id: 1))
    bench.upstream.send(ToyFrames.trade(id: 2))
    for number in 1...2 {
      #expect(
        try await talk.probe.nextText()
          == #"{"type":"trade","stream":"toy/ALPHAUSD/trades","seq":\#(number),"# + Self.trade.dropFirst()
          + "\(number)}")
    }
    let list = try await talk.ask(#"{"op":"list","id":2}"#)
    #expect(
      MultiplexTalk.withoutEpochs(list)
        == #"{"type":"list","id":2,"streams":[{"stream":"toy/ALPHAUSD/trades","epoch":?,"seq":2},{"stream":"toy/BETAUSD/trades","epoch":?,"seq":0}]}"#
    )
    await bench.stop()
  }

  @Test func whereNothingCanBeTheAnswerIsEmpty() async throws {
    let bench = try ToyGateway()
    let talk = try await MultiplexTalk(bench)
    #expect(try await talk.subscribe("x")?.contains(#""code":"not_found""#) == true)
    #expect(try await talk.probe.nextText() == #"{"type":"subscribed","id":1,"streams":[]}"#)
    await bench.stop()
  }

  @Test func whileTheListIsNotLoadedTryingAgainIsAdvised() async throws {
    let bench = try ToyGateway()
    bench.upstream.answer("/instruments", status: .internalServerError, body: "[]")
    let talk = try await MultiplexTalk(bench)
    let error = try await talk.subscribe("toy/ALPHAUSD/trades")
    // The list may have come before the answer was changed.
    if error?.contains(#""type":"error""#) == true {
      #expect(error?.contains(#""code":"upstream_unavailable""#) == true)
      #expect(error?.hasSuffix(#""retryable":true}"#) == true)
    }
    await bench.stop()
  }

  @Test func aStreamIsOpenOnceAndMayBeOpenedAgainAfterItsEnd() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    talk.probe.send(MultiplexTalk.subscribe(["toy/ALPHAUSD/trades", "toy/ALPHAUSD/trades"]))
    #expect(try await talk.probe.nextText()?.contains(#""code":"already_subscribed""#) == true)
    #expect(try await talk.probe.nextText()?.hasPrefix(#"{"type":"subscribed""#) == true)
    #expect(try await talk.subscribe("toy/ALPHAUSD/trades")?.contains(#""code":"already_subscribed""#) == true)
    #expect(try await talk.probe.nextText()?.hasPrefix(#"{"type":"subscribed","id":1,"streams":[]"#) == true)
    talk.probe.send(#"{"op":"unsubscribe","id":2,"args":["toy/ALPHAUSD/trades","toy/BETAUSD/trades"]}"#)
    let error = try await talk.probe.nextText()
    #expect(error?.contains(#""code":"not_subscribed""#) == true)
    #expect(error?.contains(#""arg":"toy/BETAUSD/trades""#) == true)
    #expect(
      try await talk.probe.nextText() == #"{"type":"unsubscribed","id":2,"streams":["toy/ALPHAUSD/trades"]}"#)
    #expect(try await talk.subscribe("toy/ALPHAUSD/trades")?.hasPrefix(#"{"type":"subscribed""#) == true)
    await bench.stop()
  }

  @Test func nothingComesAfterTheEndOfAStream() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    _ = try await talk.subscribe("toy/ALPHAUSD/trades", "toy/BETAUSD/trades")
    try await bench.take("trades:ALPHAUSD", "trades:BETAUSD")
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await talk.probe.nextText()?.contains(#""id":1}"#) == true)
    #expect(
      try await talk.ask(#"{"op":"unsubscribe","args":["toy/ALPHAUSD/trades"]}"#)?.contains("unsubscribed") == true)
    bench.upstream.send(ToyFrames.trade(id: 2))
    bench.upstream.send(ToyFrames.trade("BETAUSD", id: 3))
    #expect(try await talk.probe.nextText()?.contains(#""id":3}"#) == true)
    await bench.stop()
  }

  @Test func aClientHasAtMostSoManySubscriptions() async throws {
    let bench = try ToyGateway(settings: ["WS_MAX_SUBSCRIPTIONS": "2"])
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    talk.probe.send(MultiplexTalk.subscribe(["all/liquidations", "toy/ALPHAUSD/trades", "toy/BETAUSD/trades"]))
    let error = try await talk.probe.nextText()
    #expect(error?.contains(#""code":"too_many_subscriptions""#) == true)
    #expect(error?.contains(#""arg":"toy/BETAUSD/trades""#) == true)
    #expect(try await talk.probe.nextText()?.contains(#""stream":"toy/ALPHAUSD/trades""#) == true)
    #expect(try await talk.ask(#"{"op":"unsubscribe","args":["all/liquidations"]}"#)?.contains("unsubscribed") == true)
    #expect(try await talk.subscribe("toy/BETAUSD/trades")?.hasPrefix(#"{"type":"subscribed""#) == true)
    let quotes = try await talk.ask(#"{"exchange":"toy","symbols":["ALPHAUSD"]}"#)
    #expect(quotes?.contains(#""code":"too_many_subscriptions""#) == true)
    await bench.stop()
  }

  @Test func whatWasMissedIsSentAgainOnceAndInOrder() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let answer = try await talk.subscribe("toy/ALPHAUSD/trades")
    let witness = try await MultiplexTalk(bench)
    _ = try await witness.subscribe("toy/ALPHAUSD/trades")
    try await bench.take("trades:ALPHAUSD")
    for id in 1...2 { bench.upstream.send(ToyFrames.trade(id: id)) }
    for id in 1...2 { #expect(try await talk.probe.nextText()?.contains(#""id":\#(id)}"#) == true) }
    talk.probe.abort()
    for id in 3...5 { bench.upstream.send(ToyFrames.trade(id: id)) }
    for id in 1...5 { #expect(try await witness.probe.nextText()?.contains(#""id":\#(id)}"#) == true) }
    let epoch = MultiplexTalk.epoch(of: answer)
    let again = try await MultiplexTalk(bench)
    let point = #""toy/ALPHAUSD/trades":{"epoch":\#(epoch),"seq":2}"#
    #expect(
      try await again.ask(MultiplexTalk.subscribe(["toy/ALPHAUSD/trades"], since: point))
        == #"{"type":"subscribed","id":1,"streams":[{"stream":"toy/ALPHAUSD/trades","epoch":\#(epoch),"seq":2,"recovered":true}]}"#
    )
    bench.upstream.send(ToyFrames.trade(id: 6))
    for id in 3...6 {
      let message = try await again.probe.nextText()
      #expect(message?.contains(#""seq":\#(id),"#) == true)
      #expect(message?.hasSuffix(#""id":\#(id)}"#) == true)
    }
    await bench.stop()
  }

  @Test func anotherLifeOfAStreamIsNotCalledRecovered() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let point = #""toy/ALPHAUSD/trades":{"epoch":5,"seq":2},"toy/BETAUSD/trades":{"epoch":1,"seq":1}"#
    talk.probe.send(MultiplexTalk.subscribe(["toy/ALPHAUSD/trades"], since: point))
    let error = try await talk.probe.nextText()
    #expect(error?.contains(#""code":"invalid_parameter""#) == true)
    #expect(error?.contains(#""arg":"toy/BETAUSD/trades""#) == true)
    #expect(
      MultiplexTalk.withoutEpochs(try await talk.probe.nextText())
        == #"{"type":"subscribed","id":1,"streams":[{"stream":"toy/ALPHAUSD/trades","epoch":?,"seq":0,"recovered":false}]}"#
    )
    await bench.stop()
  }

  @Test func aSymbolThatIsListedLaterIsFoundAndTheOthersWaitForIt() async throws {
    let clock = ManualClock()
    var tuning = Tuning()
    tuning.clock = clock
    let bench = try ToyGateway(tuning: tuning)
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let row = #"{"symbol":"GAMMAUSD","base":"GAMMA","contract":"1"}]"#
    bench.upstream.answer("/instruments", body: "\(ToyExchange.instrumentsBody.dropLast()),\(row)")
    clock.advance(milliseconds: 60_000)
    talk.probe.send(MultiplexTalk.subscribe(["toy/GAMMAUSD/trades", "toy/ALPHAUSD/trades", "toy/DELTAUSD/trades"]))
    #expect(try await talk.probe.nextText()?.contains(#""code":"unknown_symbol""#) == true)
    let answer = try #require(await talk.probe.nextText())
    #expect(answer.hasPrefix(#"{"type":"subscribed","id":1,"streams":[{"stream":"toy/GAMMAUSD/trades","#))
    #expect(answer.contains(#"{"stream":"toy/ALPHAUSD/trades","#))
    await bench.stop()
  }

  @Test func aFeedHasItsTypeInThePrefixAlone() async throws {
    let bench = try ToyGateway(settings: ["LIQUIDATION_EXCHANGES": "toy"])
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    _ = try await talk.subscribe("all/liquidations?min_value_usd=0")
    try await bench.take("liquidations")
    bench.upstream.send(ToyFrames.liquidation(price: "2.50", quantity: "2"))
    #expect(
      try await talk.probe.nextText()
        == #"{"type":"liquidation","stream":"all/liquidations?min_value_usd=0","seq":1,"exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":2.50,"quantity":2,"value":5}"#
    )
    await bench.stop()
  }
}
