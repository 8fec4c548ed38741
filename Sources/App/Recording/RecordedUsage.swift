/// What has been used of an exchange's budget in the window at hand.
struct RecordedUsage: Sendable {
  private var window: Int64 = -1
  private(set) var used: Int64 = 0

  /// Counts a cost; gives the count, and the seconds to wait when it is beyond what a window may hold.
  mutating func charge(_ weight: Int64, now: Int64, rule: RecordedUsageRule) -> (used: Int64, retryAfter: Int64?) {
    let current = now / rule.windowMilliseconds
    if current != window {
      window = current
      used = 0
    }
    used += weight
    guard used > rule.most else { return (used, nil) }
    let left = (current + 1) * rule.windowMilliseconds - now
    return (used, (left + 999) / 1000)
  }
}
