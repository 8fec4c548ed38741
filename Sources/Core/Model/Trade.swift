/// One execution, as the exchange reports it.
public struct Trade: Sendable, Equatable {
  /// The exchange's number or text for a trade; unique within the instrument.
  public enum ID: Sendable, Hashable {
    /// A number, as on Binance.
    case number(Int64)
    /// A UUID in its usual form, as on Bybit: without memory of its own.
    case uuid(UInt128)
    /// Any other text.
    case text(TextID)
  }

  /// What was traded.
  public let instrument: Instrument
  /// The exchange's id of the trade.
  public let id: ID
  /// Per base unit, in quote units.
  public let price: FixedDecimal
  /// In base units.
  public let quantity: FixedDecimal
  /// The side of the taker.
  public let aggressor: Side
  /// When the exchange says it happened.
  public let exchangeTime: Timestamp
  /// When its bytes reached this process.
  public let receiveTime: Timestamp
  /// Whether the exchange told it again because the stream has just been subscribed to: it is no news by itself.
  public let isRepeat: Bool

  /// A trade of the given properties.
  public init(
    instrument: Instrument, id: ID, price: FixedDecimal, quantity: FixedDecimal, aggressor: Side,
    exchangeTime: Timestamp, receiveTime: Timestamp, isRepeat: Bool = false
  ) {
    self.instrument = instrument
    self.id = id
    self.price = price
    self.quantity = quantity
    self.aggressor = aggressor
    self.exchangeTime = exchangeTime
    self.receiveTime = receiveTime
    self.isRepeat = isRepeat
  }

  /// Price × quantity in quote units, exact; `nil` when the product is too long to hold.
  public var notional: FixedDecimal? { price.multiplied(by: quantity)?.trimmed }
}
