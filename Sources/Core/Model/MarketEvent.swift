/// A normalized, immutable fact from an exchange's stream.
public enum MarketEvent: Sendable, Equatable {
  /// An execution.
  case trade(Trade)
  /// A candle, open or closed.
  case candle(Candle)
  /// A forced close.
  case liquidation(Liquidation)

  /// What the event is about.
  public var instrument: Instrument {
    switch self {
    case .trade(let trade): trade.instrument
    case .candle(let candle): candle.instrument
    case .liquidation(let liquidation): liquidation.instrument
    }
  }

  /// The topic of the event's own instrument.
  public var topic: Topic {
    switch self {
    case .trade(let trade): Topic(.trades, of: trade.instrument)
    case .candle(let candle): Topic(.candles(candle.interval), of: candle.instrument)
    case .liquidation(let liquidation): Topic(.liquidations, of: liquidation.instrument)
    }
  }

  /// Price × quantity of a trade or a liquidation, in quote units; `nil` for other events.
  public var notional: FixedDecimal? {
    switch self {
    case .trade(let trade): trade.notional
    case .liquidation(let liquidation): liquidation.notional
    case .candle: nil
    }
  }
}
