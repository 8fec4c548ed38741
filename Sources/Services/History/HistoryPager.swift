internal import Contract
internal import Model

/// Cuts a request for history into pages an exchange answers in one call, and puts the pages together.
///
/// With a start it walks forward from there; without one it walks back from the end. Rows outside the bounds, repeated
/// or out of order are left out, so an exchange that answers more than it was asked does no harm.
struct HistoryPager<Row> {
  /// The most calls one request may cost.
  static var maxPages: Int { 40 }

  private let request: HistoryQuery
  private let pageSize: Int
  private let time: (Row) -> Timestamp
  private(set) var rows: [Row] = []
  private var asked = 0
  private var cursor: Timestamp?
  private var pages = 0
  private(set) var isDone = false

  init(_ request: HistoryQuery, pageSize: Int, time: @escaping (Row) -> Timestamp) {
    self.request = request
    self.pageSize = max(1, pageSize)
    self.time = time
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
    isDone = page.count < asked
    let (earliest, latest) = request.start != nil ? (cursor, request.end) : (nil, cursor)
    var fresh: [Row] = []
    for row in page {
      let time = time(row)
      if let earliest, time < earliest { continue }
      if let latest, time > latest { continue }
      if let last = fresh.last, self.time(last) >= time { continue }
      fresh.append(row)
    }
    guard let first = fresh.first, let last = fresh.last else {
      isDone = true
      return
    }
    if request.start != nil {
      rows += fresh.prefix(request.limit - rows.count)
      cursor = time(last).advanced(byMilliseconds: 1)
      if let end = request.end, time(last) >= end { isDone = true }
    } else {
      rows = fresh.suffix(request.limit - rows.count) + rows
      if time(first) == .epoch { isDone = true }
      cursor = time(first).advanced(byMilliseconds: -1)
    }
  }
}
