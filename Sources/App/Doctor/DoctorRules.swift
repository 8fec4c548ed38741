internal import Contract
internal import Model

/// What rows must be like; each rule gives what differs, or `nil`.
enum DoctorRules {
  /// An exchange may take so long to begin the next candle, in milliseconds.
  static let candleGrace: Int64 = 5000

  /// Candles of a page of `limit` rows that ends now: on the interval's grid, ascending without holes, the last one still
  /// open at `now`, no more than were asked for. A whole page must be full.
  static func difference(
    in candles: [Candle], _ interval: Interval, limit: Int, mustBeFull: Bool, now: Timestamp
  ) -> String? {
    guard let last = candles.last else { return "no row came" }
    if let offGrid = candles.first(where: { interval.openTime(containing: $0.openTime) != $0.openTime }) {
      return "a candle opens at \(offGrid.openTime), which is not on the grid of \(interval)"
    }
    for (earlier, later) in zip(candles, candles.dropFirst()) {
      if later.openTime <= earlier.openTime {
        return "rows are not ascending: \(later.openTime) follows \(earlier.openTime)"
      }
      if later.openTime != interval.endTime(ofCandleAt: earlier.openTime) {
        return "rows are missing between \(earlier.openTime) and \(later.openTime)"
      }
    }
    if let closed = candles.dropLast(2).first(where: { !$0.isClosed }) {
      return "the candle of \(closed.openTime) is not said to be over"
    }
    if candles.count > limit { return "\(limit) rows were asked for, \(candles.count) came" }
    if mustBeFull, candles.count < limit {
      return "a page has \(limit) rows by the declaration, \(candles.count) came"
    }
    let end = interval.endTime(ofCandleAt: last.openTime)
    if last.isClosed, now.milliseconds(since: end) > candleGrace {
      return "the last row, of \(last.openTime), is over: the running candle is missing"
    }
    return nil
  }

  /// Volumes of 24 hours: one of an instrument in trading is there, and none is less than nothing.
  static func difference(in volumes: [InstrumentVolume], of instrument: Instrument) -> String? {
    if let row = volumes.first(where: { $0.quoteVolume < .zero }) { return "the volume of \(row.symbol) is negative" }
    return volumes.contains { $0.symbol == instrument.symbol } ? nil : "\(instrument.symbol) is missing"
  }

  /// Samples or settlements of a page of `limit` rows: ascending, none of the future, no more than were asked for, on
  /// the grid of their period where there is one.
  static func difference(in times: [Timestamp], period: Interval?, limit: Int, now: Timestamp) -> String? {
    guard let last = times.last else { return "no row came" }
    for (earlier, later) in zip(times, times.dropFirst()) where later <= earlier {
      return "rows are not ascending: \(later) follows \(earlier)"
    }
    if let period, let offGrid = times.first(where: { period.openTime(containing: $0) != $0 }) {
      return "a row is of \(offGrid), which is not on the grid of \(period)"
    }
    if last.milliseconds(since: now) > clockTolerance { return "the last row is of \(last), which is to come" }
    return times.count > limit ? "\(limit) rows were asked for, \(times.count) came" : nil
  }

  /// Our clock and the exchange's may differ by so much, in milliseconds.
  static let clockTolerance: Int64 = 60_000

  /// Funding that settles in the future, but not in a far one.
  static func difference(in rate: FundingRate, now: Timestamp) -> String? {
    let ahead = rate.settlementTime.milliseconds(since: now)
    if ahead < -clockTolerance { return "the next settlement, \(rate.settlementTime), is past" }
    return ahead > 86_400_000 ? "the next settlement, \(rate.settlementTime), is over a day away" : nil
  }

  /// Open interest of now.
  static func difference(in openInterest: OpenInterest, now: Timestamp) -> String? {
    if openInterest.quantity < .zero { return "the open interest is negative" }
    let age = now.milliseconds(since: openInterest.exchangeTime)
    return abs(age) > 3_600_000 ? "the open interest is of \(openInterest.exchangeTime), an hour away or more" : nil
  }

  /// A list of instruments: none twice, some in trading.
  static func difference(in instruments: [Instrument]) -> String? {
    var symbols: Set<String> = []
    for instrument in instruments {
      if instrument.symbol.isEmpty { return "an instrument has no symbol" }
      if !symbols.insert(instrument.symbol).inserted { return "\(instrument.symbol) is listed twice" }
    }
    return instruments.contains { $0.status == .trading } ? nil : "no instrument is in trading"
  }
}
