/// Counts what a peer sends within a second. The second begins with the first arrival after the last one ended, so a
/// peer that keeps to the limit in every second is never refused.
struct WebSocketRateState: Sendable, Equatable {
  private var secondBegan: Int64 = 0
  private var count = 0

  /// Counts one more; false when it is above the limit.
  mutating func admit(limit: Int?, nowMilliseconds: Int64) -> Bool {
    guard let limit else { return true }
    if count == 0 || nowMilliseconds &- secondBegan >= 1000 {
      secondBegan = nowMilliseconds
      count = 0
    }
    count += 1
    return count <= limit
  }
}
