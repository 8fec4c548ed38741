import Glibc
import Testing

@testable import Sessions

@Suite struct StreamRhythmTests {
  /// A rhythm of waits that are all alike.
  private func steady(_ wait: Int64, count: Int) -> StreamRhythm {
    var rhythm = StreamRhythm()
    for _ in 0..<count { rhythm.note(wait, burst: 500) }
    return rhythm
  }

  @Test func nothingIsKnownOfFewWaits() {
    #expect(StreamRhythm().bound(atLeast: 1) == nil)
    #expect(steady(100, count: 7).bound(atLeast: 1) == nil)
    #expect(!steady(100, count: 7).isSecondly)
  }

  /// Python: `n * (math.exp(16.2 / n) - 1) * 1000`, rounded down.
  @Test(arguments: [(8, 52608), (20, 24958), (100, 17586), (512, 16459), (1023, 16328), (5000, 16328)])
  func theBoundIsThatOfAStreamOfUnknownRate(count: Int, milliseconds: Int64) throws {
    let bound = try #require(steady(1000, count: count).bound(atLeast: 1))
    #expect(abs(bound - milliseconds) <= 1)
  }

  @Test func noBoundIsBelowTheFloorNorOverADay() {
    #expect(steady(10, count: 1000).bound(atLeast: 7500) == 7500)
    #expect(steady(Int64.max, count: 10).bound(atLeast: 1) == 86_400_000)
    #expect(steady(-5, count: 10).bound(atLeast: 1) == 1)
  }

  @Test func aStreamThatSlowsDownIsBelievedSoonAndOneThatSpeedsUpLater() throws {
    var slowing = steady(100, count: 2000)
    for _ in 0..<64 { slowing.note(1000, burst: 500) }
    #expect(try #require(slowing.bound(atLeast: 1)) > 14_000)
    var speeding = steady(1000, count: 2000)
    for _ in 0..<64 { speeding.note(100, burst: 500) }
    #expect(try #require(speeding.bound(atLeast: 1)) > 14_000)
    for _ in 0..<5000 { speeding.note(100, burst: 500) }
    #expect(try #require(speeding.bound(atLeast: 1)) < 1800)
  }

  @Test func aLongWaitIsRememberedForAnHour() throws {
    var rhythm = steady(100, count: 2000)
    rhythm.note(20_000, burst: 500)
    #expect(try #require(rhythm.bound(atLeast: 1)) == 30_000)
    // An hour of waits and bursts.
    for _ in 0..<6000 { rhythm.note(100, burst: 500) }
    #expect(try #require(rhythm.bound(atLeast: 1)) < 12_000)
  }

  @Test func oneMessageASecondIsSecondly() {
    #expect(steady(500, count: 20).isSecondly)
    #expect(!steady(1500, count: 20).isSecondly)
  }

  /// Waits beyond a burst have the law of all waits: the same as drawing every message, for a tenth of the work.
  @Test(arguments: [1, 2] as [UInt64]) func anHourOfFiveHundredRandomStreamsRaisesNoFalseAlarm(seed: UInt64) {
    var random = RandomWaits(seed: seed)
    var (alarms, waits) = (0, 0)
    for _ in 0..<250 {
      let mean = 1000 / random.rate()
      var rhythm = StreamRhythm()
      var now: Int64 = 0
      while true {
        let wait = random.wait(mean: mean)
        now += wait + 500
        guard now < 3_600_000 else { break }
        if let bound = rhythm.bound(atLeast: 7500), wait >= bound { alarms += 1 }
        rhythm.note(wait, burst: 500)
        waits += 1
      }
    }
    #expect(alarms == 0)
    #expect(waits > 100_000)
  }
}

/// The waits of Poisson streams.
struct RandomWaits {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  /// Between 0 and 1, neither included.
  private mutating func share() -> Double { (Double(random.next() >> 12) + 0.5) * 0x1p-52 }

  /// Messages a second: each order of magnitude from 0.001 to 50 as likely as the others.
  mutating func rate() -> Double { exp(log(0.001) + share() * log(50_000)) }

  mutating func wait(mean: Double) -> Int64 { Int64(-log(share()) * mean) }
}
