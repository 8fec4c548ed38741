import Model
import Support

/// Liquidations for tests of what is derived from them.
enum AggregatorSample {
  static func instrument(_ symbol: String, on exchange: String = "toy") -> Instrument {
    Instrument(
      exchange: ExchangeID(exchange), symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
  }

  static func liquidation(
    _ instrument: Instrument, _ liquidated: PositionSide, price: String, quantity: String, at time: Timestamp
  ) -> Liquidation {
    Liquidation(
      instrument: instrument, liquidated: liquidated, price: FixedDecimal(price) ?? .zero,
      quantity: FixedDecimal(quantity) ?? .zero, exchangeTime: time, receiveTime: time)
  }

  /// Seconds after 2026-10-06T10:40:00Z.
  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(microseconds: 1_791_283_200_000_000 + Int64(seconds * 1_000_000))
  }
}
