import Contract
import Model
import Support
import Testing

@testable import Services
@testable import Sessions

@Suite struct HistorySeriesTests {
  private struct Row: SeriesRow {
    let seriesTime: Timestamp
    let isFinal: Bool
  }

  private static let kept = SeriesKey(ToyExchange.alpha, .oneMinute)

  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  private func rows(_ minutes: [Int64], open: [Int64] = []) -> [Row] {
    (minutes + open).map { Row(seriesTime: time($0), isFinal: !open.contains($0)) }
  }

  /// The spans that are known after one answer, in minutes.
  private func learned(
    _ rows: [Row], start: Int64? = nil, end: Int64? = nil, limit: Int, edge: Int64? = nil, isWhole: Bool = true
  ) -> [[Int64]] {
    let kept = KeptRows<Row>(limitBytes: 1 << 20)
    let series = HistorySeries(
      kept: kept, key: Self.kept, grid: .oneMinute, pageSize: 100, step: { _ in nil }, isWindowed: false, earliest: nil,
      mended: { $0 }, isSettled: { $0[$1].isFinal },
      extent: { $0.seriesTime.advanced(byMilliseconds: 59_999) }, inquiry: { _ in nil })
    let query = HistoryQuery(
      instrument: ToyExchange.alpha, interval: .oneMinute, start: start.map(time), end: end.map(time), limit: limit)
    series.learn(rows, of: SeriesWalk<Row>.Hole(query: query, edge: edge.map(time)), isWhole: isWhole)
    return kept.read(Self.kept) { series in
      series.spans.map { [$0.from.milliseconds, $0.through.milliseconds + 1].map { $0 / 60_000 } }
    }
  }

  @Test func fromAStartAllIsKnownUpToTheLastFinalRow() {
    #expect(learned(rows([12, 13]), start: 10, limit: 2) == [[10, 14]])
    #expect(learned(rows([12, 13], open: [14, 15]), start: 10, limit: 10) == [[10, 14]])
    #expect(learned(rows([], open: [14]), start: 10, limit: 10).isEmpty)
    #expect(learned(rows([]), start: 10, limit: 10).isEmpty)
  }

  @Test func aHoleBeforeWhatIsKeptIsKnownToItsEdgeWhenItsAnswerIsWhole() {
    #expect(learned(rows([12]), start: 10, limit: 10, edge: 20) == [[10, 20]])
    #expect(learned(rows([]), start: 10, limit: 10, edge: 20) == [[10, 20]])
    #expect(learned(rows([12]), start: 10, limit: 10, edge: 20, isWhole: false) == [[10, 13]])
    // There may be more of them.
    #expect(learned(rows([12, 13]), start: 10, limit: 2, edge: 20) == [[10, 14]])
  }

  @Test func backFromAnEndAllIsKnownFromTheFirstRow() {
    #expect(learned(rows([12, 13]), end: 20, limit: 2) == [[12, 14]])
    #expect(learned(rows([12, 13], open: [14]), limit: 10) == [[12, 14]])
    #expect(learned(rows([], open: [14]), limit: 10).isEmpty)
  }

  /// A candle that was open when its page came is over, as rows that were kept follow it.
  @Test func rowsOfSeveralPiecesTellOfEachOtherAndThoseOfOneHaveDoneSo() {
    let kept = KeptRows<Row>(limitBytes: 1 << 20)
    let series = HistorySeries(
      kept: kept, key: Self.kept, grid: .oneMinute, pageSize: 100, step: { _ in nil }, isWindowed: false, earliest: nil,
      mended: { $0.map { Row(seriesTime: $0.seriesTime, isFinal: true) } }, isSettled: { $0[$1].isFinal },
      extent: { $0.seriesTime }, inquiry: { _ in nil })
    let query = HistoryQuery(
      instrument: ToyExchange.alpha, interval: .oneMinute, start: time(10), end: time(12), limit: 9)
    kept.learn(rows([12])[...], from: time(12), through: time(13), of: Self.kept)
    var walk = SeriesWalk<Row>(query, grid: .oneMinute)
    guard let hole = kept.read(Self.kept, { walk.advance($0) }) else { return #expect(Bool(false), "no hole") }
    walk.take(rows([], open: [10, 11]), of: hole, isWhole: true)
    #expect(series.rows(of: walk).map(\.isFinal) == [false, false])
    #expect(kept.read(Self.kept, { walk.advance($0) }) == nil)
    #expect(series.rows(of: walk).map(\.isFinal) == [true, true, true])
  }
}
