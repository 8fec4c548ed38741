public import Model
internal import Net
public import Sessions

/// Clocks that a test moves by hand.
///
/// Crosses threads: the time stands behind a lock.
public final class ManualClock: TimeSource {
  private let milliseconds: Lock<Int64>
  private let start: Timestamp

  /// Clocks that stand at an instant.
  public init(monotonic: Int64 = 1_000_000, wallClock: Timestamp = Timestamp(microseconds: 1_800_000_000_000_000)) {
    milliseconds = Lock(monotonic)
    start = wallClock.advanced(byMilliseconds: -monotonic)
  }

  /// Moves both clocks.
  public func advance(milliseconds delta: Int64) {
    milliseconds.withLock { $0 += delta }
  }

  /// The moved time.
  public var monotonicMilliseconds: Int64 { milliseconds.withLock { $0 } }

  /// The moved time of day.
  public var wallClock: Timestamp { start.advanced(byMilliseconds: monotonicMilliseconds) }
}
