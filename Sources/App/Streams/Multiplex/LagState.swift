internal import Model

/// Counts what was replaced unsent because the client reads slowly, to be told at most once a second.
struct LagState {
  /// Between two messages about one stream, in milliseconds.
  static let spacingMilliseconds: Int64 = 1000

  private var since: Timestamp?
  private var count: Int64 = 0

  /// A message was replaced: whether this begins a stretch, which must be told after the spacing.
  mutating func note(_ now: Timestamp) -> Bool {
    count += 1
    guard since == nil else { return false }
    since = now
    return true
  }

  /// What to tell: when it began, and how many messages were replaced.
  mutating func take() -> (since: Timestamp, conflated: Int64)? {
    guard let since else { return nil }
    defer { (self.since, count) = (nil, 0) }
    return (since, count)
  }
}
