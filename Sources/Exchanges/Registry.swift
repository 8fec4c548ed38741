public import Contract

/// The exchanges the gateway has: one line each.
public enum Registry {
  /// Services beside the exchanges, whose own JSON is passed on.
  public static let references: [RawUpstream] = [CoinMarketCap.declaration]

  /// In the order they are shown.
  public static let exchanges: [any ExchangeInterface] = [
    Binance(),
    Bybit(),
    Hyperliquid(),
    Okx(),
  ]
}
