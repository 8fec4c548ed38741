import Testing

@testable import Wire

@Suite struct WebSocketRateStateTests {
  /// How many arrivals at these times are admitted.
  private func admitted(_ times: [Int64], limit: Int?) -> Int {
    var state = WebSocketRateState()
    return times.count { state.admit(limit: limit, nowMilliseconds: $0) }
  }

  @Test func theLimitIsReachedAndNotPassedWithinASecond() {
    let twenty = [Int64](repeating: 5000, count: 20)
    #expect(admitted(twenty, limit: 20) == 20)
    #expect(admitted(twenty + [5999], limit: 20) == 20)
  }

  @Test func theNextSecondBeginsAnew() {
    let times = (0..<10).flatMap { second in [Int64](repeating: second * 1000, count: 21) }
    #expect(admitted(times, limit: 20) == 200)
  }

  @Test func aSteadyRateAtTheLimitIsNeverRefused() {
    let times = Array(stride(from: Int64(123), to: 100_000, by: 50))
    #expect(admitted(times, limit: 20) == times.count)
  }

  @Test func withoutALimitAnythingGoes() {
    #expect(admitted([Int64](repeating: 0, count: 1000), limit: nil) == 1000)
  }

  @Test func theClockMayBeginAnywhere() {
    for start in [Int64.min, -1, 0, .max] { #expect(admitted([start, start], limit: 1) == 1) }
  }
}
