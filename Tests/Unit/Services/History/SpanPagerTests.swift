import Contract
import Model
import Sessions
import Testing

@testable import Services

@Suite struct SpanPagerTests {
  /// A row by its number, minutes apart unless said otherwise.
  private struct Row: SeriesRow, Equatable {
    let number: Int64
    let seriesTime: Timestamp

    init(_ number: Int64, every milliseconds: Int64 = 60_000) {
      self.number = number
      seriesTime = Timestamp(microseconds: number * milliseconds * 1000)
    }
  }

  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)
  private static let now: Int64 = 10_000

  private func time(_ minute: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
    Timestamp(microseconds: (minute * 60_000 + milliseconds) * 1000)
  }

  /// An exchange with rows at the given minutes: it gives all between the bounds, but no more than a page, and maybe
  /// the row whose minute holds the start.
  private func answer(_ query: HistoryQuery, _ rows: [Int64], page: Int) -> [Int64] {
    guard let start = query.start, let end = query.end else {
      Issue.record("a bound is missing")
      return []
    }
    return Array(rows.filter { time($0 + 1) > start && time($0) <= end }.prefix(page))
  }

  private func run(
    start: Timestamp? = nil, end: Timestamp? = nil, limit: Int, page: Int = 500, earliest: Timestamp = .epoch,
    rows: [Int64]
  ) -> (rows: [Int64], queries: [HistoryQuery]) {
    let query = HistoryQuery(
      instrument: Self.instrument, interval: .oneMinute, start: start, end: end, limit: limit,
      now: time(Self.now, 30_000))
    var pager = SpanPager<Row>(query, step: .oneMinute, pageSize: page, earliest: earliest)
    var queries: [HistoryQuery] = []
    while let query = pager.nextQuery() {
      queries.append(query)
      pager.take(answer(query, rows, page: page).map { Row($0) })
    }
    return (pager.rows.map(\.number), queries)
  }

  private let whole = Array(Int64(0)...SpanPagerTests.now)

  @Test(arguments: [2, 3, 50, 500])
  func theLatestRowsAcrossPages(page: Int) {
    #expect(run(limit: 37, page: page, rows: whole).rows == Array(whole.suffix(37)))
  }

  @Test(arguments: [2, 3, 50, 500])
  func theLastRowsUpToAnEndWithinAMinute(page: Int) {
    #expect(run(end: time(400, 5000), limit: 37, page: page, rows: whole).rows == Array(364...400))
    #expect(run(end: time(400), limit: 37, page: page, rows: whole).rows == Array(364...400))
  }

  @Test(arguments: [2, 3, 50, 500])
  func theFirstRowsFromAStartWithoutTheOneThatContainsIt(page: Int) {
    #expect(run(start: time(400), limit: 37, page: page, rows: whole).rows == Array(400...436))
    #expect(run(start: time(400, 1), limit: 37, page: page, rows: whole).rows == Array(401...437))
  }

  @Test(arguments: [2, 3, 50, 500])
  func bothBoundsAreInclusive(page: Int) {
    #expect(run(start: time(400), end: time(420), limit: 500, page: page, rows: whole).rows == Array(400...420))
    #expect(run(start: time(400), end: time(420), limit: 4, page: page, rows: whole).rows == Array(400...403))
    #expect(run(start: time(400, 1), end: time(400, 2), limit: 4, page: page, rows: whole).rows == [])
  }

  @Test func oneFullPageIsOneCall() {
    for limit in [1, 20, 500] {
      #expect(run(limit: limit, rows: whole).queries.count == 1)
      #expect(run(start: time(50), limit: limit, rows: whole).queries.count == 1)
    }
    #expect(run(limit: 1500, rows: whole).queries.map(\.limit) == [500, 500, 500])
  }

  @Test func aSpanHoldsNoMoreStepsThanAPageHasRows() {
    for query in run(limit: 1500, rows: whole).queries + run(start: time(7, 7), limit: 1500, rows: whole).queries {
      let (start, end) = (query.start ?? .epoch, query.end ?? .latest)
      #expect(end.milliseconds(since: start) <= 500 * 60_000)
    }
  }

  @Test func throughTheRunningStepTheSameQuestionIsTheSameRequest() {
    let first = run(limit: 5, rows: whole).queries.first
    #expect(first?.end == time(Self.now, 59_999) && first?.start == time(Self.now - 4))
  }

  @Test func anEndInTheFutureIsNow() {
    #expect(run(end: time(Self.now + 500), limit: 3, rows: whole).rows == Array(whole.suffix(3)))
  }

  @Test func quietStepsAreNoEnd() {
    let quiet = whole.filter { $0 % 7 == 0 || $0 < 100 }
    #expect(run(limit: 200, rows: quiet).rows == Array(quiet.suffix(200)))
    #expect(run(start: time(1000), limit: 200, rows: quiet).rows == Array(quiet.filter { $0 >= 1000 }.prefix(200)))
    let asleep = whole.filter { !(9000...9990).contains($0) }
    #expect(run(limit: 5, rows: asleep).rows == [9996, 9997, 9998, 9999, 10_000])
    let dead = whole.filter { $0 < 9990 }
    #expect(run(limit: 1, rows: dead).rows == [9989])
    #expect(run(start: time(9000), limit: 5, rows: [9001, 9400, 9990]).rows == [9001, 9400, 9990])
  }

  @Test func timeBeforeTheListingEndsTheWalk() {
    let young = run(limit: 1500, rows: Array(9900...Self.now))
    #expect(young.rows == Array(9900...Self.now))
    #expect(young.queries.count == 2)
    let none = run(limit: 1, rows: [])
    #expect(none.rows.isEmpty && none.queries.count == SpanPager<Row>.maxEmptySpans)
  }

  @Test func whatTheExchangeNoLongerKeepsIsNotAskedFor() {
    let kept = run(limit: 1500, earliest: time(9200), rows: Array(9200...Self.now))
    #expect(kept.rows == Array(9200...Self.now))
    #expect(kept.queries.allSatisfy { $0.start ?? .epoch >= time(9200) })
    #expect(kept.queries.count == 2)
    let forward = run(start: .epoch, limit: 5, earliest: time(9200), rows: whole)
    #expect(forward.rows == Array(9200...9204) && forward.queries.count == 1)
  }

  @Test func anExchangeThatCutsALongAnswerIsAskedOn() {
    let query = HistoryQuery(
      instrument: Self.instrument, interval: .oneMinute, start: time(100), limit: 40, now: time(Self.now))
    // Two rows a minute, counted in halves of it: a page of twenty minutes is cut after ten.
    let halves = (Int64(0)...1000).map { Row($0, every: 30_000) }
    var pager = SpanPager<Row>(query, step: .oneMinute, pageSize: 20)
    while let page = pager.nextQuery() {
      let (start, end) = (page.start ?? .epoch, page.end ?? .epoch)
      pager.take(Array(halves.filter { (start...end).contains($0.seriesTime) }.prefix(20)))
    }
    #expect(pager.rows.map(\.number) == Array(200..<240))
  }

  @Test func callsAreBounded() {
    let query = HistoryQuery(
      instrument: Self.instrument, interval: .oneMinute, start: .epoch, limit: 1500, now: .latest)
    var pager = SpanPager<Row>(query, step: .oneMinute, pageSize: 1)
    var calls = 0
    while pager.nextQuery() != nil {
      calls += 1
      pager.take([])
    }
    #expect(calls == SpanPager<Row>.maxPages)
    #expect(pager.nextQuery() == nil)
  }
}
