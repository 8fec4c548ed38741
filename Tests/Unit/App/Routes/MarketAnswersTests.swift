import Contract
import Model
import Net
import Sessions
import Support
import Testing
import Wire

@testable import App

/// One request upstream for many clients, and none where the answer is known.
@Suite(.timeLimit(.minutes(1))) struct MarketAnswersTests {
  /// Everything final, for as long as it is kept; nothing else is served twice.
  private static var settled: ToyExchange {
    var exchange = ToyExchange()
    exchange.declaration.rest.freshness = Freshness(openCandleMilliseconds: 0, settlingMilliseconds: 0)
    return exchange
  }

  /// Two candles of 2001, long over.
  private static let rows = #"[[1000000020000,"1","3","0.5","2","7"],[1000000080000,"2","3","1","2.0","8"]]"#
  private static let range = "/toy/ohlc/ALPHAUSD/1m?start_time=1000000020000&end_time=1000000139999"

  private func candleCalls(_ bench: ToyGateway) -> Int {
    bench.upstream.targets.count { $0.hasPrefix("/candles") }
  }

  @Test func manyClientsWithTheSameQuestionAreOneRequestUpstream() async throws {
    var tuning = Tuning()
    // Stands still: who comes late finds the answer as new as who came first.
    tuning.clock = ManualClock()
    let bench = try ToyGateway(tuning: tuning)
    try await bench.loaded()
    let gate = Inbox<Void>()
    let asked = Inbox<Void>()
    bench.upstream.answer("/candles") { _ in
      asked.add(())
      return .later {
        try? await gate.next()
        return HTTPResponse(.ok, body: .bytes(Array(ToyGateway.candleRow.utf8)))
      }
    }
    let address = bench.application.address
    let http = HTTPClient(loop: bench.loop, options: HTTPClientOptions(proxy: "", maxHostConnections: 200))
    let statuses = try await withThrowingTaskGroup(of: Int?.self) { group in
      for _ in 0..<200 {
        group.addTask {
          let request = HTTPClientRequest(url: address + "/toy/ohlc/ALPHAUSD/1m?limit=3", timeoutMilliseconds: 30_000)
          return try? await http.send(request).status
        }
      }
      try await asked.next()
      gate.add(())
      return try await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 200))
    #expect(candleCalls(bench) == 1)
    await http.shutdown()
    await bench.stop()
  }

  @Test func aFinalRangeIsServedAgainWithoutAskingAndMayBeStored() async throws {
    let bench = try ToyGateway(Self.settled)
    try await bench.loaded()
    bench.upstream.answer("/candles", body: Self.rows)
    let first = try await bench.web.get(Self.range)
    #expect(first.status == 200)
    #expect(first.header("cache-control") == "max-age=3600")
    #expect(first.text.contains(#""close":2.0,"volume":8,"quote_volume":null,"trades_count":null,"is_closed":true}]"#))
    let calls = candleCalls(bench)
    // The same question, and another one whose rows are known.
    #expect(try await bench.web.get(Self.range).text == first.text)
    let part = try await bench.web.get("/toy/ohlc/alphausd/1m?start_time=1000000030000&limit=1")
    #expect(part.text.hasPrefix(#"[{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"2001-09-09T01:48:00Z""#))
    #expect(part.header("age") == "0")
    #expect(candleCalls(bench) == calls)
    #expect(try await bench.web.get("/metrics").text.contains("marketgate_answers_from_memory_total 2\n"))
    await bench.stop()
  }

  @Test func aCorrectedCandleIsServedFromThenOn() async throws {
    let bench = try ToyGateway(Self.settled)
    try await bench.loaded()
    bench.upstream.answer("/candles", body: Self.rows)
    for _ in 0..<2 { #expect(try await bench.web.get(Self.range).text.contains(#""close":2.0,"volume":8"#)) }
    let calls = candleCalls(bench)
    let openTime = try #require(Timestamp(milliseconds: 1_000_000_080_000))
    let corrected = Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: openTime, open: FixedDecimal(2),
      high: FixedDecimal(3), low: FixedDecimal(1), close: FixedDecimal(3), baseVolume: FixedDecimal(9),
      quoteVolume: nil,
      tradesCount: nil, isClosed: true, receiveTime: .epoch)
    bench.application.manager.connectors[0].client.kept.candles.correct(
      corrected, through: openTime.advanced(byMilliseconds: 59_999), of: SeriesKey(ToyExchange.alpha, .oneMinute))
    #expect(try await bench.web.get(Self.range).text.contains(#""close":3,"volume":9"#))
    #expect(candleCalls(bench) == calls)
    await bench.stop()
  }

  @Test func anOpenCandleIsNotServedTwiceWhereThatIsNotAllowed() async throws {
    let bench = try ToyGateway(Self.settled)
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    for calls in 1...2 {
      let answer = try await bench.web.get("/toy/ohlc/ALPHAUSD/1m?limit=1")
      #expect(answer.header("cache-control") == "no-cache")
      #expect(candleCalls(bench) == calls)
    }
    await bench.stop()
  }

  @Test func anAnswerIsServedAgainForAsLongAsTheExchangeDeclares() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.freshness.fundingRateMilliseconds = 60_000
    let bench = try ToyGateway(exchange)
    try await bench.loaded()
    bench.upstream.answer("/funding", body: #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#)
    for _ in 0..<3 {
      let answer = try await bench.web.get("/toy/funding/ALPHAUSD")
      #expect(answer.header("cache-control") == "max-age=60")
    }
    #expect(bench.upstream.targets.count { $0.hasPrefix("/funding") } == 1)
    await bench.stop()
  }

  @Test func aFailureIsToldToAllAndNotKept() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/open-interest", status: .badRequest, body: "{}")
    let refused = try await bench.web.get("/toy/oi/ALPHAUSD")
    #expect(refused.status == 502)
    #expect(refused.text.hasSuffix(#""code":"upstream_error","retryable":false}"#))
    #expect(refused.header("cache-control") == "no-store")
    #expect(refused.header("retry-after") == nil)
    bench.upstream.answer("/open-interest", body: #"{"time":1800000000000,"quantity":"5"}"#)
    #expect(try await bench.web.get("/toy/oi/ALPHAUSD").status == 200)
    await bench.stop()
  }

  @Test func instrumentsSayHowOldTheirListIs() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let answer = try await bench.web.get("/toy/instruments")
    #expect(answer.header("cache-control") == "max-age=3600")
    #expect(answer.header("age").flatMap { Int($0) }.map { $0 < 60 } == true)
    await bench.stop()
  }
}
