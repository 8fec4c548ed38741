public import Contract

/// The exchanges the gateway has: one line each.
public enum Registry {
  /// In the order they are shown.
  public static let exchanges: [any ExchangeInterface] = [
    Binance(),
    Bybit(),
    Hyperliquid(),
    Okx(),
  ]
}
