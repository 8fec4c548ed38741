internal import Model

/// The field `X-Coverage` of an answer about the past of an instrument: what of the range is not in it.
///
/// `truncated; gaps=2026-11-26T07:00:00Z/2026-11-26T07:02:00Z`: the exchange no longer has the oldest rows; between two
/// rows of the page it has no candle from the first time up to the second.
struct HistoryCoverageField {
  /// Gaps that are named; of more the field ends in `more`.
  static let most = 8

  /// Whether the exchange no longer had all of what was asked.
  let isTruncated: Bool
  /// The text; `nil` where nothing is missing.
  let text: String?

  /// That of an answer of candles, or of rows that stand on no grid.
  init(_ rows: [Candle] = [], isTruncated: Bool = false) {
    self.isTruncated = isTruncated
    var parts = isTruncated ? ["truncated"] : []
    let gaps = HistoryCoverageField.gaps(in: rows)
    if !gaps.isEmpty { parts.append("gaps=\(gaps.joined(separator: ","))") }
    text = parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func gaps(in rows: [Candle]) -> [String] {
    var gaps: [String] = []
    // By index: a loop over the rows copies each, and a row is wide.
    for index in rows.indices.dropFirst() {
      let end = rows[index - 1].interval.endTime(ofCandleAt: rows[index - 1].openTime)
      guard end < rows[index].openTime else { continue }
      guard gaps.count < most else { return gaps + ["more"] }
      gaps.append("\(end)/\(rows[index].openTime)")
    }
    return gaps
  }
}
