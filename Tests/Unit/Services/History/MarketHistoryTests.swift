import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Services
@testable import Sessions

@Suite struct OpenInterestCoverageTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8)

  private func sample(_ minute: Int64) -> OpenInterest {
    OpenInterest(
      instrument: Self.instrument, exchangeTime: Timestamp(microseconds: minute * 60_000_000),
      quantity: FixedDecimal(1), notional: nil)
  }

  private func isCut(_ rows: [OpenInterest], limit: Int, start: Timestamp? = nil) -> Bool {
    let query = HistoryQuery(instrument: Self.instrument, interval: Interval("5m"), start: start, limit: limit)
    return MarketHistory.isCut(rows, of: query, keptFrom: Timestamp(microseconds: 100 * 60_000_000))
  }

  @Test func fewerRowsThanWantedFromWhereTheMemoryBeginsAreCut() {
    #expect(isCut([sample(100), sample(105)], limit: 3))
    #expect(isCut([sample(110), sample(115)], limit: 3))
  }

  @Test func allRowsWantedAreNotCut() {
    #expect(!isCut([sample(100), sample(105)], limit: 2))
  }

  @Test func anInstrumentYoungerThanTheMemoryIsNotCut() {
    #expect(!isCut([sample(111), sample(116)], limit: 3))
    #expect(!isCut([], limit: 3))
  }

  @Test func aStartIsJudgedByItself() {
    #expect(!isCut([sample(100)], limit: 3, start: .epoch))
  }
}

@Suite struct CandleFollowersTests {
  private func candle(_ minute: Int64, closed: Bool) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: Instrument(
        exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading,
        tickSize: nil, stepSize: nil, fundingIntervalHours: nil),
      interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000), open: one, high: one, low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: closed, receiveTime: .epoch)
  }

  @Test func aCandleThatAnotherFollowsIsOver() {
    let rows = MarketHistory.closedByFollowers([
      candle(1, closed: true), candle(2, closed: false), candle(3, closed: false),
    ])
    #expect(rows.map(\.isClosed) == [true, true, false])
    #expect(rows.map(\.openTime.milliseconds) == [60_000, 120_000, 180_000])
  }

  @Test func theLastOneIsWhatTheExchangeSaid() {
    #expect(MarketHistory.closedByFollowers([candle(1, closed: true)]).map(\.isClosed) == [true])
    #expect(MarketHistory.closedByFollowers([]).isEmpty)
  }
}

@Suite struct CandleCoverageTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  private func candle(_ minute: Int64) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: time(minute), open: one, high: one, low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: true, receiveTime: .epoch)
  }

  private func query(start: Int64? = nil, limit: Int = 3) -> HistoryQuery {
    HistoryQuery(instrument: Self.instrument, interval: .oneMinute, start: start.map(time), limit: limit)
  }

  private func isCut(_ rows: [Candle], start: Int64? = nil, limit: Int = 3) -> Bool {
    MarketHistory.isCut(rows, of: query(start: start, limit: limit), keptFrom: time(100), page: 10)
  }

  @Test func theFirstCandleKeptIsCountedFromTheRunningOne() {
    #expect(MarketHistory.firstKept(query(), candlesKept: 5000, now: time(9000)) == time(4000))
    #expect(MarketHistory.firstKept(query(), candlesKept: 5000, now: time(100)) == .epoch)
    #expect(MarketHistory.firstKept(query(), candlesKept: nil, now: time(9000)) == nil)
  }

  @Test func candlesFromWhereTheMemoryBeginsAreCut() {
    #expect(isCut([candle(100)], start: 99) && isCut([candle(110)], start: 0))
    #expect(isCut([candle(101), candle(102)]))
    #expect(isCut([], start: 99))
  }

  @Test func whatIsKeptOrYoungerIsNotCut() {
    #expect(!isCut([candle(100)], start: 100) && !isCut([candle(111)], start: 0))
    #expect(!isCut([candle(100), candle(101), candle(102)]))
    #expect(!isCut([candle(111)]) && !isCut([]))
    #expect(!MarketHistory.isCut([candle(0)], of: query(), keptFrom: nil, page: 10))
  }
}

