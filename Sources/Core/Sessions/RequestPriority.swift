/// Whose questions go first when an exchange's budget is short.
public enum RequestPriority: Int, Sendable, CaseIterable, Comparable {
  /// A client waits for the answer.
  case client
  /// A stream has a hole.
  case repair
  /// A watcher that can come back later.
  case monitor

  /// What goes first is less.
  public static func < (left: RequestPriority, right: RequestPriority) -> Bool { left.rawValue < right.rawValue }
}
