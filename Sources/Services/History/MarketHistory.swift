public import Contract
public import Model
public import Sessions

/// Rows of history, and what can be said of them.
public struct HistoryAnswer<Row: Sendable>: Sendable {
  /// Ascending by time.
  public let rows: [Row]
  /// The exchange keeps less than was asked for.
  public let isTruncated: Bool
  /// The same question will always be answered by the same rows.
  public let isFinal: Bool
  /// When the exchange was asked, in monotonic milliseconds: what happened later is not in it.
  public let asked: Int64
}

/// Answers questions about the past of one exchange: in pages, cut to the bounds, ascending. What is final is kept, and
/// only the rest is asked for.
public struct MarketHistory: Sendable {
  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource
  private let priority: RequestPriority

  /// The history of an exchange, asked for someone of a priority.
  public init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource,
    priority: RequestPriority = .client
  ) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
    self.priority = priority
  }

  // MARK: Candles

  /// Candles by open time.
  public func candles(_ query: HistoryQuery, deadline: Int64) async throws(ExchangeError) -> HistoryAnswer<Candle> {
    guard let series = candleSeries(query) else { throw .unsupported }
    guard let earliest = series.earliest else { return try await answer(query, from: series, deadline: deadline) }
    if let end = query.end, end < earliest {
      return HistoryAnswer(rows: [], isTruncated: true, isFinal: false, asked: clock.monotonicMilliseconds)
    }
    var kept = query
    if let start = query.start { kept.start = max(start, earliest) }
    let whole = try await answer(kept, from: series, deadline: deadline)
    let isCut = MarketHistory.isCut(whole.rows, of: query, keptFrom: earliest, page: series.pageSize)
    return HistoryAnswer(
      rows: whole.rows, isTruncated: isCut, isFinal: whole.isFinal && !isCut, asked: whole.asked)
  }

  /// The same, when all of it is kept, and the exchange cannot have forgotten a part of it.
  public func keptCandles(_ query: HistoryQuery) -> HistoryAnswer<Candle>? {
    guard query.hasBound, let series = candleSeries(query), let answer = keptAnswer(query, from: series) else {
      return nil
    }
    guard let earliest = series.earliest else { return answer }
    let isInside = query.start.map { $0 >= earliest } ?? (answer.rows.count == query.limit)
    return isInside ? answer : nil
  }

  /// A candle that the exchange has corrected takes the place of what is kept of it.
  func replace(_ candle: Candle) {
    let end = candle.interval.endTime(ofCandleAt: candle.openTime).advanced(byMilliseconds: -1)
    client.kept.candles.correct(candle, through: end, of: SeriesKey(candle.instrument, candle.interval))
  }

  /// The open time of the first candle an exchange still has, when it keeps the last so many of each interval.
  static func firstKept(_ query: HistoryQuery, candlesKept: Int?, now: Timestamp) -> Timestamp? {
    guard let candlesKept, let interval = query.interval else { return nil }
    return interval.openTime(-candlesKept, after: interval.openTime(containing: now))
  }

  /// Whether older candles were wanted than the exchange keeps: the first one there is stands within a page of where
  /// its memory begins. One that stands later is the first there ever was.
  static func isCut(
    _ rows: [Candle], of query: HistoryQuery, keptFrom earliest: Timestamp?, page: Int
  ) -> Bool {
    guard let earliest, query.start.map({ $0 < earliest }) ?? (rows.count < query.limit) else { return false }
    guard let first = rows.first else { return query.start != nil }
    return first.openTime <= first.interval.openTime(page, after: earliest)
  }

  /// A candle that another one follows is over, whatever the clocks say.
  static func closedByFollowers(_ candles: [Candle]) -> [Candle] {
    guard let last = candles.last, candles.indices.dropLast().contains(where: { !candles[$0].isClosed }) else {
      return candles
    }
    return candles.dropLast().map { $0.isClosed ? $0 : $0.closed } + [last]
  }

  private func candleSeries(_ query: HistoryQuery) -> HistorySeries<Candle>? {
    guard let interval = query.interval else { return nil }
    let settling = client.freshness.settlingMilliseconds
    return HistorySeries(
      kept: client.kept.candles, key: SeriesKey(query.instrument, interval), grid: interval,
      pageSize: client.limits.candlesPerPage, step: { _ in interval },
      isWindowed: client.limits.candlesAreWindowed,
      earliest: MarketHistory.firstKept(
        query, candlesKept: client.limits.candlesKept, now: clock.wallClock),
      mended: { MarketHistory.closedByFollowers($0) },
      isSettled: { candles, index in
        let end = interval.endTime(ofCandleAt: candles[index].openTime)
        return candles[index].isClosed && end.advanced(byMilliseconds: settling) <= candles[index].receiveTime
      },
      // No other candle opens before this one's end.
      extent: { interval.endTime(ofCandleAt: $0.openTime).advanced(byMilliseconds: -1) },
      inquiry: { [exchange] in exchange.candles($0) })
  }

  // MARK: Settled funding rates

  /// Settled funding rates by settlement, each with the hours since the one before.
  public func fundingRates(
    _ query: HistoryQuery, deadline: Int64
  ) async throws(ExchangeError) -> HistoryAnswer<FundingRate> {
    let wide = try await answer(FundingIntervals.widened(query), from: fundingSeries(query), deadline: deadline)
    return measured(wide, for: query)
  }

  /// The same, when all of it is kept.
  public func keptFundingRates(_ query: HistoryQuery) -> HistoryAnswer<FundingRate>? {
    guard query.hasBound else { return nil }
    return keptAnswer(FundingIntervals.widened(query), from: fundingSeries(query)).map { measured($0, for: query) }
  }

  private func measured(
    _ wide: HistoryAnswer<FundingRate>, for query: HistoryQuery
  ) -> HistoryAnswer<FundingRate> {
    HistoryAnswer(
      rows: FundingIntervals.measured(wide.rows, for: query), isTruncated: wide.isTruncated, isFinal: wide.isFinal,
      asked: wide.asked)
  }

  private func fundingSeries(_ query: HistoryQuery) -> HistorySeries<FundingRate> {
    let settled = clock.wallClock.advanced(byMilliseconds: -client.freshness.settlingMilliseconds)
    return HistorySeries(
      kept: client.kept.fundingRates, key: SeriesKey(query.instrument, nil), grid: FundingIntervals.shortest,
      pageSize: client.limits.fundingRatesPerPage,
      // From a start on the exchange counts by itself; back from an end it must be told where to begin.
      step: { $0.start == nil ? Interval($0.instrument.fundingIntervalHours ?? 1, .hour) ?? .oneHour : nil },
      isWindowed: false, earliest: nil, mended: { $0 },
      isSettled: { $0[$1].settlementTime <= settled },
      // When the next one comes is not known.
      extent: { $0.settlementTime },
      inquiry: { [exchange] in exchange.fundingHistory($0) })
  }

  // MARK: Open interest

  /// Open interest by sample time.
  public func openInterest(
    _ query: HistoryQuery, deadline: Int64
  ) async throws(ExchangeError) -> HistoryAnswer<OpenInterest> {
    let earliest = client.limits.openInterestKeptMilliseconds.map { age in
      let begin = clock.wallClock.advanced(byMilliseconds: -age)
      // Samples stand on the period's grid: the first one kept is the next of it.
      return query.interval.map { $0.openTime(1, after: $0.openTime(containing: begin)) } ?? begin
    }
    var kept = query
    if let earliest {
      if let end = query.end, end < earliest {
        return HistoryAnswer(rows: [], isTruncated: true, isFinal: false, asked: clock.monotonicMilliseconds)
      }
      if let start = query.start { kept.start = max(start, earliest) }
    }
    let page = try await pages(
      of: kept, size: client.limits.openInterestPerPage, isWindowed: true, deadline: deadline
    ) { exchange.openInterestHistory($0) }
    let isCut = MarketHistory.isCut(page.rows, of: query, keptFrom: earliest)
    return HistoryAnswer(
      rows: page.rows, isTruncated: kept.start != query.start || isCut, isFinal: false, asked: page.asked)
  }

  /// Whether fewer rows came than were wanted because the exchange keeps no older ones: the first of them stands where
  /// its memory begins.
  static func isCut(_ rows: [OpenInterest], of query: HistoryQuery, keptFrom earliest: Timestamp?) -> Bool {
    guard query.start == nil, rows.count < query.limit, let earliest, let first = rows.first,
      let period = query.interval
    else { return false }
    return first.exchangeTime <= period.openTime(2, after: earliest)
  }

  // MARK: Walking

  /// Walks through what is kept, and asks for the holes.
  private func answer<Row: SeriesRow>(
    _ query: HistoryQuery, from series: HistorySeries<Row>, deadline: Int64
  ) async throws(ExchangeError) -> HistoryAnswer<Row> {
    var query = query
    query.now = clock.wallClock
    var asked = clock.monotonicMilliseconds
    var walk = SeriesWalk<Row>(query, grid: series.grid)
    while let hole = series.kept.read(series.key, { walk.advance($0) }) {
      let page = try await pages(
        of: hole.query, size: series.pageSize, isWindowed: series.isWindowed, step: series.step(hole.query),
        earliest: series.earliest, deadline: deadline, inquiry: series.inquiry)
      asked = min(asked, page.asked)
      let rows = series.mended(page.rows)
      series.learn(rows, of: hole, isWhole: page.isWhole)
      walk.take(rows, of: hole, isWhole: page.isWhole)
    }
    return HistoryAnswer(
      rows: series.rows(of: walk), isTruncated: false, isFinal: isKept(query, of: series),
      asked: asked)
  }

  /// Whether all of it is kept by now.
  private func isKept<Row: SeriesRow>(_ query: HistoryQuery, of series: HistorySeries<Row>) -> Bool {
    guard query.hasBound else { return false }
    var walk = SeriesWalk<Row>(query, grid: series.grid, countsAlone: true)
    return series.kept.read(series.key, { walk.advance($0) }) == nil
  }

  /// For a query that has a bound: what is newest is never all kept.
  private func keptAnswer<Row: SeriesRow>(
    _ query: HistoryQuery, from series: HistorySeries<Row>
  ) -> HistoryAnswer<Row>? {
    var query = query
    query.now = clock.wallClock
    var walk = SeriesWalk<Row>(query, grid: series.grid)
    guard series.kept.read(series.key, { walk.advance($0) }) == nil else { return nil }
    return HistoryAnswer(rows: walk.rows, isTruncated: false, isFinal: true, asked: clock.monotonicMilliseconds)
  }

  /// Rows that came in pages, whether they are all there, and when the first page was asked for.
  private struct Pages<Row> {
    let rows: [Row]
    let isWhole: Bool
    let asked: Int64
  }

  private func pages<Row: SeriesRow>(
    of query: HistoryQuery, size: Int, isWindowed: Bool = false, step: Interval? = nil, earliest: Timestamp? = nil,
    deadline: Int64, inquiry: @Sendable (HistoryQuery) -> Inquiry<[Row]>?
  ) async throws(ExchangeError) -> Pages<Row> {
    var query = query
    query.now = clock.wallClock
    var asked = clock.monotonicMilliseconds
    func ask(_ page: HistoryQuery) async throws(ExchangeError) -> [Row] {
      guard let question = inquiry(page) else { throw .unsupported }
      let answer = try await client.askDated(question, priority: priority, deadline: deadline)
      asked = min(asked, answer.asked)
      return answer.value
    }
    if let step, client.limits.pagesAreSpans {
      var pager = SpanPager<Row>(query, step: step, pageSize: size, earliest: earliest ?? .epoch)
      while let page = pager.nextQuery() { pager.take(try await ask(page)) }
      return Pages(rows: pager.rows, isWhole: pager.isWhole, asked: asked)
    }
    var pager = HistoryPager<Row>(query, pageSize: size, isWindowed: isWindowed)
    while let page = pager.nextQuery() { pager.take(try await ask(page)) }
    return Pages(rows: pager.rows, isWhole: pager.isWhole, asked: asked)
  }
}
