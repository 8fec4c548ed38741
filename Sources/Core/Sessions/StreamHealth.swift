internal import Net

/// What any thread may read of an exchange's streams: written by their loop, read by the health routes.
///
/// Crosses threads: one small value behind a lock that is held for a copy only.
public final class StreamHealth: Sendable {
  /// A moment's state.
  public struct Snapshot: Sendable {
    /// Live connections.
    public var connections = 0
    /// Topics wanted upstream.
    public var subscriptions = 0
    /// Since when wanted topics have had no live connection, in monotonic milliseconds; `nil` when they have.
    public var downSince: Int64?
    /// Whether clients want a feed the exchange takes part in.
    public var isInFeed = false
    /// When data last came, in monotonic milliseconds; `nil` before the first.
    public var lastMessage: Int64?
  }

  private let state = Lock(Snapshot())

  /// Nothing demanded, nothing connected.
  public init() {}

  /// The state now.
  public var snapshot: Snapshot { state.withLock { $0 } }

  /// A wanted session that has been down for longer than this makes its exchange unhealthy, in milliseconds.
  public static let patience: Int64 = 60_000

  /// Whether no wanted session has been down for longer than the patience.
  public func isHealthy(now: Int64) -> Bool {
    guard let downSince = snapshot.downSince else { return true }
    return now - downSince <= StreamHealth.patience
  }

  /// Notes whether clients want a feed the exchange takes part in.
  public func note(isInFeed: Bool) {
    state.withLock { $0.isInFeed = isInFeed }
  }

  func update(connections: Int, subscriptions: Int, downSince: Int64?) {
    state.withLock {
      $0.connections = connections
      $0.subscriptions = subscriptions
      $0.downSince = downSince
    }
  }

  func heard(at time: Int64) {
    state.withLock { $0.lastMessage = time }
  }
}
