internal import Model

/// How far a value stands above those before it, in their sample standard deviations: the z-score.
enum SpikeScore {
  /// Fewer values say nothing about spread.
  static let leastBaseline = 5

  /// `(value − mean) / deviation`; `nil` for too few values, for values without spread, and for sums too long to hold.
  ///
  /// Deviations are exact decimals, multiplied by the number of values so that no mean is rounded; only the end is
  /// binary. With `n` values of sum `S`, `z = (n·value − S) / √(Σ(n·xᵢ − S)² / (n − 1))`.
  static func score(of value: FixedDecimal, against baseline: [FixedDecimal]) -> Double? {
    guard baseline.count >= leastBaseline, let sum = sum(of: baseline) else { return nil }
    let count = FixedDecimal(baseline.count)
    func deviation(_ value: FixedDecimal) -> Double? {
      value.multiplied(by: count)?.adding(sum.negated)?.nearestDouble
    }
    guard let last = deviation(value) else { return nil }
    var squares = 0.0
    for value in baseline {
      guard let deviation = deviation(value) else { return nil }
      squares += deviation * deviation
    }
    guard squares > 0 else { return nil }
    let score = last / (squares / Double(baseline.count - 1)).squareRoot()
    return score.isFinite ? score : nil
  }

  private static func sum(of values: [FixedDecimal]) -> FixedDecimal? {
    var sum = FixedDecimal.zero
    for value in values {
      guard let next = sum.adding(value) else { return nil }
      sum = next
    }
    return sum
  }
}
