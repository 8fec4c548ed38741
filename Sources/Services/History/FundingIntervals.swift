internal import Contract
internal import Model

/// The hours a settled rate covers are the distance to the settlement before it: so a little more is asked for than is
/// wanted, measured, and cut off again.
enum FundingIntervals {
  /// The longest interval any exchange has, in hours; an hourly one has so many rows in it.
  static let longestHours = 8
  /// The shortest distance of two settlements.
  static let shortest = Interval.oneHour

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
