public import Model

/// A row of a series, which has its place in time.
public protocol SeriesRow: Sendable {
  /// The time that bounds apply to.
  var seriesTime: Timestamp { get }
}

extension Candle: SeriesRow {
  /// The open time.
  public var seriesTime: Timestamp { openTime }
}

extension FundingRate: SeriesRow {
  /// The settlement.
  public var seriesTime: Timestamp { settlementTime }
}

/// Rows of a series that are final, in spans: of the time a span covers every row there is, is known.
///
/// So what a span does not hold is not there, and what no span covers must be asked for. Spans never touch: they are one.
public struct KeptSeries<Row: SeriesRow>: Sendable {
  /// A stretch of time, both ends inclusive, to the millisecond.
  struct Span: Sendable {
    var from: Timestamp
    var through: Timestamp
    /// Ascending.
    var rows: [Row]
  }

  /// The most rows of one series; the oldest go first.
  public static var maxRows: Int { 20_000 }

  /// Ascending, apart by more than a millisecond.
  private(set) var spans: [Span] = []

  /// Knows nothing.
  public init() {}

  /// How many rows are known.
  public var count: Int { spans.reduce(0) { $0 + $1.rows.count } }

  /// What the rows take in memory, roughly.
  public var bytes: Int { count * MemoryLayout<Row>.stride + spans.count * 64 }

  // MARK: Reading

  /// The rows from a time on to the end of the span that covers it, and that end; `nil` when none covers it.
  public func rows(from time: Timestamp) -> (rows: ArraySlice<Row>, through: Timestamp)? {
    guard let span = span(covering: time) else { return nil }
    let first = span.rows.partitionIndex { $0.seriesTime >= time }
    return (span.rows[first...], span.through)
  }

  /// The rows up to a time, from the beginning of the span that covers it, and that beginning.
  public func rows(upTo time: Timestamp) -> (from: Timestamp, rows: ArraySlice<Row>)? {
    guard let span = span(covering: time) else { return nil }
    let end = span.rows.partitionIndex { $0.seriesTime > time }
    return (span.from, span.rows[..<end])
  }

  /// Where the first span begins that lies behind a time.
  public func beginning(after time: Timestamp) -> Timestamp? {
    let index = spans.partitionIndex { $0.from > time }
    return index < spans.count ? spans[index].from : nil
  }

  /// Where the last span ends that lies before a time.
  public func end(before time: Timestamp) -> Timestamp? {
    let index = spans.partitionIndex { $0.through >= time }
    return index > 0 ? spans[index - 1].through : nil
  }

  private func span(covering time: Timestamp) -> Span? {
    let index = spans.partitionIndex { $0.through >= time }
    return index < spans.count && spans[index].from <= time ? spans[index] : nil
  }

  // MARK: Learning

  /// Takes in that of the time from one instant through another these are all rows, ascending, and final. What was known
  /// of that time is replaced.
  public mutating func learn(_ rows: [Row], from: Timestamp, through: Timestamp) {
    guard from <= through else { return }
    var span = Span(from: from, through: through, rows: KeptSeries.within(rows, from, through))
    let first = spans.partitionIndex { $0.through >= from.advanced(byMilliseconds: -1) }
    let end = spans.partitionIndex { $0.from > through.advanced(byMilliseconds: 1) }
    if first < end {
      let (older, newer) = (spans[first], spans[end - 1])
      let before = older.rows[..<older.rows.partitionIndex { $0.seriesTime >= from }]
      let after = newer.rows[newer.rows.partitionIndex { $0.seriesTime > through }...]
      span = Span(
        from: min(older.from, from), through: max(newer.through, through), rows: before + span.rows + after)
    }
    spans.replaceSubrange(first..<max(first, end), with: CollectionOfOne(span))
    forgetOldest()
  }

  /// Of ascending rows those of a time: mostly all, which are not copied then.
  private static func within(_ rows: [Row], _ from: Timestamp, _ through: Timestamp) -> [Row] {
    guard let first = rows.first, let last = rows.last, first.seriesTime < from || last.seriesTime > through else {
      return rows
    }
    return rows.filter { (from...through).contains($0.seriesTime) }
  }

  private mutating func forgetOldest() {
    var surplus = count - KeptSeries.maxRows
    while surplus > 0, let oldest = spans.first {
      if oldest.rows.count <= surplus {
        surplus -= oldest.rows.count
        spans.removeFirst()
      } else {
        spans[0].rows.removeFirst(surplus)
        spans[0].from = spans[0].rows.first?.seriesTime ?? spans[0].through
        surplus = 0
      }
    }
  }
}

extension Array {
  /// The first index whose element passes, when all that pass stand behind all that do not.
  fileprivate func partitionIndex(where passes: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if passes(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
