internal import Synchronization

/// A number that rises and falls. Any thread; no lock.
public final class Gauge: Sendable {
  private let number = Atomic<Int64>(0)

  /// Starts at zero. One from a `MetricsRegistry` is shown; one made here is not.
  public init() {}

  /// Replaces the number.
  public func set(_ value: Int64) {
    number.store(value, ordering: .relaxed)
  }

  /// Adds to the number; a negative amount takes away.
  public func add(_ amount: Int64) {
    number.wrappingAdd(amount, ordering: .relaxed)
  }

  /// The number now.
  public var value: Int64 { number.load(ordering: .relaxed) }
}
