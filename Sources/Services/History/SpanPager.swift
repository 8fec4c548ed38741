internal import Contract
internal import Model
internal import Sessions

/// Cuts a request for history into spans of time, for an exchange whose requests have no count: one that may cut a long
/// answer anywhere, and may have no row for a quiet step.
///
/// With a start it walks forward from there; without one it walks back from the end, or from now. A span holds no more
/// steps than a page has rows. One with rows missing is followed by one twice as long, so that a quiet instrument costs
/// few calls. Rows outside a span's bounds, repeated or out of order are left out.
struct SpanPager<Row: SeriesRow> {
  /// The most calls one request may cost.
  static var maxPages: Int { 40 }
  /// So many spans without a row, before any row was found, and there is none.
  static var maxEmptySpans: Int { 8 }

  private struct Span {
    let start: Timestamp
    let end: Timestamp
    /// The most rows it can hold.
    let steps: Int
  }

  private let request: HistoryQuery
  private let step: Interval
  private let pageSize: Int
  private let earliest: Timestamp
  private(set) var rows: [Row] = []
  private var cursor: Timestamp
  private var span: Span?
  /// Steps the next span has at least.
  private var leastSteps = 1
  private var emptySpans = 0
  private var pages = 0
  private(set) var isDone = false

  /// Whether the walk came to its end: all rows of the range are there, or as many as were wanted.
  var isWhole: Bool { isDone || rows.count >= request.limit }

  /// - Parameters:
  ///   - step: the distance of rows; those closer together are not lost, but cost more calls.
  ///   - pageSize: the most rows of an answer, which may begin with the one that contains the start: two or more.
  ///   - earliest: before this the exchange keeps nothing.
  init(
    _ request: HistoryQuery, step: Interval, pageSize: Int, earliest: Timestamp = .epoch
  ) {
    self.request = request
    self.step = step
    self.pageSize = max(2, pageSize)
    self.earliest = earliest
    // To the end of the step that runs now, so that equal questions stay equal requests until it is over.
    let latest = step.endTime(ofCandleAt: step.openTime(containing: request.now)).advanced(byMilliseconds: -1)
    cursor = request.start.map { max($0, earliest) } ?? min(request.end ?? latest, latest)
  }

  /// The next page to ask for, with both bounds; `nil` when the request is answered.
  mutating func nextQuery() -> HistoryQuery? {
    guard !isDone, rows.count < request.limit, pages < SpanPager.maxPages else { return nil }
    pages += 1
    let steps = min(pageSize, max(request.limit - rows.count, leastSteps))
    let span = request.start == nil ? spanBack(steps) : spanForward(steps)
    self.span = span
    var query = request
    (query.start, query.end, query.limit) = (span.start, span.end, span.steps)
    return query
  }

  /// Takes the rows of the page last asked for, ascending.
  mutating func take(_ page: [Row]) {
    guard let span else { return }
    self.span = nil
    let fresh = fresh(page, span)
    let isFull = page.count >= span.steps
    if !isFull { leastSteps = min(pageSize, span.steps * 2) }
    emptySpans = fresh.isEmpty ? emptySpans + 1 : 0
    if request.start == nil {
      takeBackward(fresh, span)
    } else {
      takeForward(fresh, span, isFull: isFull)
    }
  }

  private func spanForward(_ steps: Int) -> Span {
    let end = step.openTime(steps, after: cursor).advanced(byMilliseconds: -1)
    return Span(start: cursor, end: min(request.end ?? .latest, max(cursor, end)), steps: steps)
  }

  private func spanBack(_ steps: Int) -> Span {
    let start = step.openTime(1 - steps, after: step.openTime(containing: cursor))
    return Span(start: min(cursor, max(start, earliest)), end: cursor, steps: steps)
  }

  private func fresh(_ page: [Row], _ span: Span) -> [Row] {
    var fresh: [Row] = []
    for row in page {
      let time = row.seriesTime
      guard span.start <= time, time <= span.end else { continue }
      if let last = fresh.last, last.seriesTime >= time { continue }
      fresh.append(row)
    }
    return fresh
  }

  /// A full page may have been cut at its end: it is gone on with from there.
  private mutating func takeForward(_ fresh: [Row], _ span: Span, isFull: Bool) {
    rows += fresh.prefix(request.limit - rows.count)
    cursor = (isFull ? fresh.last?.seriesTime ?? span.end : span.end).advanced(byMilliseconds: 1)
    isDone = cursor > min(request.end ?? .latest, request.now)
  }

  /// A whole page of time without a row, before the oldest row found, is taken for the time before the listing.
  private mutating func takeBackward(_ fresh: [Row], _ span: Span) {
    isDone = span.start <= earliest
    if fresh.isEmpty {
      isDone = isDone || (rows.isEmpty ? emptySpans >= SpanPager.maxEmptySpans : span.steps == pageSize)
    }
    rows = fresh.suffix(request.limit - rows.count) + rows
    cursor = span.start.advanced(byMilliseconds: -1)
  }
}
