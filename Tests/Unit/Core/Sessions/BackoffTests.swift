import Testing

@testable import Sessions

@Suite struct BackoffTests {
  @Test func pausesGrowToTheCapAndStayThere() {
    var backoff = Backoff(first: 500, cap: 10_000, calm: 60_000)
    var random = SplitMix64(seed: 1)
    let pauses = (0..<20).map { _ in backoff.pause(wentWellFor: 0, using: &random) }
    let whole: [Int64] = [500, 1000, 2000, 4000, 8000] + Array(repeating: 10_000, count: 15)
    for (pause, bound) in zip(pauses, whole) { #expect(pause >= bound / 2 && pause <= bound) }
    #expect(pauses[0] <= pauses[1] && pauses[1] <= pauses[2] && pauses[2] <= pauses[3] && pauses[3] <= pauses[4])
    #expect(Set(pauses.suffix(10)).count > 1)
  }

  @Test func aLongCalmForgetsTheFailures() {
    var backoff = Backoff(first: 100, cap: 10_000, calm: 60_000)
    var random = SplitMix64(seed: 2)
    for _ in 0..<5 { _ = backoff.pause(wentWellFor: 59_999, using: &random) }
    #expect(backoff.failures == 5)
    #expect(backoff.pause(wentWellFor: 60_000, using: &random) <= 100)
    #expect(backoff.failures == 1)
  }

  @Test func aConnectionThatNeverWorkedIsNotCalm() {
    var backoff = Backoff(first: 100, cap: 1000, calm: 0)
    var random = SplitMix64(seed: 3)
    for _ in 0..<4 { _ = backoff.pause(wentWellFor: 0, using: &random) }
    #expect(backoff.failures == 4)
  }

  @Test func manyFailuresDoNotOverflow() {
    var backoff = Backoff(first: 1, cap: .max, calm: 1)
    var random = SplitMix64(seed: 4)
    for _ in 0..<200 { #expect(backoff.pause(wentWellFor: 0, using: &random) >= 0) }
  }

  @Test func oneSeedGivesOneSeries() {
    func series() -> [Int64] {
      var backoff = Backoff.streams
      var random = SplitMix64(seed: 7)
      return (0..<8).map { _ in backoff.pause(wentWellFor: 0, using: &random) }
    }
    #expect(series() == series())
  }
}
