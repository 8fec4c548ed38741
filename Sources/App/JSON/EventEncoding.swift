internal import Contract
public import Model
public import Services
public import Wire

extension EventForm {
  /// A candle as `OHLC`.
  public static let candle = EventForm(rawValue: 0)
  /// A trade with its id.
  public static let trade = EventForm(rawValue: 1)
  /// A trade as `LargeTrade`.
  public static let largeTrade = EventForm(rawValue: 2)
  /// A liquidation.
  public static let liquidation = EventForm(rawValue: 3)
  /// A trade as `LargeTrade`, with its type first: for streams of several exchanges.
  public static let feedLargeTrade = EventForm(rawValue: 4)
  /// A liquidation, with its type first: for streams of several exchanges.
  public static let feedLiquidation = EventForm(rawValue: 5)
  /// A candle as `quote`, with its type first: for clients whose first message asks for quotes.
  public static let quote = EventForm(rawValue: 12)
}

/// Market data as clients read it: with HistoryEncoding the one place that spells the public names of fields.
public struct EventEncoding: EventEncoder {
  /// Room for the longest usual event, so that its bytes are allocated once.
  private static let usualLength = 320

  /// An encoder; it has no state.
  public init() {}

  /// The event as one frame; `nil` when the event has no such form.
  public func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    var json = JSONWriter(reserving: EventEncoding.usualLength, headroom: WebSocketFrame.headroom)
    switch event {
    case .market(let event): guard EventEncoding.append(event, as: form, to: &json) else { return nil }
    case .listing(let change) where form == .listing: EventEncoding.append(change, to: &json)
    case .gap(let record) where form == .gap: EventEncoding.append(record, to: &json)
    case .revision(let candle, let number) where form.naming(nil) == .candle:
      EventEncoding.append(candle, revision: number, named: form.symbol, to: &json)
    case .listing, .gap, .revision: return nil
    case .spike(let spike): return EventEncoding.frame(spike, as: form)
    }
    return WebSocketFrame.serverText(json)
  }

  /// False when the event has no such form.
  private static func append(_ event: MarketEvent, as form: EventForm, to json: inout JSONWriter) -> Bool {
    let symbol = form.symbol
    switch (event, form.naming(nil)) {
    case (.candle(let candle), .candle): EventEncoding.append(candle, named: symbol, to: &json)
    case (.candle(let candle), .quote): EventEncoding.appendQuote(candle, named: symbol, to: &json)
    case (.trade(let trade), .trade): EventEncoding.append(trade, withID: true, named: symbol, to: &json)
    case (.trade(let trade), .largeTrade): EventEncoding.append(trade, withID: false, named: symbol, to: &json)
    case (.trade(let trade), .feedLargeTrade):
      EventEncoding.append(trade, type: "large_trade", withID: false, named: symbol, to: &json)
    case (.liquidation(let liquidation), .feedLiquidation):
      EventEncoding.append(liquidation, type: "liquidation", named: symbol, to: &json)
    case (.liquidation(let liquidation), .liquidation):
      EventEncoding.append(liquidation, named: symbol, to: &json)
    default: return false
    }
    return true
  }

  /// One `OHLC`; `symbol` is the client's own name of the instrument, where it has one. A revision has its number first.
  public static func append(
    _ candle: Candle, revision: Int? = nil, named symbol: String? = nil, to json: inout JSONWriter
  ) {
    json.beginObject()
    if let revision {
      json.key("rev")
      json.integer(Int64(revision))
    }
    json.identity(candle.instrument, candle.openTime, named: symbol)
    json.key("interval")
    json.interval(candle.interval)
    json.prices(of: candle)
    json.key("quote_volume")
    json.decimal(candle.quoteVolume)
    json.key("trades_count")
    json.integer(candle.tradesCount)
    json.key("is_closed")
    json.bool(candle.isClosed)
    json.endObject()
  }

  /// One candle as a `quote`; `current_time` is when its bytes reached this process.
  public static func appendQuote(_ candle: Candle, named symbol: String? = nil, to json: inout JSONWriter) {
    json.beginObject()
    json.type("quote")
    json.key("current_time")
    json.timestamp(candle.receiveTime)
    json.key("timestamp")
    json.timestamp(candle.openTime)
    json.key("exchange")
    json.string(candle.instrument.exchange.name)
    json.key("symbol")
    json.string(symbol ?? candle.instrument.symbol)
    json.key("contract_type")
    json.string(candle.instrument.kind.rawValue)
    json.prices(of: candle)
    json.key("trade_num")
    json.integer(candle.tradesCount)
    json.key("is_closed_candle")
    json.bool(candle.isClosed)
    json.endObject()
  }

  /// One trade: with its id on the stream of all trades, without it as `LargeTrade`. `type` comes first, where the stream
  /// names it.
  public static func append(
    _ trade: Trade, type: String? = nil, withID: Bool, named symbol: String? = nil, to json: inout JSONWriter
  ) {
    json.beginObject()
    json.type(type)
    json.identity(trade.instrument, trade.exchangeTime, named: symbol)
    json.key("side")
    json.string(trade.aggressor.rawValue)
    value(trade.price, trade.quantity, trade.notional, in: &json)
    json.key("is_buyer_maker")
    json.bool(trade.aggressor == .sell)
    if withID {
      json.key("id")
      switch trade.id {
      case .number(let number): json.integer(number)
      case .uuid(let number): json.string(UUIDText.text(number))
      case .text(let text): json.string(text.description)
      }
    }
    json.endObject()
  }

  /// One `Liquidation`. `type` comes first, where the stream names it.
  public static func append(
    _ liquidation: Liquidation, type: String? = nil, named symbol: String? = nil, to json: inout JSONWriter
  ) {
    json.beginObject()
    json.type(type)
    json.identity(liquidation.instrument, liquidation.exchangeTime, named: symbol)
    json.key("side")
    json.string(liquidation.liquidated.closingSide.rawValue)
    value(liquidation.price, liquidation.quantity, liquidation.notional, in: &json)
    json.endObject()
  }

  private static func value(
    _ price: FixedDecimal, _ quantity: FixedDecimal, _ notional: FixedDecimal?, in json: inout JSONWriter
  ) {
    json.key("price")
    json.decimal(price)
    json.key("quantity")
    json.decimal(quantity)
    json.key("value")
    json.decimal(notional)
  }
}

extension JSONWriter {
  /// The members every row and event begins with.
  mutating func identity(_ instrument: Instrument, _ time: Timestamp, named symbol: String?) {
    key("exchange")
    string(instrument.exchange.name)
    key("symbol")
    string(symbol ?? instrument.symbol)
    key("timestamp")
    timestamp(time)
  }

  /// The member that says what a message is, where there is one.
  fileprivate mutating func type(_ name: String?) {
    guard let name else { return }
    key("type")
    string(name)
  }

  /// The members that every shape of a candle has.
  fileprivate mutating func prices(of candle: Candle) {
    key("open")
    decimal(candle.open)
    key("high")
    decimal(candle.high)
    key("low")
    decimal(candle.low)
    key("close")
    decimal(candle.close)
    key("volume")
    decimal(candle.baseVolume)
  }

  /// A whole number, or null.
  public mutating func integer(_ value: Int64?) {
    if let value { integer(value) } else { null() }
  }
}
