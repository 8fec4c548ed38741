public import Model
internal import Net

/// The clocks, as an argument: tests move them by hand.
public protocol TimeSource: Sendable {
  /// Milliseconds since some start; never goes back. For deadlines.
  var monotonicMilliseconds: Int64 { get }
  /// The time of day. For what is said to others.
  var wallClock: Timestamp { get }
}

/// The machine's clocks.
public struct SystemClock: TimeSource {
  /// The machine's clocks.
  public init() {}

  /// `CLOCK_MONOTONIC`.
  public var monotonicMilliseconds: Int64 { EventLoop.monotonicNanoseconds / 1_000_000 }

  /// `CLOCK_REALTIME`.
  public var wallClock: Timestamp { Timestamp(microseconds: EventLoop.wallClockMicroseconds) }
}