/// The real history over a real socket, beside the plain rule of docs/rest-api.md.
@Suite(.timeLimit(.minutes(1))) struct MarketHistoryTests {
  /// A history of the made-up exchange, whose candles are those of a simulated series.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "history")
    let http: HTTPClient
    let client: ExchangeClient
    let history: MarketHistory
    // Earlier than the `Date` of the answers, so that this clock is believed (AnswerTime).
    let clock = ManualClock(wallClock: Timestamp(microseconds: 1_000_000_030_000_000))
    let series: SimulatedSeries

    init(gap: UInt64 = 1_000_000, seed: UInt64) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      series = SimulatedSeries(
        interval: .oneMinute,
        begin: Interval.oneMinute.openTime(containing: clock.wallClock.advanced(byMilliseconds: -4 * 3_600_000)),
        gap: gap, seed: seed)
      var exchange = ToyExchange()
      exchange.declaration.rest.weightPerWindow = 1_000_000
      client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
      history = MarketHistory(exchange, client: client, clock: clock)
      let (series, clock) = (series, clock)
      upstream.answer("/candles") { request in
        func time(_ name: String) -> Timestamp? {
          request.query[name].flatMap { Int64($0) }.flatMap { Timestamp(milliseconds: $0) }
        }
        let query = HistoryQuery(
          instrument: ToyExchange.alpha, start: time("start"), end: time("end"),
          limit: request.query["limit"].flatMap { Int($0) } ?? 0)
        let rows = series.answer(query, now: clock.wallClock).map { candle in
          "[\(candle.openTime.milliseconds),\"\(candle.open)\",\"1\",\"1\",\"\(candle.close)\",\"1\"]"
        }
        return .response(HTTPResponse(.ok, body: .bytes(Array("[\(rows.joined(separator: ","))]".utf8))))
      }
    }

    var deadline: Int64 { clock.monotonicMilliseconds + 30_000 }

    func query(start: Int64? = nil, end: Int64? = nil, limit: Int) -> HistoryQuery {
      HistoryQuery(
        instrument: ToyExchange.alpha, interval: .oneMinute,
        start: start.map { series.begin.advanced(byMilliseconds: $0 * 60_000) },
        end: end.map { series.begin.advanced(byMilliseconds: $0 * 60_000) }, limit: limit)
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func theSameRowsComeFromMemoryAndFromTheExchange() async throws {
    let bench = try Bench(gap: 9, seed: 5)
    var random = SplitMix64(seed: 5)
    for _ in 0..<250 {
      bench.clock.advance(milliseconds: [0, 0, 60_000, 180_000].randomElement(using: &random) ?? 0)
      let query = bench.series.randomQuery(now: bench.clock.wallClock, of: ToyExchange.alpha, using: &random)
      let answer = try await bench.history.candles(query, deadline: bench.deadline)
      let expected = bench.series.answer(query, now: bench.clock.wallClock)
      #expect(SimulatedSeries.looksTheSame(answer.rows, expected))
    }
    await bench.stop()
  }

  @Test func aFinalRangeIsAskedForOnceAndThenKnownWithoutAsking() async throws {
    let bench = try Bench(seed: 6)
    let query = bench.query(start: 10, end: 40, limit: 100)
    #expect(bench.history.keptCandles(query) == nil)
    let first = try await bench.history.candles(query, deadline: bench.deadline)
    let calls = bench.upstream.targets.count
    #expect(first.isFinal && calls == 4)
    let kept = bench.history.keptCandles(query)
    #expect(kept?.rows == first.rows && kept?.isFinal == true)
    #expect(try await bench.history.candles(bench.query(start: 12, limit: 5), deadline: bench.deadline).isFinal)
    #expect(bench.upstream.targets.count == calls)
    await bench.stop()
  }

  @Test func onlyTheRestOfARangeIsAskedFor() async throws {
    let bench = try Bench(seed: 7)
    _ = try await bench.history.candles(bench.query(start: 10, end: 29, limit: 100), deadline: bench.deadline)
    let before = bench.upstream.targets.count
    _ = try await bench.history.candles(bench.query(start: 5, end: 35, limit: 100), deadline: bench.deadline)
    let targets = bench.upstream.targets.dropFirst(before)
    let begin = bench.series.begin.milliseconds
    #expect(targets.count == 2)
    #expect(targets.first?.contains("start=\(begin + 5 * 60_000)&end=\(begin + 10 * 60_000 - 1)") == true)
    #expect(targets.last?.contains("start=\(begin + 30 * 60_000)&end=\(begin + 35 * 60_000)") == true)
    await bench.stop()
  }

  @Test func theLatestCandlesCostOneSmallCallOnceTheOthersAreKept() async throws {
    let bench = try Bench(seed: 8)
    let latest = try await bench.history.candles(bench.query(limit: 100), deadline: bench.deadline)
    #expect(!latest.isFinal && latest.rows.last?.isClosed == false)
    let before = bench.upstream.targets.count
    bench.clock.advance(milliseconds: 60_000)
    _ = try await bench.history.candles(bench.query(limit: 100), deadline: bench.deadline)
    let targets = bench.upstream.targets.dropFirst(before)
    #expect(targets.count == 1)
    #expect(targets.first?.hasSuffix("&limit=4") == true)
    await bench.stop()
  }

  @Test func settledRatesAreKeptAndMeasuredAlike() async throws {
    let bench = try Bench(seed: 9)
    let begin: Int64 = 999_900_000_000 / 3_600_000 * 3_600_000
    let rows = (0..<20).map { #"{"time":\#(begin + Int64($0) * 3_600_000),"rate":"0.0001"}"# }
    bench.upstream.answer("/funding/history") { request in
      func value(_ name: String) -> Int64? { request.query[name].flatMap { Int64($0) } }
      let (start, limit) = (value("start"), Int(value("limit") ?? 0))
      let inside = rows.indices.filter { index in
        let time = begin + Int64(index) * 3_600_000
        return time >= start ?? 0 && time <= value("end") ?? .max
      }
      let page = start == nil ? inside.suffix(limit) : inside.prefix(limit)
      let body = page.map { rows[$0] }.joined(separator: ",")
      return .response(HTTPResponse(.ok, body: .bytes(Array("[\(body)]".utf8))))
    }
    let query = HistoryQuery(
      instrument: ToyExchange.alpha, start: Timestamp(milliseconds: begin + 9 * 3_600_000), limit: 5)
    let first = try await bench.history.fundingRates(query, deadline: bench.deadline)
    #expect(first.isFinal && first.rows.map(\.intervalHours) == [1, 1, 1, 1, 1])
    let calls = bench.upstream.targets.count
    #expect(bench.history.keptFundingRates(query)?.rows == first.rows)
    let again = try await bench.history.fundingRates(query, deadline: bench.deadline)
    #expect(again.rows == first.rows && bench.upstream.targets.count == calls)
    await bench.stop()
  }
}
