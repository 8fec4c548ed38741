/// A kind of live data.
public enum Channel: Sendable, Hashable, CustomStringConvertible {
  /// Executions, each with its aggressor.
  case trades
  /// Open, high, low, close and volume of one interval, open and closed ones.
  case candles(Interval)
  /// Positions closed by the exchange.
  case liquidations

  /// The kinds, whatever the length of a candle.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// Executions.
    case trades
    /// Candles of any interval.
    case candles
    /// Forced closes.
    case liquidations
  }

  /// Which kind it is.
  public var kind: Kind {
    switch self {
    case .trades: .trades
    case .candles: .candles
    case .liquidations: .liquidations
    }
  }

  /// The length of its candles; `nil` where there are none.
  public var interval: Interval? {
    if case .candles(let interval) = self { interval } else { nil }
  }

  /// `trades`, `candles(1m)`, `liquidations`.
  public var description: String {
    switch self {
    case .trades: "trades"
    case .candles(let interval): "candles(\(interval))"
    case .liquidations: "liquidations"
    }
  }
}

/// What can be subscribed: a channel of one instrument, or of all instruments of an exchange.
public struct Topic: Sendable, Hashable, CustomStringConvertible {
  /// The exchange the data comes from.
  public let exchange: ExchangeID
  /// The kind of data.
  public let channel: Channel
  /// The instrument, or `nil` for all of the exchange.
  public let instrument: Instrument?

  /// A channel of one instrument.
  public init(_ channel: Channel, of instrument: Instrument) {
    exchange = instrument.exchange
    self.channel = channel
    self.instrument = instrument
  }

  /// A channel of all instruments of an exchange.
  public init(_ channel: Channel, ofAllOn exchange: ExchangeID) {
    self.exchange = exchange
    self.channel = channel
    instrument = nil
  }

  /// An instrument stands for its exchange, too: topics are looked up with every event.
  public func hash(into hasher: inout Hasher) {
    if let instrument { hasher.combine(instrument) } else { hasher.combine(exchange) }
    hasher.combine(channel)
  }

  /// `binance/BTCUSDT/trades`, `binance/*/liquidations`.
  public var description: String { "\(exchange)/\(instrument?.symbol ?? "*")/\(channel)" }
}
