public import Services

extension EventForm {
  /// The same shape without its type: on the multiplex that stands in the prefix, with the stream and the number.
  public var untyped: EventForm {
    switch naming(nil) {
    case .feedLargeTrade: EventForm.largeTrade.naming(symbol)
    case .feedLiquidation: EventForm.liquidation.naming(symbol)
    case .feedSpike: EventForm.spike.naming(symbol)
    default: self
    }
  }

  /// What its messages are called on the multiplex.
  public var messageType: String {
    switch untyped.plain.naming(nil) {
    case .candle: "ohlc"
    case .trade: "trade"
    case .largeTrade: "large_trade"
    case .liquidation: "liquidation"
    case .spike: EventEncoding.spikeType
    case .listing: "instrument"
    case .gap: "gap_record"
    default: "event"
    }
  }
}
