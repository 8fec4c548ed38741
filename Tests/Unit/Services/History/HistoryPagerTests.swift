import Contract
import Model
import Sessions
import Testing

@testable import Services

@Suite struct HistoryPagerTests {
  /// A row by the milliseconds it stands at.
  private struct Row: SeriesRow, Equatable, ExpressibleByIntegerLiteral {
    let seriesTime: Timestamp

    init(integerLiteral milliseconds: Int64) { seriesTime = Timestamp(microseconds: milliseconds * 1000) }
  }

  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  /// What an exchange with rows at the given milliseconds answers, as `HistoryQuery` says.
  private func answer(_ query: HistoryQuery, _ rows: [Int64]) -> [Int64] {
    let inside = rows.filter { row in
      (query.start.map { time(row) >= $0 } ?? true) && (query.end.map { time(row) <= $0 } ?? true)
    }
    return query.start != nil ? Array(inside.prefix(query.limit)) : Array(inside.suffix(query.limit))
  }

  private func run(
    start: Int64? = nil, end: Int64? = nil, limit: Int, page: Int, rows: [Int64]
  ) -> (rows: [Int64], calls: Int) {
    let query = HistoryQuery(
      instrument: Self.instrument, start: start.map(time), end: end.map(time), limit: limit)
    var pager = HistoryPager<Row>(query, pageSize: page)
    var calls = 0
    while let page = pager.nextQuery() {
      calls += 1
      pager.take(answer(page, rows).map(Row.init))
    }
    return (pager.rows.map(\.seriesTime.milliseconds), calls)
  }

  private let rows = (0..<100).map { Int64($0) * 10 }

  @Test(arguments: [1, 3, 7, 50, 1000])
  func theLatestRowsAcrossPages(page: Int) {
    #expect(run(limit: 25, page: page, rows: rows).rows == Array(rows.suffix(25)))
  }

  @Test(arguments: [1, 3, 7, 50, 1000])
  func theFirstRowsFromAStart(page: Int) {
    #expect(run(start: 95, limit: 25, page: page, rows: rows).rows == Array(rows[10..<35]))
  }

  @Test(arguments: [1, 3, 7, 50, 1000])
  func theLastRowsUpToAnEnd(page: Int) {
    #expect(run(end: 405, limit: 25, page: page, rows: rows).rows == Array(rows[16...40]))
  }

  @Test(arguments: [1, 3, 7, 50, 1000])
  func bothBoundsAreInclusiveAndCountFromTheStart(page: Int) {
    #expect(run(start: 100, end: 200, limit: 500, page: page, rows: rows).rows == Array(rows[10...20]))
    #expect(run(start: 100, end: 200, limit: 4, page: page, rows: rows).rows == Array(rows[10...13]))
  }

  @Test func oneFullPageIsOneCall() {
    #expect(run(limit: 50, page: 50, rows: rows).calls == 1)
    #expect(run(limit: 51, page: 50, rows: rows).calls == 2)
  }

  @Test func fewerRowsThanAskedAreAllThereAre() {
    #expect(run(limit: 500, page: 1000, rows: rows).rows == rows)
    #expect(run(start: 2000, limit: 5, page: 10, rows: rows).rows.isEmpty)
    #expect(run(limit: 5, page: 10, rows: []).rows.isEmpty)
  }

  @Test func anExchangeThatAnswersTooMuchOrTwiceDoesNoHarm() {
    let query = HistoryQuery(instrument: Self.instrument, start: time(100), end: time(150), limit: 4)
    var pager = HistoryPager<Row>(query, pageSize: 3)
    #expect(pager.nextQuery()?.limit == 3)
    pager.take([80, 90, 100, 100, 110, 120, 130])
    #expect(pager.rows == [100, 110, 120, 130])
    #expect(pager.nextQuery() == nil)
  }

  @Test func anExchangeThatRepeatsItsPageEndsTheWalk() {
    let query = HistoryQuery(instrument: Self.instrument, start: time(100), limit: 100)
    var pager = HistoryPager<Row>(query, pageSize: 2)
    var calls = 0
    while pager.nextQuery() != nil {
      calls += 1
      pager.take([100, 110])
    }
    #expect(pager.rows == [100, 110])
    #expect(calls == 2)
  }

  /// An exchange that answers `limit` steps of time from the start and knows nothing of the first of them.
  @Test func windowsThatAreNotFullAreWalkedThroughToTheEnd() throws {
    let minute = try #require(Interval("1m"))
    let rows = (10..<100).map { Int64($0) * 60_000 }
    let query = HistoryQuery(
      instrument: Self.instrument, interval: minute, start: time(0), limit: 7, now: time(100 * 60_000))
    var pager = HistoryPager<Row>(query, pageSize: 4, isWindowed: true)
    var calls = 0
    while let page = pager.nextQuery() {
      calls += 1
      let start = page.start?.milliseconds ?? 0
      pager.take(rows.filter { $0 >= start && $0 < start + Int64(page.limit) * 60_000 }.map(Row.init))
    }
    #expect(pager.rows == rows[..<7].map(Row.init))
    #expect(calls < 10)
  }

  @Test func windowsEndAtTheEndOfTheRangeAndAtNow() throws {
    let minute = try #require(Interval("1m"))
    for (end, now) in [(time(8 * 60_000), time(1_000_000_000)), (nil, time(8 * 60_000))] {
      let query = HistoryQuery(
        instrument: Self.instrument, interval: minute, start: time(0), end: end, limit: 100, now: now)
      var pager = HistoryPager<Row>(query, pageSize: 4, isWindowed: true)
      var calls = 0
      while pager.nextQuery() != nil {
        calls += 1
        pager.take([])
      }
      #expect(calls == 3)
    }
  }

  @Test func theNumberOfCallsIsBounded() {
    let many = (0..<1000).map { Int64($0) }
    #expect(run(start: 0, limit: 1000, page: 1, rows: many).calls == HistoryPager<Row>.maxPages)
  }
}
