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
}
