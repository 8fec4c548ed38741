import Model

/// Which of a series' members are asked for: with a start the first ones from it, else the last ones up to the end.
/// Both bounds are inclusive.
struct RecordedRange: Sendable {
  static let defaultLimit: Int64 = 500

  let start: Int64?
  let end: Int64?
  let limit: Int
  /// Rows are asked for by their numbers, from this one on.
  var firstRow: Int64?

  /// The open times on an interval's grid, ascending, among those from `earliest` to `latest`.
  func openTimes(_ interval: Interval, earliest: Int64, latest: Int64) -> [Timestamp] {
    let last = min(end ?? latest, latest)
    let first = max(start ?? earliest, earliest)
    guard first <= last, let firstInstant = Timestamp(milliseconds: first),
      let lastInstant = Timestamp(milliseconds: last)
    else { return [] }
    var open = interval.openTime(containing: firstInstant)
    if open < firstInstant { open = interval.endTime(ofCandleAt: open) }
    if start == nil {
      open = max(open, interval.openTime(1 - limit, after: interval.openTime(containing: lastInstant)))
    }
    var times: [Timestamp] = []
    while times.count < limit, open <= lastInstant {
      times.append(open)
      open = interval.endTime(ofCandleAt: open)
    }
    return times
  }

  /// The rows of a tape, among those from `earliest` to `latest`.
  func rows(of tape: Tape, earliest: Int64, latest: Int64) -> Range<Int64> {
    var rows = tape.rows(from: max(start ?? earliest, earliest), before: min(end ?? latest, latest) + 1)
    if let firstRow {
      rows = min(max(firstRow, rows.lowerBound), rows.upperBound)..<rows.upperBound
    } else if start == nil {
      return max(rows.lowerBound, rows.upperBound - Int64(limit))..<rows.upperBound
    }
    return rows.lowerBound..<min(rows.upperBound, rows.lowerBound + Int64(limit))
  }
}
