internal import Contract
internal import Model

/// Which of the topics that a feed is made of, on one exchange, are broken: the feed is whole when none is.
struct FeedBreakState {
  private var broken: Set<Topic> = []
  private var since: Timestamp?
  /// Why it was last broken: the cause of the first of its topics that was.
  private(set) var cause = BreakCause.disconnect

  /// Topics broke; gives when, if the feed was whole.
  mutating func interrupt(_ topics: some Sequence<Topic>, now: Timestamp, cause: BreakCause) -> Timestamp? {
    broken.formUnion(topics)
    guard since == nil, !broken.isEmpty else { return nil }
    since = now
    self.cause = cause
    return now
  }

  /// Topics came back, or are no longer part; gives since when the feed was broken, if it is whole now.
  mutating func restore(_ topics: some Sequence<Topic>) -> Timestamp? {
    broken.subtract(topics)
    guard broken.isEmpty, let since else { return nil }
    self.since = nil
    return since
  }
}
