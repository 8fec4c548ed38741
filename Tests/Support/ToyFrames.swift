import Contract
import Model
import Wire

/// What `ToyExchange` sends.
public enum ToyFrames {
  /// An execution.
  public static func trade(
    _ symbol: String = "ALPHAUSD", id: Int, price: String = "1.50", quantity: String = "2", side: String = "buy",
    time: Int = 0
  ) -> String {
    "{\"trade\":{\"symbol\":\"\(symbol)\",\"id\":\(id),\"price\":\"\(price)\",\"quantity\":\"\(quantity)\","
      + "\"side\":\"\(side)\",\"time\":\(time)}}"
  }

  /// The state of a candle; open, high and low are its close.
  public static func candle(
    _ symbol: String = "ALPHAUSD", interval: String = "1m", open: Int, close: String = "1.50", volume: String = "2"
  ) -> String {
    "{\"candle\":{\"symbol\":\"\(symbol)\",\"interval\":\"\(interval)\",\"open\":\(open),\"price\":\"\(close)\","
      + "\"volume\":\"\(volume)\"}}"
  }

  /// The state of a candle with prices of its own, and whether it is its last: for a declaration that marks finals.
  public static func candle(
    _ symbol: String = "ALPHAUSD", interval: String = "1m", open: Int, prices: [String], volume: String, isClosed: Bool
  ) -> String {
    "{\"candle\":{\"symbol\":\"\(symbol)\",\"interval\":\"\(interval)\",\"open\":\(open),\"first\":\"\(prices[0])\","
      + "\"high\":\"\(prices[1])\",\"low\":\"\(prices[2])\",\"price\":\"\(prices[3])\",\"volume\":\"\(volume)\","
      + "\"closed\":\(isClosed)}}"
  }

  /// A position closed by the exchange.
  public static func liquidation(
    _ symbol: String = "ALPHAUSD", position: String = "long", price: String = "1.50", quantity: String = "2",
    time: Int = 0
  ) -> String {
    "{\"liquidation\":{\"symbol\":\"\(symbol)\",\"position\":\"\(position)\",\"price\":\"\(price)\","
      + "\"quantity\":\"\(quantity)\",\"time\":\(time)}}"
  }

  /// A message was taken.
  public static func taken(_ request: Int) -> String { "{\"taken\":\(request)}" }
  /// A message was refused.
  public static func refused(_ request: Int) -> String { "{\"refused\":\(request),\"reason\":\"no such topic\"}" }
  /// The answer to `ping`: a text that is no JSON.
  public static let pong = "pong"
  /// The connection is about to end.
  public static let closing = "{\"closing\":true}"
}

/// Reads what `ToyFrames` writes.
struct ToyDecoder: FrameDecoder {
  var instruments: InstrumentCatalog

  mutating func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError) {
    if message.elementsEqual(ToyFrames.pong.utf8) { return buffer.signals.append(.pong) }
    do {
      let frame = try JSONValue(parsing: message)
      try read(frame, receiveTime, &buffer)
    } catch let error as JSONError {
      throw FrameError(offset: error.offset, reason: error.reason)
    } catch {
      throw FrameError(offset: 0, reason: "\(error)")
    }
  }

  private func read(
    _ frame: JSONValue, _ receiveTime: Timestamp, _ buffer: inout EventBuffer
  ) throws(ExchangeError) {
    if let request = frame["taken"]?.integer {
      buffer.signals.append(.acknowledged(request: Int(request)))
    } else if let request = frame["refused"]?.integer {
      buffer.signals.append(.refused(request: Int(request), reason: frame["reason"]?.string ?? ""))
    } else if frame["closing"] != nil {
      buffer.signals.append(.closingSoon)
    } else if let row = frame["trade"] ?? frame["candle"] ?? frame["liquidation"] {
      buffer.unknownFields += ToyDecoder.unknownCount(frame) + ToyDecoder.unknownCount(row)
      guard let instrument = instruments.find(try row.text("symbol")) else { return buffer.unknownInstruments += 1 }
      buffer.events.append(try event(frame, row, instrument, receiveTime))
    } else {
      buffer.unknownMessages += 1
    }
  }

  private static let names: Set<String> = [
    "trade", "candle", "liquidation", "symbol", "id", "price", "quantity", "side", "time", "interval", "open", "volume",
    "position", "first", "high", "low", "closed",
  ]

  /// Members it has no name for.
  private static func unknownCount(_ object: JSONValue) -> Int {
    object.members?.count { !names.contains($0.key) } ?? 0
  }

  private func event(
    _ frame: JSONValue, _ row: JSONValue, _ instrument: Instrument, _ receiveTime: Timestamp
  ) throws(ExchangeError) -> MarketEvent {
    if frame["trade"] != nil {
      return .trade(try ToyFrames.trade(row, of: instrument, receiveTime: receiveTime))
    }
    let price = try row.decimal("price")
    if frame["liquidation"] != nil {
      return .liquidation(
        Liquidation(
          instrument: instrument, liquidated: try row.text("position") == "long" ? .long : .short, price: price,
          quantity: try ToyFrames.quantity(row, "quantity", instrument), exchangeTime: try row.milliseconds("time"),
          receiveTime: receiveTime))
    }
    guard let interval = Interval(try row.text("interval")) else { throw .malformed("interval is not one") }
    return .candle(
      Candle(
        instrument: instrument, interval: interval, openTime: try row.milliseconds("open"),
        open: try row["first"] == nil ? price : row.decimal("first"),
        high: try row["high"] == nil ? price : row.decimal("high"),
        low: try row["low"] == nil ? price : row.decimal("low"), close: price,
        baseVolume: try ToyFrames.quantity(row, "volume", instrument), quoteVolume: nil,
        tradesCount: nil, isClosed: row["closed"]?.bool ?? false, receiveTime: receiveTime))
  }
}

extension ToyFrames {
  /// A trade, as streams and answers name its members.
  static func trade(
    _ row: JSONValue, of instrument: Instrument, receiveTime: Timestamp
  ) throws(ExchangeError) -> Trade {
    Trade(
      instrument: instrument, id: .number(try row.integer("id")), price: try row.decimal("price"),
      quantity: try quantity(row, "quantity", instrument), aggressor: try row.text("side") == "buy" ? .buy : .sell,
      exchangeTime: try row.milliseconds("time"), receiveTime: receiveTime)
  }

  static func quantity(
    _ row: JSONValue, _ name: String, _ instrument: Instrument
  ) throws(ExchangeError) -> FixedDecimal {
    guard let quantity = try row.decimal(name).multiplied(by: instrument.contractSize) else {
      throw .malformed("\(name) is too long")
    }
    return quantity
  }
}
