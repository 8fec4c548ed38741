internal import Contract
public import Model
public import Wire

/// Answers of REST as clients read them.
public enum HistoryEncoding {
  /// Rows as a JSON array.
  public static func array<Row>(_ rows: [Row], bytesPerRow: Int, _ append: (Row, inout JSONWriter) -> Void)
    -> SharedBytes
  {
    var json = JSONWriter(reserving: rows.count * bytesPerRow + 64)
    json.beginArray()
    for row in rows { append(row, &json) }
    json.endArray()
    return json.shared()
  }

  /// `[OHLC]`; `symbol` is the client's own name of the instrument, where it has one.
  public static func candles(_ candles: [Candle], named symbol: String? = nil) -> SharedBytes {
    guard let first = candles.first else { return array(candles, bytesPerRow: 0) { (_, _) in } }
    var page = CandlePageEncoding(first, named: symbol)
    var json = JSONWriter(reserving: page.room(for: candles.count, like: first))
    json.beginArray()
    candles.withUnsafeBufferPointer { candles in
      guard let first = candles.baseAddress else { return }
      for index in candles.indices { page.append(first + index, to: &json) }
    }
    json.endArray()
    return json.shared()
  }

  /// `[OpenInterest]`.
  public static func openInterest(_ rows: [OpenInterest], named symbol: String? = nil) -> SharedBytes {
    array(rows, bytesPerRow: 180) { append($0, named: symbol, to: &$1) }
  }

  /// `[FundingRate]`.
  public static func fundingRates(_ rows: [FundingRate], named symbol: String? = nil) -> SharedBytes {
    array(rows, bytesPerRow: 190) { append($0, named: symbol, to: &$1) }
  }

  /// One `OpenInterest`.
  public static func append(_ openInterest: OpenInterest, named symbol: String? = nil, to json: inout JSONWriter) {
    json.beginObject()
    json.identity(openInterest.instrument, openInterest.exchangeTime, named: symbol)
    json.key("open_interest")
    json.decimal(openInterest.quantity)
    json.key("open_interest_value")
    json.decimal(openInterest.notional)
    json.endObject()
  }

  /// One `FundingRate`.
  public static func append(_ funding: FundingRate, named symbol: String? = nil, to json: inout JSONWriter) {
    json.beginObject()
    json.identity(funding.instrument, funding.exchangeTime, named: symbol)
    json.key("funding_rate")
    json.decimal(funding.rate)
    json.key("funding_time")
    json.timestamp(funding.settlementTime)
    json.key("interval_hours")
    json.integer(funding.intervalHours.map(Int64.init))
    json.endObject()
  }

  /// One instrument.
  public static func append(_ instrument: Instrument, to json: inout JSONWriter) {
    json.beginObject()
    json.key("exchange")
    json.string(instrument.exchange.name)
    json.key("symbol")
    json.string(instrument.symbol)
    json.properties(of: instrument)
    json.endObject()
  }
}

extension JSONWriter {
  /// The members that say what an instrument is, after those that say which.
  mutating func properties(of instrument: Instrument) {
    key("base")
    string(instrument.base)
    key("quote")
    string(instrument.quote)
    key("kind")
    string(instrument.kind.rawValue)
    key("status")
    string(instrument.status.rawValue)
    key("tick_size")
    decimal(instrument.tickSize)
    key("step_size")
    decimal(instrument.stepSize)
    key("contract_size")
    decimal(instrument.contractSize)
    key("funding_interval_hours")
    integer(instrument.fundingIntervalHours.map(Int64.init))
  }
}
