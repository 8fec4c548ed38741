import Contract
import Model
import Testing

@Suite struct SettlementTimeTests {
  @Test func onlyWithinTenSecondsOfAnHourIsAStampRounded() {
    let hour: Int64 = 1_577_923_200_000
    for (offset, rounded) in [
      (0, 0), (2, 0), (10_000, 0), (10_001, 10_001), (60_000, 60_000), (3_589_999, 3_589_999), (3_590_000, 3_600_000),
      (3_599_999, 3_600_000), (-1, 0), (-10_000, 0), (-10_001, -10_001),
    ] as [(Int64, Int64)] {
      let stamp = Timestamp(microseconds: (hour + offset) * 1000)
      #expect(stamp.settlement == Timestamp(microseconds: (hour + rounded) * 1000), "\(offset)")
    }
  }

  @Test func microsecondsGoWithTheRest() {
    #expect(Timestamp(microseconds: 3_600_000_123).settlement.microseconds == 3_600_000_000)
    #expect(Timestamp(microseconds: 3_700_000_123).settlement.microseconds == 3_700_000_123)
  }

  @Test func theEndsOfTimeHold() {
    #expect(Timestamp.epoch.settlement == .epoch)
    #expect(Timestamp.latest.settlement == .latest)
  }

  @Test(
    arguments: [
      (0, 0, 10_000), (1, 10_001, 10_000), (2000, 10_001, 10_000), (10_000, 10_001, 10_000), (10_001, 10_001, 10_001),
      (1_800_000, 1_800_000, 1_800_000), (3_599_999, 3_599_999, 3_599_999),
    ] as [(Int64, Int64, Int64)])
  func boundsAreMovedToWhereSettlementsAreStamped(past: Int64, start: Int64, end: Int64) {
    func time(_ past: Int64) -> Timestamp { Timestamp(microseconds: (1_577_923_200_000 + past) * 1000) }
    let instrument = Instrument(
      exchange: ExchangeID("toy"), symbol: "A", base: "A", quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
    let moved = HistoryQuery(instrument: instrument, start: time(past), end: time(past), limit: 5).bySettlementStamp
    #expect(moved.start == time(start))
    #expect(moved.end == time(end))
    #expect(moved.limit == 5 && moved.instrument == instrument)
    let open = HistoryQuery(instrument: instrument, limit: 5)
    #expect(open.bySettlementStamp == open)
  }
}
