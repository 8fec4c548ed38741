internal import Contract
internal import Model
internal import Sessions

/// A series whose final rows are kept: where they are, how to ask for more, and which of them are final.
struct HistorySeries<Row: SeriesRow>: Sendable {
  let kept: KeptRows<Row>
  let key: SeriesKey
  /// Rows are at least a step apart.
  let grid: Interval
  let pageSize: Int
  /// The distance of rows, for an exchange that is asked for spans of time; `nil` where it counts rows by itself.
  let step: @Sendable (HistoryQuery) -> Interval?
  /// Whether a page is a window of time, so that one with few rows need not be the last.
  let isWindowed: Bool
  /// Before this the exchange keeps nothing; `nil` when it keeps all.
  let earliest: Timestamp?
  /// The rows with what they tell of each other.
  let mended: @Sendable ([Row]) -> [Row]
  /// Whether the row at an index will not change: asked so, as rows are too wide to be copied for it.
  let isSettled: @Sendable ([Row], Int) -> Bool
  /// The last instant before which no further row can come.
  let extent: @Sendable (Row) -> Timestamp
  let inquiry: @Sendable (HistoryQuery) -> Inquiry<[Row]>?

  /// Keeps what the answer to a hole proves: of the time from its first row, or from its start, to the last final row
  /// there are no others.
  func learn(_ rows: [Row], of hole: SeriesWalk<Row>.Hole, isWhole: Bool) {
    let settled = settled(rows)
    let isExhausted = isWhole && rows.count < hole.query.limit
    if let start = hole.query.start {
      if isExhausted, settled.count == rows.count, let edge = hole.edge {
        // What is kept beyond is final, so nothing can still come before it.
        kept.learn(settled, from: start, through: edge.advanced(byMilliseconds: -1), of: key)
      } else if let last = settled.last {
        kept.learn(settled, from: start, through: extent(last), of: key)
      }
    } else if let first = settled.first, let last = settled.last {
      let known = isExhausted ? hole.edge?.advanced(byMilliseconds: 1) : nil
      kept.learn(settled, from: min(known ?? first.seriesTime, first.seriesTime), through: extent(last), of: key)
    }
  }

  /// The rows of a walk. Those that came together have told already what they tell of each other.
  func rows(of walk: SeriesWalk<Row>) -> [Row] { walk.isOnePiece ? walk.rows : mended(walk.rows) }

  /// The first rows, those that will not change.
  private func settled(_ rows: [Row]) -> ArraySlice<Row> {
    rows[..<(rows.indices.first { !isSettled(rows, $0) } ?? rows.endIndex)]
  }
}
