import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Streams of the made-up exchange, over real sockets on both sides.
@Suite(.timeLimit(.minutes(1))) struct StreamClientTests {
  @Test func aCandleStreamStartsWithTheCurrentCandleAndGoesOn() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    let probe = bench.stream("/ws/toy/ALPHAUSD/ohlc?interval=1m")
    let snapshot = try #require(await probe.nextText())
    #expect(snapshot.contains(#""open":1.0,"high":3.0,"low":0.50,"close":2.0,"volume":7"#))
    #expect(try await bench.upstream.nextText().contains("candles(1m):ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: "2.50"))
    #expect(try await probe.nextText { $0.contains(#""close":2.50"#) } != nil)
    let second = bench.stream("/ws/toy/ALPHAUSD/ohlc")
    #expect(try await second.nextText()?.contains(#""close":2.50"#) == true)
    await bench.stop()
  }

  @Test func largeTradesLeaveOutTheSmallAndTradesDoNot() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let (large, all) = (
      bench.stream("/ws/toy/ALPHAUSD/large_trades?min_value_usd=100"), bench.stream("/ws/toy/ALPHAUSD/trades")
    )
    for probe in [large, all] {
      guard case .opened = try await probe.next() else {
        Issue.record("not opened")
        return
      }
    }
    #expect(try await bench.upstream.nextText().contains("trades:ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    #expect(try await bench.serves(2, "trades"))
    bench.upstream.send(ToyFrames.trade(id: 1, price: "10", quantity: "9"))
    bench.upstream.send(ToyFrames.trade(id: 2, price: "10", quantity: "10", side: "sell"))
    #expect(try await all.nextText()?.contains(#""value":90,"is_buyer_maker":false,"id":1"#) == true)
    #expect(try await all.nextText()?.contains(#""id":2"#) == true)
    #expect(
      try await large.nextText()
        == #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":10,"quantity":10,"value":100,"is_buyer_maker":true}"#
    )
    await bench.stop()
  }

  @Test func clientsOfOneStreamGetAllOfItWhoeverComesAndLeaves() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    var probes: [StreamProbe] = []
    for _ in 0..<5 {
      let probe = bench.stream("/ws/toy/ALPHAUSD/trades")
      guard case .opened = try await probe.next() else {
        Issue.record("not opened")
        return
      }
      probes.append(probe)
    }
    #expect(try await bench.upstream.nextText().contains("trades:ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    #expect(try await bench.serves(5, "trades"))
    for id in 1...3 { bench.upstream.send(ToyFrames.trade(id: id, price: "10", quantity: "1")) }
    for probe in probes {
      for id in 1...3 { #expect(try await probe.nextText()?.contains(#""id":\#(id)}"#) == true) }
    }
    // One leaves, one comes.
    probes[1].close()
    _ = try await probes[1].closure()
    #expect(try await bench.serves(4, "trades"))
    let late = bench.stream("/ws/toy/ALPHAUSD/trades")
    guard case .opened = try await late.next() else {
      Issue.record("not opened")
      return
    }
    #expect(try await bench.serves(5, "trades"))
    for id in 4...5 { bench.upstream.send(ToyFrames.trade(id: id, price: "10", quantity: "1")) }
    for probe in [probes[0], probes[2], probes[3], probes[4], late] {
      for id in 4...5 { #expect(try await probe.nextText()?.contains(#""id":\#(id)}"#) == true) }
    }
    await bench.stop()
  }
}
