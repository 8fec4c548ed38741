/// Contracts outstanding at one instant.
public struct OpenInterest: Sendable, Equatable {
  /// What is held.
  public let instrument: Instrument
  /// The instant it was counted, by the exchange's clock.
  public let exchangeTime: Timestamp
  /// In base units, one side (a long and its short count once).
  public let quantity: FixedDecimal
  /// Its worth in quote units; `nil` when it cannot be known.
  public let notional: FixedDecimal?

  /// Open interest of the given properties.
  public init(instrument: Instrument, exchangeTime: Timestamp, quantity: FixedDecimal, notional: FixedDecimal?) {
    self.instrument = instrument
    self.exchangeTime = exchangeTime
    self.quantity = quantity
    self.notional = notional
  }
}
