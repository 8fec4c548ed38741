public import Model

/// How many liquidations there were, and what they were worth.
public struct LiquidationSum: Sendable, Equatable {
  /// How many.
  public private(set) var count = 0
  private var sum: FixedDecimal? = .zero

  /// The exact sum of their values, in dollars; `nil` when a value or the sum is too long to hold.
  public var value: FixedDecimal? { sum?.trimmed }

  /// None.
  public init() {}

  /// Takes one more.
  public mutating func add(_ notional: FixedDecimal?) {
    count += 1
    sum = LiquidationSum.sum(sum, notional)
  }

  /// Takes those of another sum.
  public mutating func add(_ other: LiquidationSum) {
    count += other.count
    sum = LiquidationSum.sum(sum, other.sum)
  }

  private static func sum(_ one: FixedDecimal?, _ other: FixedDecimal?) -> FixedDecimal? {
    guard let one, let other else { return nil }
    return one.adding(other)
  }
}

/// Sums by the side of the positions that were closed.
public struct LiquidationSums: Sendable, Equatable {
  /// Of longs, which are closed by selling.
  public private(set) var longs = LiquidationSum()
  /// Of shorts, which are closed by buying.
  public private(set) var shorts = LiquidationSum()

  /// None.
  public init() {}

  /// How many there are on both sides.
  public var count: Int { longs.count + shorts.count }

  /// Takes one more.
  public mutating func add(_ liquidation: Liquidation) {
    switch liquidation.liquidated {
    case .long: longs.add(liquidation.notional)
    case .short: shorts.add(liquidation.notional)
    }
  }

  /// Takes those of other sums.
  public mutating func add(_ other: LiquidationSums) {
    longs.add(other.longs)
    shorts.add(other.shorts)
  }
}
