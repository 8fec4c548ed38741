import Model

/// One of each, for tests of what is derived from them.
enum ModelSample {
  static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: nil)

  static func trade(price: String, quantity: String) -> Trade? {
    guard let price = FixedDecimal(price), let quantity = FixedDecimal(quantity) else { return nil }
    return Trade(
      instrument: instrument, id: .number(1), price: price, quantity: quantity, aggressor: .buy, exchangeTime: .epoch,
      receiveTime: .epoch)
  }

  static func liquidation(price: String, quantity: String) -> Liquidation? {
    guard let price = FixedDecimal(price), let quantity = FixedDecimal(quantity) else { return nil }
    return Liquidation(
      instrument: instrument, liquidated: .long, price: price, quantity: quantity, exchangeTime: .epoch,
      receiveTime: .epoch)
  }

  static let candle = Candle(
    instrument: instrument, interval: .oneMinute, openTime: .epoch, open: .zero, high: .zero, low: .zero, close: .zero,
    baseVolume: .zero, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch)
}
