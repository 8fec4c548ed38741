public import Contract
import Model
import Wire

extension Binance {
  /// A decoder for the frames of `/market/stream`; nothing of one frame is needed to read the next.
  public func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder {
    LayoutDecoder(Binance.layouts, before: BinanceDecoder(instruments: instruments))
  }

  private static let layouts = FrameLayouts(
    [
      .trades(
        #"{"stream":"<text>","data":{"e":"aggTrade","E":<stamp>,"a":<id>,"s":"<symbol>","p":"<price>","q":"<quantity>","#
          + #""nq":"<text>","f":<number>,"l":<number>,"T":<time>,"m":<aggressor:false|true>,"st":1}}"#),
      .candles(
        #"{"stream":"<text>","data":{"e":"kline","E":<stamp>,"s":"<text>","k":{"t":<time>,"T":<stamp>,"s":"<symbol>","#
          + #""i":"<interval>","f":<number>,"L":<number>,"o":"<open>","c":"<close>","h":"<high>","l":"<low>","#
          + #""v":"<baseVolume>","n":<tradesCount>,"x":<isClosed:true|false>,"q":"<quoteVolume>","V":"<text>","#
          + #""Q":"<text>","B":"<text>"}}}"#),
      .liquidations(
        #"{"stream":"<text>","data":{"e":"forceOrder","E":<stamp>,"o":{"s":"<symbol>","S":"<liquidated:SELL|BUY>","#
          + #""o":"<text>","f":"<text>","q":"<decimal>","p":"<decimal>","ap":"<price>","X":"<text>","l":"<text>","#
          + #""z":"<quantity>","T":<time>,"ps":"<text>","st":1}}}"#),
    ], intervals: intervals.map { ($0.description, $0) })
}

/// Reads events in the combined envelope, bare events and the answers to our messages. Members may come in any order;
/// unknown ones are counted, and so are events we have not asked for.
private struct BinanceDecoder: FrameDecoder {
  var instruments: InstrumentCatalog

  mutating func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError) {
    try buffer.read(message) { (reader, buffer) throws(JSONError) in
      var frame = FrameReader(instruments: instruments, receiveTime: receiveTime, reader: reader)
      try frame.readMessage(into: &buffer)
      reader = frame.reader
    }
  }
}

/// One frame being read.
private struct FrameReader {
  let instruments: InstrumentCatalog
  let receiveTime: Timestamp
  var reader: JSONReader

  /// The member `st`, since the two families share their streams (June 2026): 1 is USD-M, 2 COIN-M.
  private static let coinMargined: Int64 = 2

  /// An envelope `{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade",…}}`, a bare event, or an answer.
  mutating func readMessage(into buffer: inout EventBuffer) throws(JSONError) {
    let start = reader
    guard try reader.peek() == .object else { return try readEvents(into: &buffer) }
    var isEnvelope = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "data":
        isEnvelope = true
        try readEvents(into: &buffer)
      case "e":
        reader = start
        return try readEvent(into: &buffer)
      case "stream": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    guard !isEnvelope else { return }
    reader = start
    if let signal = signal(of: try reader.readValue()) { buffer.signals.append(signal) }
  }

  /// `{"result":null,"id":1}`, `{"error":{"code":2,"msg":"…"},"id":1}` or `{"code":2,"msg":"…"}`.
  private func signal(of answer: JSONValue) -> SessionSignal? {
    let request = answer["id"]?.integer.flatMap { Int(exactly: $0) }
    if let error = answer["error"] ?? (answer["code"] == nil ? nil : answer), error != .null {
      return .refused(request: request, reason: error["msg"]?.string ?? "")
    }
    return answer["result"] == nil ? nil : request.map { .acknowledged(request: $0) }
  }

  /// One event, or an array of them as on the streams of all symbols.
  private mutating func readEvents(into buffer: inout EventBuffer) throws(JSONError) {
    switch try reader.peek() {
    case .object: try readEvent(into: &buffer)
    case .array:
      try reader.beginArray()
      while try reader.nextElement() { try readEvents(into: &buffer) }
    default: try reader.skipValue()
    }
  }

  private mutating func readEvent(into buffer: inout EventBuffer) throws(JSONError) {
    guard let name = try reader.textAhead(of: "e") else { return try reader.skipValue() }
    if name.equals("aggTrade") {
      try readTrade(into: &buffer)
    } else if name.equals("kline") {
      try readMember("k") { (frame) throws(JSONError) in try frame.readCandle(into: &buffer) }
    } else if name.equals("forceOrder") {
      try readMember("o") { (frame) throws(JSONError) in try frame.readLiquidation(into: &buffer) }
    } else {
      try reader.skipValue()
      if name.equals("serverShutdown") { buffer.signals.append(.closingSoon) }
    }
  }

  private mutating func readTrade(into buffer: inout EventBuffer) throws(JSONError) {
    var (symbol, id, family): (JSONText?, Int64?, Int64?)
    var (price, quantity): (FixedDecimal?, FixedDecimal?)
    var (time, buyerWasMaker): (Timestamp?, Bool?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "s"): symbol = try reader.readText()
      case UInt8(ascii: "a"): id = try reader.readInt64()
      case UInt8(ascii: "p"): price = try reader.readDecimal()
      case UInt8(ascii: "q"): quantity = try reader.readDecimal()
      case UInt8(ascii: "T"): time = try reader.readMilliseconds()
      case UInt8(ascii: "m"): buyerWasMaker = try reader.readBool()
      case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "f"), UInt8(ascii: "l"): try reader.skipValue()
      case nil where key.equals("st"): family = try reader.readInt64()
      case nil where key.equals("nq"): try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    guard let instrument = find(try reader.require(symbol, "s"), family: family, &buffer) else { return }
    let trade = Trade(
      instrument: instrument, id: .number(try reader.require(id, "a")), price: try reader.require(price, "p"),
      quantity: try reader.require(quantity, "q"), aggressor: try reader.require(buyerWasMaker, "m") ? .sell : .buy,
      exchangeTime: try reader.require(time, "T"), receiveTime: receiveTime)
    buffer.events.append(.trade(trade))
  }

  /// Goes through an event to the one member that holds all we want, and has `body` read it.
  private mutating func readMember(
    _ name: StaticString, _ body: (inout FrameReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    var member: Void?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case name: member = try body(&self)
      case "e", "E", "s": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    try reader.require(member, name)
  }

  private mutating func readCandle(into buffer: inout EventBuffer) throws(JSONError) {
    var (symbol, interval, openTime): (JSONText?, Interval?, Timestamp?)
    var (open, high, low, close): (FixedDecimal?, FixedDecimal?, FixedDecimal?, FixedDecimal?)
    var (baseVolume, quoteVolume, tradesCount, isClosed): (FixedDecimal?, FixedDecimal?, Int64?, Bool?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "s"): symbol = try reader.readText()
      case UInt8(ascii: "i"): interval = try reader.readInterval()
      case UInt8(ascii: "t"): openTime = try reader.readMilliseconds()
      case UInt8(ascii: "o"): open = try reader.readDecimal()
      case UInt8(ascii: "h"): high = try reader.readDecimal()
      case UInt8(ascii: "l"): low = try reader.readDecimal()
      case UInt8(ascii: "c"): close = try reader.readDecimal()
      case UInt8(ascii: "v"): baseVolume = try reader.readDecimal()
      case UInt8(ascii: "q"): quoteVolume = try reader.readDecimal()
      case UInt8(ascii: "n"): tradesCount = try reader.readInt64()
      case UInt8(ascii: "x"): isClosed = try reader.readBool()
      case UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "L"), UInt8(ascii: "V"), UInt8(ascii: "Q"),
        UInt8(ascii: "B"):
        try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    guard let instrument = find(try reader.require(symbol, "s"), family: nil, &buffer) else { return }
    let candle = Candle(
      instrument: instrument, interval: try reader.require(interval, "i"), openTime: try reader.require(openTime, "t"),
      open: try reader.require(open, "o"), high: try reader.require(high, "h"), low: try reader.require(low, "l"),
      close: try reader.require(close, "c"), baseVolume: try reader.require(baseVolume, "v"),
      quoteVolume: try reader.require(quoteVolume, "q"), tradesCount: try reader.require(tradesCount, "n"),
      isClosed: try reader.require(isClosed, "x"), receiveTime: receiveTime)
    buffer.events.append(.candle(candle))
  }

  /// `l` is the last fill alone, `z` all of them.
  private mutating func readLiquidation(into buffer: inout EventBuffer) throws(JSONError) {
    var (symbol, side, time, family): (JSONText?, JSONText?, Timestamp?, Int64?)
    var (ordered, limit, filled, average): (FixedDecimal?, FixedDecimal?, FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "s"): symbol = try reader.readText()
      case UInt8(ascii: "S"): side = try reader.readText()
      case UInt8(ascii: "q"): ordered = try reader.readOptionalDecimal()
      case UInt8(ascii: "p"): limit = try reader.readOptionalDecimal()
      case UInt8(ascii: "z"): filled = try reader.readOptionalDecimal()
      case UInt8(ascii: "T"): time = try reader.readMilliseconds()
      case nil where key.equals("ap"): average = try reader.readOptionalDecimal()
      case nil where key.equals("st"): family = try reader.readInt64()
      case UInt8(ascii: "o"), UInt8(ascii: "f"), UInt8(ascii: "X"), UInt8(ascii: "l"): try reader.skipValue()
      case nil where key.equals("ps"): try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    guard let instrument = find(try reader.require(symbol, "s"), family: family, &buffer) else { return }
    // What was filled at its average price; where one of the two is not there, what was ordered at its limit.
    if filled ?? .zero == .zero || average ?? .zero == .zero { (filled, average) = (ordered, limit) }
    // `S` is the side of the order that closes the position.
    let order = try reader.require(side, "S")
    let liquidated: PositionSide? = order.equals("SELL") ? .long : order.equals("BUY") ? .short : nil
    let liquidation = Liquidation(
      instrument: instrument, liquidated: try reader.require(liquidated, "SELL or BUY"),
      price: try reader.require(average, "p"), quantity: try reader.require(filled, "q"),
      exchangeTime: try reader.require(time, "T"), receiveTime: receiveTime)
    buffer.events.append(.liquidation(liquidation))
  }

  /// The instrument of a symbol; `nil`, and counted, for one of the other family or one the list does not have.
  private func find(_ symbol: JSONText, family: Int64?, _ buffer: inout EventBuffer) -> Instrument? {
    if family == FrameReader.coinMargined {
      buffer.leftOut += 1
      return nil
    }
    let found = instruments.find(symbol)
    if found == nil { buffer.unknownInstruments += 1 }
    return found
  }
}
