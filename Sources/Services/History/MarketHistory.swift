public import Contract
public import Model
public import Sessions

/// Rows of history, and whether the exchange no longer had all of what was asked.
public struct HistoryAnswer<Row: Sendable>: Sendable {
  /// Ascending by time.
  public let rows: [Row]
  /// The exchange keeps less than was asked for.
  public let isTruncated: Bool
}

/// Answers questions about the past of one exchange: in pages, cut to the bounds, ascending.
public struct MarketHistory: Sendable {
  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource

  /// The history of an exchange.
  public init(_ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
  }

  /// Candles by open time.
  public func candles(_ query: HistoryQuery, deadline: Int64) async throws(ExchangeError) -> HistoryAnswer<Candle> {
    let rows = try await pages(
      of: query, size: exchange.declaration.rest.candlesPerPage,
      isWindowed: exchange.declaration.rest.candlesAreWindowed, deadline: deadline, time: \.openTime
    ) { exchange.candles($0) }
    return HistoryAnswer(rows: MarketHistory.closedByFollowers(rows), isTruncated: false)
  }

  /// A candle that another one follows is over, whatever the clocks say.
  static func closedByFollowers(_ candles: [Candle]) -> [Candle] {
    guard let last = candles.last else { return [] }
    return candles.dropLast().map { $0.isClosed ? $0 : $0.closed } + [last]
  }

  /// Open interest by sample time.
  public func openInterest(
    _ query: HistoryQuery, deadline: Int64
  ) async throws(ExchangeError) -> HistoryAnswer<OpenInterest> {
    let earliest = exchange.declaration.rest.openInterestKeptMilliseconds.map { age in
      let begin = clock.wallClock.advanced(byMilliseconds: -age)
      // Samples stand on the period's grid: the first one kept is the next of it.
      return query.interval.map { $0.openTime(1, after: $0.openTime(containing: begin)) } ?? begin
    }
    var kept = query
    if let earliest {
      if let end = query.end, end < earliest { return HistoryAnswer(rows: [], isTruncated: true) }
      if let start = query.start { kept.start = max(start, earliest) }
    }
    let rows = try await pages(
      of: kept, size: exchange.declaration.rest.openInterestPerPage, isWindowed: true, deadline: deadline,
      time: \.exchangeTime
    ) { exchange.openInterestHistory($0) }
    let isCut = MarketHistory.isCut(rows, of: query, keptFrom: earliest)
    return HistoryAnswer(rows: rows, isTruncated: kept.start != query.start || isCut)
  }

  /// Whether fewer rows came than were wanted because the exchange keeps no older ones: the first of them stands where
  /// its memory begins.
  static func isCut(_ rows: [OpenInterest], of query: HistoryQuery, keptFrom earliest: Timestamp?) -> Bool {
    guard query.start == nil, rows.count < query.limit, let earliest, let first = rows.first,
      let period = query.interval
    else { return false }
    return first.exchangeTime <= period.openTime(2, after: earliest)
  }

  /// Settled funding rates by settlement, each with the hours since the one before.
  public func fundingRates(
    _ query: HistoryQuery, deadline: Int64
  ) async throws(ExchangeError) -> HistoryAnswer<FundingRate> {
    let rows = try await pages(
      of: FundingIntervals.widened(query), size: exchange.declaration.rest.fundingRatesPerPage, deadline: deadline,
      time: \.settlementTime
    ) { exchange.fundingHistory($0) }
    return HistoryAnswer(rows: FundingIntervals.measured(rows, for: query), isTruncated: false)
  }

  private func pages<Row: Sendable>(
    of query: HistoryQuery, size: Int, isWindowed: Bool = false, deadline: Int64,
    time: @escaping @Sendable (Row) -> Timestamp, inquiry: @Sendable (HistoryQuery) -> Inquiry<[Row]>?
  ) async throws(ExchangeError) -> [Row] {
    var query = query
    query.now = clock.wallClock
    var pager = HistoryPager(query, pageSize: size, isWindowed: isWindowed, time: time)
    while let page = pager.nextQuery() {
      guard let question = inquiry(page) else { throw .unsupported }
      pager.take(try await client.ask(question, deadline: deadline))
    }
    return pager.rows
  }
}

/// The hours a settled rate covers are the distance to the settlement before it: so a little more is asked for than is
/// wanted, measured, and cut off again.
enum FundingIntervals {
  /// The longest interval any exchange has, in hours; an hourly one has so many rows in it.
  static let longestHours = 8

  static func widened(_ query: HistoryQuery) -> HistoryQuery {
    var wide = query
    if let start = query.start {
      wide.start = start.advanced(byMilliseconds: -Int64(longestHours) * 3_600_000)
      wide.limit += longestHours
    } else {
      wide.limit += 1
    }
    return wide
  }

  static func measured(_ rows: [FundingRate], for query: HistoryQuery) -> [FundingRate] {
    var measured: [FundingRate] = []
    var before: FundingRate?
    for row in rows {
      measured.append(
        FundingRate(
          instrument: row.instrument, exchangeTime: row.exchangeTime, rate: row.rate,
          settlementTime: row.settlementTime, intervalHours: before.flatMap { hours(from: $0, to: row) }))
      before = row
    }
    guard let start = query.start else { return Array(measured.suffix(query.limit)) }
    return Array(measured.filter { $0.settlementTime >= start }.prefix(query.limit))
  }

  /// Whole hours only: settlements are stamped some milliseconds late now and then, never minutes.
  private static func hours(from earlier: FundingRate, to later: FundingRate) -> Int? {
    let distance = later.settlementTime.milliseconds(since: earlier.settlementTime)
    let hours = (distance + 1_800_000) / 3_600_000
    guard hours > 0, abs(distance - hours * 3_600_000) < 60_000 else { return nil }
    return Int(hours)
  }
}
