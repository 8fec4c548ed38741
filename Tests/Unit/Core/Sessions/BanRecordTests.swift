import Contract
import Model
import Sessions
import Testing

@Suite struct BanRecordTests {
  private static let start = Timestamp(microseconds: 1_800_000_000_000_000)

  private func ban(milliseconds: Int64) -> Ban {
    Ban(since: Self.start, until: Self.start.advanced(byMilliseconds: milliseconds), reason: "HTTP 418")
  }

  @Test func whatIsLeftOfABanIsMeasuredByTheTimeOfDay() {
    let ban = ban(milliseconds: 120_000)
    for (passed, left) in [(0, 120_000), (1, 119_999), (119_999, 1), (120_000, 0), (999_999, 0)] as [(Int64, Int64)] {
      #expect(ban.remaining(at: Self.start.advanced(byMilliseconds: passed)) == left)
    }
  }

  @Test func aClockThatWasPutBackMakesItNoLonger() {
    let ban = ban(milliseconds: 120_000)
    #expect(ban.remaining(at: Self.start.advanced(byMilliseconds: -86_400_000)) == 120_000)
    #expect(ban.remaining(at: .epoch) == 120_000)
  }

  @Test func nothingIsLongerThanAWeek() {
    #expect(Ban.longest == 7 * 86_400_000)
    #expect(ban(milliseconds: 365 * 86_400_000).remaining(at: Self.start) == Ban.longest)
    #expect(Ban(since: .epoch, until: .latest, reason: "").remaining(at: .epoch) == Ban.longest)
  }

  @Test func oneThatEndsBeforeItBeginsIsNone() {
    #expect(ban(milliseconds: -5).remaining(at: .epoch) == 0)
  }
}
