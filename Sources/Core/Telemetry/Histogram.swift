internal import Synchronization

/// Upper bounds of a histogram's buckets.
///
/// Observations are whole numbers, so that a sum is exact and one atomic addition; `decimals` says how they are shown:
/// microseconds with 6 decimals are shown as seconds.
public struct HistogramBounds: Sendable, Equatable {
  /// The most buckets of one histogram, without the last one that has no bound.
  public static let maxCount = 32

  /// Each the largest observation of its bucket, ascending.
  public let upper: [Int64]
  /// How many digits of an observation stand after the point when it is shown: 0…9.
  public let decimals: Int

  /// Bounds in the unit of the observations. They must ascend and be 1…32 in number: they are written in code.
  public init(_ upper: [Int64], decimals: Int = 0) {
    precondition((1...HistogramBounds.maxCount).contains(upper.count), "1…32 bounds")
    precondition(zip(upper, upper.dropFirst()).allSatisfy(<), "bounds ascend")
    precondition((0...9).contains(decimals), "0…9 decimals")
    self.upper = upper
    self.decimals = decimals
  }

  /// Durations in microseconds, from 100 µs to 30 s, shown in seconds.
  public static let durationMicroseconds = HistogramBounds(
    [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000]
      + [5_000_000, 10_000_000, 30_000_000],
    decimals: 6)
}

/// Counts observations by size. Any thread; no lock.
///
/// Safe to share: the pointer is to atomics and is freed with the last reference.
public final class Histogram: @unchecked Sendable {
  /// Where the buckets end.
  public let bounds: HistogramBounds
  private let counts: UnsafeMutablePointer<Atomic<UInt64>>
  private let sum = Atomic<Int64>(0)

  /// Starts empty. One from a `MetricsRegistry` is shown; one made here is not.
  public init(_ bounds: HistogramBounds) {
    self.bounds = bounds
    counts = .allocate(capacity: bounds.upper.count + 1)
    for index in 0...bounds.upper.count { (counts + index).initialize(to: Atomic(0)) }
  }

  deinit {
    counts.deinitialize(count: bounds.upper.count + 1)
    counts.deallocate()
  }

  /// Counts one observation, in the unit of the bounds.
  public func observe(_ value: Int64) {
    var bucket = 0
    while bucket < bounds.upper.count, value > bounds.upper[bucket] { bucket += 1 }
    counts[bucket].wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(value, ordering: .relaxed)
  }

  /// What was counted. Not one instant: an observation made meanwhile may be in the buckets and not yet in the sum.
  public var reading: HistogramReading {
    var (running, cumulative): (UInt64, [UInt64]) = (0, [])
    for bucket in 0...bounds.upper.count {
      running &+= counts[bucket].load(ordering: .relaxed)
      cumulative.append(running)
    }
    return HistogramReading(bounds: bounds, cumulative: cumulative, sum: sum.load(ordering: .relaxed))
  }
}

/// What a histogram holds at one time.
public struct HistogramReading: Sendable, Equatable {
  /// Where the buckets end.
  public let bounds: HistogramBounds
  /// Observations up to each bound, then all of them.
  public let cumulative: [UInt64]
  /// The sum of the observations, in their unit.
  public let sum: Int64

  /// The number of observations.
  public var count: UInt64 { cumulative.last ?? 0 }
}
