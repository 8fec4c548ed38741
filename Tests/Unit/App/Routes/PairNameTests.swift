import Contract
import Support
import Testing
import Wire

@testable import App

/// An exchange that names coins: a client who uses a pair gets that pair back.
@Suite(.timeLimit(.minutes(1))) struct PairNameTests {
  private func gateway() throws -> ToyGateway {
    var exchange = ToyExchange()
    exchange.declaration.namesCoins = true
    return try ToyGateway(exchange)
  }

  @Test func overRESTThePairComesBackAndTheExchangesOwnNameGoesUp() async throws {
    let bench = try gateway()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    bench.upstream.answer("/open-interest", body: #"{"time":0,"quantity":"5"}"#)
    bench.upstream.answer("/funding", body: #"{"time":0,"rate":"0.0001","next":3600000}"#)
    bench.upstream.answer("/funding/history", body: #"[{"time":3600000,"rate":"0.0001"}]"#)
    for path in ["ohlc/%/1m?limit=1", "oi/%", "funding/%", "funding-hist/%"] {
      for (used, named) in [("ALPHAUSDT", "ALPHAUSDT"), ("alphausdc", "ALPHAUSDC"), ("alphausd", "ALPHAUSD")] {
        let answer = try await bench.web.get("/toy/" + path.replacing("%", with: used))
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""exchange":"toy","symbol":"\#(named)","timestamp""#), "\(path) \(answer.text)")
        #expect(((bench.upstream.targets.last ?? "") + "&").contains("symbol=ALPHAUSD&"))
      }
      #expect(try await bench.web.get("/toy/" + path.replacing("%", with: "ALPHAEUR")).status == 404)
    }
    await bench.stop()
  }

  @Test func overWebSocketEachClientReadsItsOwnNameOfOneSubscription() async throws {
    let bench = try gateway()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    let own = bench.stream("/ws/toy/ALPHAUSD/ohlc")
    let snapshot = try #require(await own.nextText())
    #expect(snapshot.contains(#""symbol":"ALPHAUSD","#))
    let pair = bench.stream("/ws/toy/alphausdt/ohlc")
    #expect(
      try await pair.nextText() == snapshot.replacing(#""symbol":"ALPHAUSD","#, with: #""symbol":"ALPHAUSDT","#))
    #expect(try await bench.upstream.nextText().contains("candles(1m):ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: "2.50"))
    for (probe, name) in [(own, "ALPHAUSD"), (pair, "ALPHAUSDT")] {
      let update = try #require(await probe.nextText())
      #expect(update.contains("\"symbol\":\"\(name)\",") && update.contains(#""close":2.50"#))
    }
    #expect(bench.upstream.targets.filter { $0 == "/stream" }.count == 1)
    await bench.stop()
  }
}
