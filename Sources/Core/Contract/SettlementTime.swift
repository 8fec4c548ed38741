public import Model

/// Exchanges stamp a settlement when they have booked it, milliseconds to seconds after the hour: late, seldom early.
private let hour: Int64 = 3_600_000
private let tolerance: Int64 = 10_000

extension Timestamp {
  /// A settlement's time with the exchange's delay taken off: the whole hour when one is within 10 s, else as it is.
  public var settlement: Timestamp {
    let past = milliseconds % hour
    if past <= tolerance { return Timestamp(microseconds: (milliseconds - past) * 1000) }
    if past >= hour - tolerance { return Timestamp(microseconds: (milliseconds - past + hour) * 1000) }
    return self
  }
}

extension HistoryQuery {
  /// The same page with its bounds moved to where the exchange stamps what they mean: an end at the hour takes in the
  /// settlement stamped some milliseconds after it, a start some milliseconds after the hour leaves it out.
  public var bySettlementStamp: HistoryQuery {
    var query = self
    if let start, case let past = start.milliseconds % hour, (1...tolerance).contains(past) {
      query.start = start.advanced(byMilliseconds: tolerance - past + 1)
    }
    if let end, case let past = end.milliseconds % hour, past <= tolerance {
      query.end = end.advanced(byMilliseconds: tolerance - past)
    }
    return query
  }
}
