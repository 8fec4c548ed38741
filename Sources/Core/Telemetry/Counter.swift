internal import Synchronization

/// A number that only grows. Any thread; no lock.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  /// Starts at zero. One from a `MetricsRegistry` is shown; one made here is not.
  public init() {}

  /// Adds to the number.
  public func increment(by amount: UInt64 = 1) {
    count.wrappingAdd(amount, ordering: .relaxed)
  }

  /// Raises the number to one that was counted elsewhere; a lower one changes nothing.
  public func raise(to total: UInt64) {
    count.max(total, ordering: .relaxed)
  }

  /// The number so far.
  public var value: UInt64 { count.load(ordering: .relaxed) }
}
