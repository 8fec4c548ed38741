internal import Contract
internal import Model
internal import Sessions

/// Answers a range of a series from what is kept of it, and says which parts must be asked for: the same rows come out
/// whatever is kept.
///
/// With a start it walks forward from there, without one back from the end. It stands at a time; where a kept span covers
/// that time it takes the span's rows, where none does there is a hole to be asked for, up to the next span.
struct SeriesWalk<Row: SeriesRow> {
  /// A part that is not kept.
  struct Hole {
    /// What to ask.
    let query: HistoryQuery
    /// Where what is kept begins again, in the direction of the walk; `nil` when nothing is kept beyond.
    let edge: Timestamp?
  }

  /// After so many holes the walk no longer looks at what is kept: each hole costs a request.
  static var maxHoles: Int { 8 }

  private let query: HistoryQuery
  private let grid: Interval
  private let countsAlone: Bool
  /// Where the walk stands; `nil` for the newest row there is.
  private var cursor: Timestamp?
  private var pieces: [ArraySlice<Row>] = []
  private var count = 0
  private var holes = 0
  private var isDone = false

  /// A walk through a series whose rows are at least a grid step apart.
  /// One that `countsAlone` finds out whether all is kept, and makes no rows.
  init(_ query: HistoryQuery, grid: Interval, countsAlone: Bool = false) {
    self.countsAlone = countsAlone
    self.query = query
    self.grid = grid
    cursor = query.start ?? query.end
  }

  private var isForward: Bool { query.start != nil }

  /// Whether the rows so far came together, or were kept together.
  var isOnePiece: Bool { pieces.count == 1 }

  /// The rows so far, ascending.
  var rows: [Row] {
    // One piece is most often a page as it came, which need not be copied.
    if pieces.count == 1 { return Array(pieces[0]) }
    return Array((isForward ? pieces : pieces.reversed()).joined())
  }

  /// Goes on through what is kept; gives the next hole, `nil` when the range is answered.
  mutating func advance(_ kept: KeptSeries<Row>) -> Hole? {
    let kept = holes < SeriesWalk.maxHoles ? kept : KeptSeries()
    while !isDone, count < query.limit {
      guard isForward ? stepForward(kept) : stepBackward(kept) else { return hole(kept) }
    }
    return nil
  }

  /// Takes all rows of a hole, ascending, of which there are no more than its query's limit. `isWhole` when these are all
  /// that the exchange has of it, or as many as were asked for.
  mutating func take(_ page: [Row], of hole: Hole, isWhole: Bool) {
    holes += 1
    let isFull = page.count >= hole.query.limit
    if isForward {
      append(page[...])
      if isFull, let last = page.last {
        cursor = last.seriesTime.advanced(byMilliseconds: 1)
      } else if isWhole, let edge = hole.edge {
        cursor = edge
      } else {
        isDone = true
      }
    } else {
      append(page.drop { row in hole.edge.map { row.seriesTime <= $0 } ?? false })
      if let edge = hole.edge, isWhole && !isFull || (page.first.map { $0.seriesTime <= edge } ?? false) {
        cursor = edge
      } else if isFull, let first = page.first, first.seriesTime > .epoch {
        cursor = first.seriesTime.advanced(byMilliseconds: -1)
      } else {
        isDone = true
      }
    }
  }

  /// Whether a span was there to be taken.
  private mutating func stepForward(_ kept: KeptSeries<Row>) -> Bool {
    let end = query.end ?? .latest
    guard let cursor, cursor <= end else {
      isDone = true
      return true
    }
    guard let run = kept.run(from: cursor, through: end) else { return false }
    append(run, of: kept)
    isDone = run.through >= end
    self.cursor = run.through.advanced(byMilliseconds: 1)
    return true
  }

  private mutating func stepBackward(_ kept: KeptSeries<Row>) -> Bool {
    guard let cursor, let run = kept.run(upTo: cursor) else { return false }
    append(run, of: kept)
    isDone = run.from == .epoch
    self.cursor = run.from.advanced(byMilliseconds: -1)
    return true
  }

  private mutating func append(_ run: KeptSeries<Row>.Run, of kept: KeptSeries<Row>) {
    let wanted = isForward ? run.indices.prefix(query.limit - count) : run.indices.suffix(query.limit - count)
    if !countsAlone { pieces.append(kept.rows(wanted, of: run)[...]) }
    count += wanted.count
  }

  private mutating func append(_ rows: ArraySlice<Row>) {
    let wanted = isForward ? rows.prefix(query.limit - count) : rows.suffix(query.limit - count)
    pieces.append(wanted)
    count += wanted.count
  }

  /// What to ask at the cursor. A hole before a span is asked for with two rows more than fit into it: one for a grid that
  /// stands elsewhere, one that overlaps.
  private func hole(_ kept: KeptSeries<Row>) -> Hole {
    var query = query
    query.limit -= count
    if isForward {
      let start = cursor ?? .epoch
      query.start = start
      let edge = kept.beginning(after: start).flatMap { edge in query.end.map { edge <= $0 } ?? true ? edge : nil }
      if let edge {
        query.end = edge.advanced(byMilliseconds: -1)
        query.limit = min(query.limit, steps(from: start, to: edge) + 2)
      }
      return Hole(query: query, edge: edge)
    }
    query.end = cursor
    let edge = kept.end(before: cursor ?? .latest)
    if let edge { query.limit = min(query.limit, steps(from: edge, to: min(cursor ?? .latest, query.now)) + 2) }
    return Hole(query: query, edge: edge)
  }

  private func steps(from: Timestamp, to: Timestamp) -> Int {
    max(0, Int(to.milliseconds(since: from) / grid.nominalMilliseconds))
  }
}
