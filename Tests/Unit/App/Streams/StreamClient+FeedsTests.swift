import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Feeds of made-up exchanges, over real sockets on both sides.
@Suite(.timeLimit(.minutes(1))) struct StreamClientFeedsTests {
  private static let both = ["LIQUIDATION_EXCHANGES": "toy,second", "SUPPORTED_SYMBOLS": "ALPHAUSD,NOPEUSD"]

  private func isOpened(_ probe: StreamProbe) async throws -> Bool {
    if case .opened = try await probe.next() { true } else { false }
  }

  @Test func liquidationsOfSeveralExchangesComeOnceEachOverTheMinimumOfEachClient() async throws {
    let pair = try ToyPair(settings: Self.both)
    try await pair.loaded()
    let address = pair.application.address.replacing("http://", with: "ws://")
    let all = StreamProbe(address + "/ws/all/liquidations?min_value_usd=0", loop: pair.loop)
    let large = StreamProbe(address + "/ws/all/liquidations", loop: pair.loop)
    let own = StreamProbe(address + "/ws/toy/ALPHAUSD/liquidations", loop: pair.loop)
    for probe in [all, large, own] { #expect(try await isOpened(probe)) }
    for upstream in [pair.toy, pair.other] {
      #expect(try await upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
      upstream.send(ToyFrames.taken(1))
    }
    #expect(try await pair.web.serves(2, "liquidations", of: "all", pair.loop))
    #expect(try await pair.web.serves(1, "liquidations", of: "toy", pair.loop))
    pair.toy.send(ToyFrames.liquidation(price: "2.50", quantity: "2"))
    #expect(
      try await all.nextText()
        == #"{"type":"liquidation","exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":2.50,"quantity":2,"value":5}"#
    )
    #expect(
      try await own.nextText()
        == #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":2.50,"quantity":2,"value":5}"#
    )
    // In contracts of ten: exactly the minimum of the one who named none.
    pair.other.send(ToyFrames.liquidation("BETAUSD", position: "short", price: "50", quantity: "10"))
    let text =
      #"{"type":"liquidation","exchange":"second","symbol":"BETAUSD","timestamp":"1970-01-01T00:00:00Z","side":"buy","price":50,"quantity":100,"value":5000}"#
    #expect(try await all.nextText() == text)
    #expect(try await large.nextText() == text)
    await pair.stop()
  }

  @Test func largeTradesAreThoseOfTheSymbolsOfTheSettings() async throws {
    let bench = try ToyGateway(settings: Self.both)
    try await bench.loaded()
    let feed = bench.stream("/ws/all/large_trades?min_value_usd=100")
    let other = bench.stream("/ws/toy/BETAUSD/trades")
    for probe in [feed, other] { #expect(try await isOpened(probe)) }
    var asked = ""
    while !asked.contains("trades:ALPHAUSD") || !asked.contains("trades:BETAUSD") {
      asked += try await bench.upstream.nextText()
      bench.upstream.send(ToyFrames.taken(asked.contains(#""number":2"#) ? 2 : 1))
    }
    for exchange in ["all", "toy"] {
      #expect(try await bench.serves(1, exchange == "all" ? "large_trades" : "trades", of: exchange))
    }
    bench.upstream.send(ToyFrames.trade("BETAUSD", id: 1, price: "100", quantity: "100"))
    #expect(try await other.nextText()?.contains(#""id":1}"#) == true)
    bench.upstream.send(ToyFrames.trade(id: 2, price: "10", quantity: "9.99"))
    bench.upstream.send(ToyFrames.trade(id: 3, price: "10", quantity: "10", side: "sell"))
    #expect(
      try await feed.nextText()
        == #"{"type":"large_trade","exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":10,"quantity":10,"value":100,"is_buyer_maker":true}"#
    )
    await bench.stop()
  }

  @Test func anExchangeInFeedsAloneAnswersNoRouteAndCountsWhileItIsWanted() async throws {
    var tuning = Tuning()
    tuning.lingerMilliseconds = 0
    let bench = try ToyGateway(settings: ["EXCHANGES": "", "LIQUIDATION_EXCHANGES": "toy"], tuning: tuning)
    #expect(try await bench.web.get("/toy/instruments").status == 404)
    #expect(try await bench.web.get("/health").text == #"{"status":"healthy","exchanges":{}}"#)
    #expect(try await bench.web.get("/exchanges").text.contains(#"{"name":"toy","capabilities":{"ohlc":false,"#))
    #expect(bench.upstream.targets.isEmpty)
    let feed = bench.stream("/ws/all/liquidations?min_value_usd=0")
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.liquidation())
    #expect(try await feed.nextText()?.contains(#""exchange":"toy""#) == true)
    #expect(try await bench.web.get("/health").text == #"{"status":"healthy","exchanges":{"toy":true}}"#)
    #expect(try await bench.web.get("/ready").text.contains(#"[{"exchange":"toy","healthy":true,"connections":1,"#))
    feed.close()
    _ = try await feed.closure()
    #expect(
      try await bench.loop.eventually {
        try await bench.web.get("/health").text == #"{"status":"healthy","exchanges":{}}"#
      })
    await bench.stop()
  }

  @Test func theLastClientGoneEndsTheTopicsUpstream() async throws {
    var exchange = ToyExchange()
    exchange.liquidationTopics = .each
    var tuning = Tuning()
    tuning.lingerMilliseconds = 0
    let bench = try ToyGateway(exchange, settings: Self.both, tuning: tuning)
    let feeds = (0..<2).map { _ in bench.stream("/ws/all/liquidations?min_value_usd=0") }
    var asked = ""
    while !asked.contains("liquidations:ALPHAUSD") || !asked.contains("liquidations:BETAUSD") {
      asked += try await bench.upstream.nextText()
      bench.upstream.send(ToyFrames.taken(asked.contains(#""number":2"#) ? 2 : 1))
    }
    #expect(try await bench.serves(2, "liquidations", of: "all"))
    bench.upstream.send(ToyFrames.liquidation("BETAUSD"))
    for feed in feeds { #expect(try await feed.nextText()?.contains("BETAUSD") == true) }
    feeds[0].close()
    _ = try await feeds[0].closure()
    bench.upstream.send(ToyFrames.liquidation("ALPHAUSD"))
    #expect(try await feeds[1].nextText()?.contains("ALPHAUSD") == true)
    feeds[1].abort()
    while try await bench.upstream.next() != .closed {}
    await bench.stop()
  }
}
