import Model
import Testing

@testable import Services

@Suite struct SpikeScheduleTests {
  private let deadline = SpikeSample.hour + 240

  @Test func theSeriesOfACycleAreSpreadEvenly() {
    let delays = (0..<240).map { SpikeSchedule(cycleMilliseconds: 300_000).delay(position: $0, of: 240) }
    #expect(delays.first == 10_000)
    // 10 s and 239/240 of the 170 s that are left before 180 s.
    #expect(delays.last == 179_291)
    let distances = Set(zip(delays, delays.dropFirst()).map { $1 - $0 })
    #expect(distances.isSubset(of: [708, 709]))
  }

  @Test func aShortCycleIsSpreadOverItselfAndALongOneOverWhatPatienceAllows() {
    #expect(SpikeSchedule(cycleMilliseconds: 60_000).spread == 50_000)
    #expect(SpikeSchedule(cycleMilliseconds: 10_000).spread == 0)
    #expect(SpikeSchedule(cycleMilliseconds: 0).spread == 0)
    for cycle: Int64 in [180_000, 300_000, 3_600_000, .max] {
      #expect(SpikeSchedule(cycleMilliseconds: cycle).spread == 170_000)
    }
  }

  @Test func whatIsMissingIsAskedForLessAndLessOftenWithinThePatience() {
    let now = SpikeSample.hour + 10
    let retries = (1...6).map { SpikeSchedule.retry(after: $0, at: now, before: deadline) }
    #expect(retries == [now + 20, now + 40, now + 80, now + 160, nil, nil])
    #expect(SpikeSchedule.retry(after: 1, at: SpikeSample.hour + 220, before: deadline) == nil)
    #expect(SpikeSchedule.retry(after: 1, at: SpikeSample.hour + 219, before: deadline) == SpikeSample.hour + 239)
  }

  @Test func theLastSeriesOfACycleCanBeAskedTwice() {
    let last = SpikeSample.hour.advanced(
      byMilliseconds: SpikeSchedule(cycleMilliseconds: 300_000).delay(position: 239, of: 240))
    #expect(SpikeSchedule.retry(after: 1, at: last, before: deadline) != nil)
  }
}
