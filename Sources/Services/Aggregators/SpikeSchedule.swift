internal import Model

/// When the bars of a universe are asked for: each series has its place in the time after a bar's end, so that the
/// requests of a cycle are spread over it and come at the same distance in each.
///
/// Nothing is asked before a series' first bar ends: its past is asked for together with that bar, so that the first
/// cycle costs no more requests than any other.
struct SpikeSchedule {
  /// Nothing is asked sooner after a bar's end, in milliseconds: open interest is published late, and our clock may be
  /// ahead.
  static let firstDelay: Int64 = 10_000
  /// The last series of a cycle is asked so long before the patience is over, in milliseconds: there is time to ask again.
  static let retryRoom: Int64 = 60_000
  /// Before what is missing is asked for again, in milliseconds; twice as long each time.
  static let retryPause: Int64 = 20_000
  /// How often one half of a bar is asked for.
  static let maxAttempts = 5
  /// How long a question may take, in milliseconds.
  static let questionPatience: Int64 = 20_000

  /// The time over which the first questions about a bar are spread, in milliseconds.
  let spread: Int64

  /// A schedule of a cycle, which is not spread further than the patience with a bar allows.
  init(cycleMilliseconds: Int64) {
    let last = min(max(cycleMilliseconds, 0), SpikeRule.patienceMilliseconds - SpikeSchedule.retryRoom)
    spread = max(0, last - SpikeSchedule.firstDelay)
  }

  /// How long after a bar's end the series at a position is asked for, in milliseconds.
  func delay(position: Int, of count: Int) -> Int64 {
    SpikeSchedule.firstDelay + spread * Int64(position) / Int64(max(count, 1))
  }

  /// When what is missing is asked for again after so many attempts; `nil` when it is not.
  static func retry(after attempts: Int, at now: Timestamp, before deadline: Timestamp) -> Timestamp? {
    guard attempts < maxAttempts else { return nil }
    let next = now.advanced(byMilliseconds: retryPause << Int64(max(attempts - 1, 0)))
    return next < deadline ? next : nil
  }
}
