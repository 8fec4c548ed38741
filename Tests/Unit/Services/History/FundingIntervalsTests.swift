import Contract
import Model
import Testing

@testable import Services

@Suite struct FundingIntervalsTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8)
  private static let hour: Int64 = 3_600_000

  private func rate(_ hour: Int64, lateMilliseconds: Int64 = 0) -> FundingRate {
    let time = Timestamp(microseconds: (hour * Self.hour + lateMilliseconds) * 1000)
    return FundingRate(
      instrument: Self.instrument, exchangeTime: time, rate: FixedDecimal(1), settlementTime: time, intervalHours: nil)
  }

  private func query(start: Int64? = nil, limit: Int) -> HistoryQuery {
    HistoryQuery(
      instrument: Self.instrument, start: start.map { Timestamp(microseconds: $0 * Self.hour * 1000) }, limit: limit)
  }

  @Test func theIntervalIsTheDistanceToTheRowBefore() {
    let rows = FundingIntervals.measured([rate(8), rate(16), rate(20), rate(21)], for: query(limit: 4))
    #expect(rows.map(\.intervalHours) == [nil, 8, 4, 1])
  }

  @Test func theRowAskedForInAdditionIsCutOff() {
    #expect(FundingIntervals.widened(query(limit: 2)).limit == 3)
    let rows = FundingIntervals.measured([rate(0), rate(8), rate(16)], for: query(limit: 2))
    #expect(rows.map(\.intervalHours) == [8, 8])
  }

  @Test func withAStartTheRowsBeforeItOnlyMeasure() {
    let wide = FundingIntervals.widened(query(start: 16, limit: 2))
    #expect(wide.start == Timestamp(microseconds: 8 * Self.hour * 1000))
    #expect(wide.limit == 2 + FundingIntervals.longestHours)
    let rows = FundingIntervals.measured([rate(8), rate(16), rate(24), rate(32)], for: query(start: 16, limit: 2))
    #expect(rows.map(\.settlementTime.milliseconds) == [16 * Self.hour, 24 * Self.hour])
    #expect(rows.map(\.intervalHours) == [8, 8])
  }

  @Test func aSettlementStampedALittleLateStillMeasuresWholeHours() {
    let rows = FundingIntervals.measured([rate(0), rate(8, lateMilliseconds: 5000), rate(16)], for: query(limit: 3))
    #expect(rows.map(\.intervalHours) == [nil, 8, 8])
  }

  @Test func aDistanceThatIsNoWholeHourIsNotGuessed() {
    let rows = FundingIntervals.measured([rate(0), rate(8, lateMilliseconds: 1_000_000)], for: query(limit: 2))
    #expect(rows.last?.intervalHours == nil)
  }
}
