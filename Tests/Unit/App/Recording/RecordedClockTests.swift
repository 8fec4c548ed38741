import Testing

@testable import App

@Suite struct RecordedClockTests {
  @Test func timePassesAsFastAsItIsTold() {
    let usual = RecordedClock(startMilliseconds: 1_000_000, startNanoseconds: 500, speed: 1)
    #expect(usual.time(atNanoseconds: 500) == 1_000_000)
    #expect(usual.time(atNanoseconds: 2_000_500) == 1_000_002)
    let fast = RecordedClock(startMilliseconds: 1_000_000, startNanoseconds: 0, speed: 60)
    #expect(fast.time(atNanoseconds: 1_000_000_000) == 1_060_000)
    #expect(fast.time(atNanoseconds: 16_667_000) == 1_001_000)
  }

  @Test func yearsAtAGreatSpeedDoNotOverflow() {
    let clock = RecordedClock(startMilliseconds: 0, startNanoseconds: 0, speed: 100_000)
    #expect(clock.time(atNanoseconds: 31_536_000_000_000_000) == 3_153_600_000_000_000)
  }

  @Test func aNewClockShowsTheWallClock() {
    #expect(RecordedClock(speed: 1).now > 1_700_000_000_000)
  }
}
