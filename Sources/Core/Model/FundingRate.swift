/// What longs pay to shorts at a settlement, as a fraction of the position's worth.
public struct FundingRate: Sendable, Equatable {
  /// What is funded.
  public let instrument: Instrument
  /// The exchange's time of the statement: now for the rate accruing, the settlement for a settled one.
  public let exchangeTime: Timestamp
  /// Fraction per funding interval: 0.0001 is 0.01 %.
  public let rate: FixedDecimal
  /// When it settles, or settled.
  public let settlementTime: Timestamp
  /// Hours the rate covers; `nil` when not known.
  public let intervalHours: Int?

  /// A funding rate of the given properties.
  public init(
    instrument: Instrument, exchangeTime: Timestamp, rate: FixedDecimal, settlementTime: Timestamp, intervalHours: Int?
  ) {
    self.instrument = instrument
    self.exchangeTime = exchangeTime
    self.rate = rate
    self.settlementTime = settlementTime
    self.intervalHours = intervalHours
  }
}
