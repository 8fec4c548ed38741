import Contract
import Model
import Testing

@testable import Sessions

@Suite struct KeptSeriesTests {
  private struct Row: SeriesRow, Equatable {
    let seriesTime: Timestamp
    var version = 1
  }

  private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  private func rows(_ times: [Int64], version: Int = 1) -> [Row] {
    times.map { Row(seriesTime: time($0), version: version) }
  }

  private func series(_ spans: [(rows: [Int64], from: Int64, through: Int64)]) -> KeptSeries<Row> {
    var series = KeptSeries<Row>()
    for span in spans { series.learn(rows(span.rows)[...], from: time(span.from), through: time(span.through)) }
    return series
  }

  private func rows(_ series: KeptSeries<Row>, from milliseconds: Int64) -> [Row]? {
    series.run(from: time(milliseconds)).map { series.rows($0.indices, of: $0) }
  }

  private func rows(_ series: KeptSeries<Row>, upTo milliseconds: Int64) -> [Row]? {
    series.run(upTo: time(milliseconds)).map { series.rows($0.indices, of: $0) }
  }

  @Test func rowsAreFoundWithinTheSpanThatCoversATime() {
    let series = series([([100, 110, 120], 95, 129)])
    #expect(rows(series, from: 95)?.count == 3)
    #expect(rows(series, from: 101)?.first?.seriesTime == time(110))
    #expect(rows(series, from: 129)?.isEmpty == true)
    #expect(series.run(from: time(129))?.through == time(129))
    #expect(rows(series, from: 94) == nil && rows(series, from: 130) == nil)
    #expect(rows(series, upTo: 119)?.last?.seriesTime == time(110))
    #expect(series.run(upTo: time(119))?.from == time(95))
    #expect(rows(series, upTo: 130) == nil)
  }

  @Test func aRunEndsWhereItIsToldTo() {
    let series = series([([100, 110, 120], 95, 129)])
    func count(through end: Int64) -> Int? { series.run(from: time(101), through: time(end))?.indices.count }
    #expect([200, 129, 120, 119, 110, 109, 50].map { count(through: $0) } == [2, 2, 2, 1, 1, 0, 0])
  }

  @Test func edgesOfTheSpansAroundATimeAreFound() {
    let series = series([([100], 95, 105), ([200], 195, 205)])
    #expect(series.beginning(after: time(50)) == time(95))
    #expect(series.beginning(after: time(95)) == time(195))
    #expect(series.beginning(after: time(195)) == nil)
    #expect(series.end(before: time(95)) == nil)
    #expect(series.end(before: time(150)) == time(105))
    #expect(series.end(before: time(300)) == time(205))
  }

  @Test func spansThatTouchBecomeOneAndThoseApartStay() {
    #expect(series([([100], 100, 109), ([110], 110, 119)]).spans.count == 1)
    #expect(series([([100], 100, 108), ([110], 110, 119)]).spans.count == 2)
    #expect(series([([110], 110, 119), ([100], 100, 109)]).spans.first?.rows == rows([100, 110]))
  }

  @Test func aSpanOverSeveralReplacesWhatTheyHoldOfItsTime() {
    var series = series([([100, 110], 100, 119), ([200, 210], 200, 219), ([300], 300, 309)])
    series.learn(rows([110, 150, 200], version: 2)[...], from: time(105), through: time(205))
    #expect(series.spans.count == 2)
    #expect(series.spans[0].rows.map(\.seriesTime) == [100, 110, 150, 200, 210].map(time))
    #expect(series.spans[0].rows.map(\.version) == [1, 2, 2, 2, 1])
    #expect(series.spans[0].from == time(100) && series.spans[0].through == time(219))
  }

  @Test func thatThereIsNothingIsKnowledgeToo() {
    var series = series([([100], 100, 109)])
    series.learn([], from: time(110), through: time(199))
    series.learn([], from: time(50), through: time(40))
    #expect(series.spans.count == 1 && series.spans[0].through == time(199))
  }

  @Test func rowsOutsideOfTheSpanAreNotBelieved() {
    var series = KeptSeries<Row>()
    series.learn(rows([90, 100, 110])[...], from: time(95), through: time(105))
    #expect(series.spans.map { $0.rows } == [rows([100])])
  }

  @Test func theOldestRowsGoWhenThereAreTooMany() {
    var series = KeptSeries<Row>()
    series.learn(rows([1])[...], from: time(1), through: time(1))
    let times = (0..<Int64(KeptSeries<Row>.maxRows) + 5).map { 1000 + $0 * 10 }
    series.learn(rows(times)[...], from: time(1000), through: time(times.last ?? 0))
    #expect(series.count == KeptSeries<Row>.maxRows)
    #expect(series.spans.count == 1 && series.spans[0].from == time(1050))
    #expect(series.spans[0].rows.first?.seriesTime == time(1050))
    #expect(series.bytes > series.count * MemoryLayout<Row>.stride)
  }
}
