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
    /// Since when a stream has sent nothing that the exchange should have sent, in monotonic milliseconds; `nil` when
    /// none is known to be silent.
    public var silentSince: Int64?
    /// What is amiss with a stream whose connection stands; `nil` when nothing is.
    public var silence: String?
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

  /// A wanted session that has been down or silent for longer than this makes its exchange unhealthy, in milliseconds.
  public static let patience: Int64 = 60_000

  /// Whether no wanted session has been down or silent for longer than the patience.
  public func isHealthy(now: Int64) -> Bool { trouble(now: now) == nil }

  /// Why a wanted session makes the exchange unhealthy; `nil` when none does.
  func trouble(now: Int64) -> String? {
    let snapshot = snapshot
    if let since = snapshot.downSince, now - since > StreamHealth.patience {
      return "a stream that clients want has been down for over a minute"
    }
    guard let since = snapshot.silentSince, now - since > StreamHealth.patience else { return nil }
    return snapshot.silence
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

  func update(silentSince: Int64?, silence: String?) {
    state.withLock {
      $0.silentSince = silentSince
      $0.silence = silence
    }
  }

  func heard(at time: Int64) {
    state.withLock { $0.lastMessage = time }
  }
}
