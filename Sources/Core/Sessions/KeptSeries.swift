public import Model

/// A row of a series, which has its place in time.
public protocol SeriesRow: Sendable {
  /// What of a row is kept, beside what all rows of a series have in common.
  associatedtype Kept: Sendable = Self

  /// The time that bounds apply to.
  var seriesTime: Timestamp { get }
  /// The same time, of a row that is kept.
  static func seriesTime(of kept: Kept) -> Timestamp
  /// Rows as they are kept; `nil` when one of them is not of the series of the sample, or does not fit.
  static func kept(_ rows: ArraySlice<Self>, like sample: Self) -> [Kept]?
  /// The rows that were kept, of the series of the sample.
  static func rows(_ kept: ArraySlice<Kept>, like sample: Self) -> [Self]
}

extension SeriesRow where Kept == Self {
  /// That of the row.
  public static func seriesTime(of kept: Self) -> Timestamp { kept.seriesTime }
  /// The rows as they are.
  public static func kept(_ rows: ArraySlice<Self>, like sample: Self) -> [Self]? { Array(rows) }
  /// The rows as they are.
  public static func rows(_ kept: ArraySlice<Self>, like sample: Self) -> [Self] { Array(kept) }
}

extension FundingRate: SeriesRow {
  /// The settlement.
  public var seriesTime: Timestamp { settlementTime }
}

extension OpenInterest: SeriesRow {
  /// The sample.
  public var seriesTime: Timestamp { exchangeTime }
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
    var rows: [Row.Kept]
  }

  /// Rows of one span.
  public struct Run: Sendable {
    fileprivate let span: Int
    /// Which of the span's rows.
    public let indices: Range<Int>
    /// The span's ends.
    public let from: Timestamp
    /// The last instant of which all is known.
    public let through: Timestamp
  }

  /// The most rows of one series; the oldest go first.
  public static var maxRows: Int { 20_000 }

  /// Ascending, apart by more than a millisecond.
  private(set) var spans: [Span] = []
  /// A row of the series, for what all have in common.
  private var sample: Row?

  /// Knows nothing.
  public init() {}

  /// How many rows are known.
  public var count: Int { spans.reduce(0) { $0 + $1.rows.count } }

  /// What the rows take in memory, roughly.
  public var bytes: Int { count * MemoryLayout<Row.Kept>.stride + spans.count * 64 }

  // MARK: Reading

  /// The rows from a time on, through another or to the end of the span that covers the first; `nil` when none covers it.
  public func run(from time: Timestamp, through end: Timestamp = .latest) -> Run? {
    guard let index = span(covering: time) else { return nil }
    let span = spans[index]
    let first = span.rows.partitionIndex { Row.seriesTime(of: $0) >= time }
    let last = end >= span.through ? span.rows.count : span.rows.partitionIndex { Row.seriesTime(of: $0) > end }
    return Run(span: index, indices: first..<max(first, last), from: span.from, through: span.through)
  }

  /// The rows up to a time, from the beginning of the span that covers it; `nil` when none covers it.
  public func run(upTo time: Timestamp) -> Run? {
    guard let index = span(covering: time) else { return nil }
    let end = spans[index].rows.partitionIndex { Row.seriesTime(of: $0) > time }
    return Run(span: index, indices: 0..<end, from: spans[index].from, through: spans[index].through)
  }

  /// Some of the rows of a run, which this series gave.
  public func rows(_ indices: Range<Int>, of run: Run) -> [Row] {
    guard let sample else { return [] }
    return Row.rows(spans[run.span].rows[indices], like: sample)
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

  private func span(covering time: Timestamp) -> Int? {
    let index = spans.partitionIndex { $0.through >= time }
    return index < spans.count && spans[index].from <= time ? index : nil
  }

  // MARK: Learning

  /// Takes in that of the time from one instant through another these are all rows, ascending, and final. What was known
  /// of that time is replaced. Where they cannot be kept, nothing of the series is: it will be asked for again.
  public mutating func learn(_ rows: ArraySlice<Row>, from: Timestamp, through: Timestamp) {
    guard from <= through else { return }
    sample = sample ?? rows.first
    let rows = KeptSeries.within(rows, from, through)
    guard let kept = sample.map({ Row.kept(rows, like: $0) }) ?? [] else {
      self = KeptSeries()
      return
    }
    var span = Span(from: from, through: through, rows: kept)
    let first = spans.partitionIndex { $0.through >= from.advanced(byMilliseconds: -1) }
    let end = spans.partitionIndex { $0.from > through.advanced(byMilliseconds: 1) }
    if first < end {
      let (older, newer) = (spans[first], spans[end - 1])
      let before = older.rows[..<older.rows.partitionIndex { Row.seriesTime(of: $0) >= from }]
      let after = newer.rows[newer.rows.partitionIndex { Row.seriesTime(of: $0) > through }...]
      span = Span(
        from: min(older.from, from), through: max(newer.through, through), rows: before + span.rows + after)
    }
    spans.replaceSubrange(first..<max(first, end), with: CollectionOfOne(span))
    forgetOldest()
  }

  /// Of ascending rows those of a time: mostly all, which are not copied then.
  private static func within(_ rows: ArraySlice<Row>, _ from: Timestamp, _ through: Timestamp) -> ArraySlice<Row> {
    guard let first = rows.first, let last = rows.last, first.seriesTime < from || last.seriesTime > through else {
      return rows
    }
    return rows.filter { (from...through).contains($0.seriesTime) }[...]
  }

  private mutating func forgetOldest() {
    var surplus = count - KeptSeries.maxRows
    while surplus > 0, let oldest = spans.first {
      if oldest.rows.count <= surplus {
        surplus -= oldest.rows.count
        spans.removeFirst()
      } else {
        spans[0].rows.removeFirst(surplus)
        spans[0].from = spans[0].rows.first.map { Row.seriesTime(of: $0) } ?? spans[0].through
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
