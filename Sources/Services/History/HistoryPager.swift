internal import Contract
internal import Model
internal import Sessions

/// Cuts a request for history into pages an exchange answers in one call, and puts the pages together.
///
/// With a start it walks forward from there; without one it walks back from the end. A page that is not full is the last
/// one, unless the exchange answers windows of time (`isWindowed`): then the walk goes on to the end of the range. Rows
/// outside the bounds, repeated or out of order are left out, so an exchange that answers more than it was asked does no
/// harm.
struct HistoryPager<Row: SeriesRow> {
  /// The most calls one request may cost.
  static var maxPages: Int { 40 }

  private let request: HistoryQuery
  private let pageSize: Int
  private let isWindowed: Bool
  private(set) var rows: [Row] = []
  private var asked = 0
  private var cursor: Timestamp?
  private var pages = 0
  private(set) var isDone = false

  /// Whether the walk came to its end: all rows of the range are there, or as many as were wanted.
  var isWhole: Bool { isDone || rows.count >= request.limit }

  init(_ request: HistoryQuery, pageSize: Int, isWindowed: Bool = false) {
    self.request = request
    self.isWindowed = isWindowed
    self.pageSize = max(1, pageSize)
    cursor = request.start ?? request.end
  }

  /// The next page to ask for; `nil` when the request is answered.
  mutating func nextQuery() -> HistoryQuery? {
    guard !isDone, rows.count < request.limit, pages < HistoryPager.maxPages else { return nil }
    asked = min(pageSize, request.limit - rows.count)
    pages += 1
    var query = request
    query.limit = asked
    if request.start != nil {
      query.start = cursor
    } else {
      query.end = cursor
    }
    return query
  }

  /// Takes the rows of the page last asked for, ascending.
  mutating func take(_ page: [Row]) {
    let isFull = page.count >= asked
    let fresh = fresh(page)
    if request.start != nil {
      takeForward(fresh, isFull: isFull)
    } else {
      takeBackward(fresh, isFull: isFull)
    }
  }

  /// The rows within the bounds of the page, each time once and in order.
  private func fresh(_ page: [Row]) -> [Row] {
    let (earliest, latest) = request.start != nil ? (cursor, request.end) : (nil, cursor)
    guard !isOrdered(page, from: earliest, through: latest) else { return page }
    var fresh: [Row] = []
    for row in page {
      let time = row.seriesTime
      if let earliest, time < earliest { continue }
      if let latest, time > latest { continue }
      if let last = fresh.last, last.seriesTime >= time { continue }
      fresh.append(row)
    }
    return fresh
  }

  /// Whether a page holds what was asked for and no more, as it should: then it need not be copied.
  private func isOrdered(_ page: [Row], from earliest: Timestamp?, through latest: Timestamp?) -> Bool {
    guard var before = page.first?.seriesTime, let last = page.last?.seriesTime else { return true }
    if let earliest, before < earliest { return false }
    if let latest, last > latest { return false }
    // By index: a loop over the rows copies each, and a row is wide.
    for index in page.indices.dropFirst() {
      let time = page[index].seriesTime
      if before >= time { return false }
      before = time
    }
    return true
  }

  private mutating func takeForward(_ fresh: [Row], isFull: Bool) {
    let wanted = request.limit - rows.count
    if rows.isEmpty, fresh.count <= wanted { rows = fresh } else { rows += fresh.prefix(wanted) }
    var next = fresh.last.map { $0.seriesTime.advanced(byMilliseconds: 1) }
    if !isFull {
      let window =
        isWindowed ? request.interval.flatMap { step in cursor.map { step.openTime(asked, after: $0) } } : nil
      next = window.map { max($0, next ?? $0) }
    }
    guard let next, next <= min(request.end ?? .latest, request.now) else {
      isDone = true
      return
    }
    cursor = next
  }

  private mutating func takeBackward(_ fresh: [Row], isFull: Bool) {
    let wanted = request.limit - rows.count
    rows = rows.isEmpty && fresh.count <= wanted ? fresh : fresh.suffix(wanted) + rows
    guard isFull, let first = fresh.first, first.seriesTime > .epoch else {
      isDone = true
      return
    }
    cursor = first.seriesTime.advanced(byMilliseconds: -1)
  }
}
