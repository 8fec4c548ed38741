/// A position closed by the exchange because its margin was used up.
public struct Liquidation: Sendable, Equatable {
  /// What was closed.
  public let instrument: Instrument
  /// The side of the position that was closed.
  public let liquidated: PositionSide
  /// Per base unit, in quote units: the average fill where the exchange gives it, else the price it names.
  public let price: FixedDecimal
  /// In base units.
  public let quantity: FixedDecimal
  /// When the exchange says it happened.
  public let exchangeTime: Timestamp
  /// When its bytes reached this process.
  public let receiveTime: Timestamp

  /// A liquidation of the given properties.
  public init(
    instrument: Instrument, liquidated: PositionSide, price: FixedDecimal, quantity: FixedDecimal,
    exchangeTime: Timestamp, receiveTime: Timestamp
  ) {
    self.instrument = instrument
    self.liquidated = liquidated
    self.price = price
    self.quantity = quantity
    self.exchangeTime = exchangeTime
    self.receiveTime = receiveTime
  }

  /// Price × quantity in quote units, exact; `nil` when the product is too long to hold.
  public var notional: FixedDecimal? { price.multiplied(by: quantity)?.trimmed }
}
