import Contract
import Model
import Support
import Testing

@testable import Services
@testable import Sessions

@Suite struct SeriesWalkTests {
  /// A history without sockets: the walk, what it keeps, and how many pages it asked for.
  private final class Desk {
    let series: SimulatedSeries
    let kept: KeptRows<Candle>
    let settling: Int64 = 60_000
    var calls: [HistoryQuery] = []

    init(_ series: SimulatedSeries, limitBytes: Int = 1 << 20) {
      self.series = series
      kept = KeptRows(limitBytes: limitBytes)
    }

    private var rows: HistorySeries<Candle> {
      let (interval, settling) = (series.interval, settling)
      return HistorySeries(
        kept: kept, key: SeriesKey(ToyExchange.alpha, interval), grid: interval, pageSize: 10,
        step: { _ in nil }, isWindowed: false, earliest: nil,
        mended: { MarketHistory.closedByFollowers($0) },
        isSettled: { candles, index in
          let end = interval.endTime(ofCandleAt: candles[index].openTime)
          return candles[index].isClosed && end.advanced(byMilliseconds: settling) <= candles[index].receiveTime
        },
        extent: { interval.endTime(ofCandleAt: $0.openTime).advanced(byMilliseconds: -1) }, inquiry: { _ in nil })
    }

    func answer(_ query: HistoryQuery) -> [Candle] {
      var walk = SeriesWalk<Candle>(query, grid: series.interval)
      while let hole = kept.read(rows.key, { walk.advance($0) }) {
        var pager = HistoryPager<Candle>(hole.query, pageSize: rows.pageSize)
        while let page = pager.nextQuery() {
          calls.append(page)
          pager.take(series.answer(page, now: query.now))
        }
        let mended = rows.mended(pager.rows)
        rows.learn(mended, of: hole, isWhole: pager.isWhole)
        walk.take(mended, of: hole, isWhole: pager.isWhole)
      }
      return rows.rows(of: walk)
    }
  }

  private static let begin = Timestamp(microseconds: 1_000_000_000_000_000)

  @Test(arguments: ["1m", "3d", "1w", "1M"], [2, 5, 1_000_000] as [UInt64])
  func whateverIsKeptTheRowsAreThoseOfTheExchange(interval: String, gap: UInt64) throws {
    let interval = try #require(Interval(interval))
    let desk = Desk(SimulatedSeries(interval: interval, begin: Self.begin, gap: gap, seed: gap))
    var random = SplitMix64(seed: gap)
    var now = interval.openTime(90, after: Self.begin).advanced(byMilliseconds: 30_000)
    for _ in 0..<400 {
      let query = desk.series.randomQuery(now: now, of: ToyExchange.alpha, using: &random)
      let rows = desk.answer(query)
      let expected = desk.series.answer(query, now: now)
      if !SimulatedSeries.looksTheSame(rows, expected) { Issue.record("\(query): \(rows), not \(expected)") }
      if Int.random(in: 0..<4, using: &random) == 0 {
        now = now.advanced(byMilliseconds: Int64.random(in: 1...interval.nominalMilliseconds, using: &random))
      }
    }
  }

  @Test func itIsSoWhenMostOfWhatIsKeptIsDroppedAgain() throws {
    let series = SimulatedSeries(interval: .oneMinute, begin: Self.begin, gap: 4, seed: 3)
    let desk = Desk(series, limitBytes: 20 * MemoryLayout<Candle>.stride)
    var random = SplitMix64(seed: 3)
    let now = Self.begin.advanced(byMilliseconds: 90 * 60_000 + 30_000)
    for _ in 0..<200 {
      let query = series.randomQuery(now: now, of: ToyExchange.alpha, using: &random)
      let (rows, expected) = (desk.answer(query), series.answer(query, now: now))
      if !SimulatedSeries.looksTheSame(rows, expected) { Issue.record("\(query): \(rows), not \(expected)") }
    }
  }

  @Test func aRangeThatIsKeptIsNotAskedForAgain() {
    let desk = Desk(SimulatedSeries(interval: .oneMinute, begin: Self.begin, gap: 1_000_000, seed: 4))
    let now = Self.begin.advanced(byMilliseconds: 300 * 60_000 + 30_000)
    func query(_ start: Int64?, _ end: Int64?, _ limit: Int) -> HistoryQuery {
      HistoryQuery(
        instrument: ToyExchange.alpha, interval: .oneMinute,
        start: start.map { Self.begin.advanced(byMilliseconds: $0 * 60_000) },
        end: end.map { Self.begin.advanced(byMilliseconds: $0 * 60_000) }, limit: limit, now: now)
    }
    _ = desk.answer(query(100, nil, 50))
    let calls = desk.calls.count
    _ = desk.answer(query(110, nil, 20))
    _ = desk.answer(query(110, 120, 500))
    _ = desk.answer(query(nil, 130, 10))
    #expect(desk.calls.count == calls)
    // A hole between two kept stretches is asked for to its edges.
    _ = desk.answer(query(200, 220, 100))
    let before = desk.calls.count
    _ = desk.answer(query(100, 220, 500))
    let holes = desk.calls[before...]
    #expect(holes.allSatisfy { ($0.end ?? .latest) < Self.begin.advanced(byMilliseconds: 200 * 60_000) })
    let after = desk.calls.count
    _ = desk.answer(query(100, 220, 500))
    #expect(desk.calls.count == after)
  }

  @Test func aWalkOverManyHolesGivesUpOnWhatIsKept() {
    let desk = Desk(SimulatedSeries(interval: .oneMinute, begin: Self.begin, gap: 1_000_000, seed: 1))
    let now = Self.begin.advanced(byMilliseconds: 300 * 60_000 + 30_000)
    let key = SeriesKey(ToyExchange.alpha, .oneMinute)
    for minute in stride(from: Int64(0), to: 100, by: 2) {
      let time = Self.begin.advanced(byMilliseconds: minute * 60_000)
      let query = HistoryQuery(
        instrument: ToyExchange.alpha, interval: .oneMinute, start: time, limit: 1, now: now)
      _ = desk.answer(query)
    }
    #expect(desk.kept.read(key) { $0.spans.count } == 50)
    desk.calls = []
    let all = HistoryQuery(
      instrument: ToyExchange.alpha, interval: .oneMinute, start: Self.begin, limit: 100, now: now)
    #expect(desk.answer(all).count == 100)
    #expect(desk.calls.count <= SeriesWalk<Candle>.maxHoles + 10)
  }
}
