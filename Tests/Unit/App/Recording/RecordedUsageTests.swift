import Testing

@testable import App

@Suite struct RecordedUsageTests {
  private func rule() throws -> RecordedUsageRule {
    try #require(try RecordingFixture.bundled.get().usage)
  }

  @Test func costsAddUpWithinAMinuteAndStartAnew() throws {
    var usage = RecordedUsage()
    let rule = try rule()
    #expect(usage.charge(5, now: 60_000, rule: rule).used == 5)
    #expect(usage.charge(10, now: 119_999, rule: rule).used == 15)
    #expect(usage.charge(1, now: 120_000, rule: rule).used == 1)
  }

  @Test func beyondTheBudgetTheWaitIsTheRestOfTheMinute() throws {
    var usage = RecordedUsage()
    let rule = try rule()
    #expect(usage.charge(2400, now: 60_000, rule: rule).retryAfter == nil)
    #expect(usage.charge(1, now: 60_500, rule: rule).retryAfter == 60)
    #expect(usage.charge(1, now: 119_999, rule: rule).retryAfter == 1)
    #expect(usage.charge(1, now: 120_000, rule: rule).retryAfter == nil)
  }
}
