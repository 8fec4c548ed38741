public import Contract
import Model
import Wire

extension Bybit {
  /// A decoder for the frames of `/v5/public/linear`; nothing of one frame is needed to read the next.
  public func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder {
    LayoutDecoder(Bybit.layouts, before: BybitDecoder(instruments: instruments))
  }

  /// The frames of 2026; those of trades without `seq` are older.
  private static let layouts = FrameLayouts(
    [
      .trades(
        #"{"topic":"publicTrade.<symbol>","type":"snapshot","ts":<stamp>,"data":[<each>{"T":<time>,"s":"<text>","#
          + #""S":"<aggressor:Buy|Sell>","v":"<quantity>","p":"<price>","L":"<text>","i":"<textID>","#
          + #""BT":<flag:true|false>,"seq":<number>}<more>]}"#),
      .candles(
        #"{"topic":"kline.<interval>.<symbol>","data":[<each>{"start":<time>,"end":<stamp>,"interval":"<text>","#
          + #""open":"<open>","close":"<close>","high":"<high>","low":"<low>","volume":"<baseVolume>","#
          + #""turnover":"<quoteVolume>","confirm":<isClosed:true|false>,"timestamp":<stamp>}<more>],"ts":<stamp>,"#
          + #""type":"snapshot"}"#),
      .liquidations(
        #"{"topic":"allLiquidation.<symbol>","type":"snapshot","ts":<stamp>,"data":[<each>{"T":<time>,"s":"<text>","#
          + #""S":"<liquidated:Buy|Sell>","v":"<quantity>","p":"<price>"}<more>]}"#),
    ], intervals: intervals.map { ($0.word, $0.interval) })
}

/// Reads `{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":…,"data":[…]}` and the answers to our messages. Members may
/// come in any order; unknown ones are counted, and so are messages of topics we have not asked for.
private struct BybitDecoder: FrameDecoder {
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

/// What the elements of a frame are.
private enum Kind {
  case trades, liquidations, candles(Interval)
}

/// One frame being read.
private struct FrameReader {
  let instruments: InstrumentCatalog
  let receiveTime: Timestamp
  var reader: JSONReader

  mutating func readMessage(into buffer: inout EventBuffer) throws(JSONError) {
    guard try reader.peek() == .object else { return try reader.skipValue() }
    guard let topic = try reader.textAhead(of: "topic") else {
      if let signal = signal(of: try reader.readValue()) { buffer.signals.append(signal) }
      return
    }
    guard let (kind, instrument) = topic.withBytes({ subject(of: $0) }) else { return try reader.skipValue() }
    guard let instrument else {
      buffer.unknownInstruments += 1
      return try reader.skipValue()
    }
    var data: Void?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "data": data = try readData(kind, of: instrument, &buffer)
      case "topic", "type", "ts": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    try reader.require(data, "data")
  }

  /// `publicTrade.BTCUSDT`, `allLiquidation.BTCUSDT`, `kline.1.BTCUSDT`: the topic alone names the instrument of a candle.
  /// `nil` for a topic of another kind; no instrument where the list does not have it.
  private func subject(of topic: UnsafeRawBufferPointer) -> (Kind, Instrument?)? {
    let words = topic.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = words.first, let symbol = words.last, words.count > 1 else { return nil }
    let instrument = instruments.find(utf8: UnsafeRawBufferPointer(rebasing: symbol))
    if words.count == 2 {
      if first.elementsEqual("publicTrade".utf8) { return (.trades, instrument) }
      return first.elementsEqual("allLiquidation".utf8) ? (.liquidations, instrument) : nil
    }
    guard first.elementsEqual("kline".utf8),
      let length = Bybit.intervals.first(where: { $0.word.utf8.elementsEqual(words[1]) })?.interval
    else { return nil }
    return (.candles(length), instrument)
  }

  private mutating func readData(
    _ kind: Kind, of instrument: Instrument, _ buffer: inout EventBuffer
  ) throws(JSONError) {
    try reader.beginArray()
    while try reader.nextElement() {
      switch kind {
      case .trades: buffer.events.append(.trade(try readTrade(of: instrument)))
      case .liquidations: buffer.events.append(.liquidation(try readLiquidation(of: instrument)))
      case .candles(let interval): buffer.events.append(.candle(try readCandle(of: instrument, interval)))
      }
    }
  }

  /// `{"success":true,"ret_msg":"","conn_id":"…","req_id":"1","op":"subscribe"}`; a pong has `"ret_msg":"pong"` and
  /// `"op":"ping"`, or `"op":"pong"`; a refused message has `"success":false` and the reason in `ret_msg`.
  private func signal(of answer: JSONValue) -> SessionSignal? {
    let (verb, text) = (answer["op"]?.string, answer["ret_msg"]?.string)
    if verb == "pong" || verb == "ping" || text == "pong" { return .pong }
    guard let success = answer["success"]?.bool else { return nil }
    let request = answer["req_id"]?.string.flatMap { Int($0) }
    guard success else { return .refused(request: request, reason: text ?? "") }
    return request.map { .acknowledged(request: $0) }
  }

  /// `S` is the taker's side.
  private mutating func readTrade(of instrument: Instrument) throws(JSONError) -> Trade {
    var (side, id, time): (Side?, Trade.ID?, Timestamp?)
    var (price, quantity): (FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "T"): time = try reader.readMilliseconds()
      case UInt8(ascii: "S"): side = try readSide()
      case UInt8(ascii: "v"): quantity = try reader.readDecimal()
      case UInt8(ascii: "p"): price = try reader.readDecimal()
      case UInt8(ascii: "i"):
        let text = try reader.readText()
        id = try reader.tradeID(of: text)
      case UInt8(ascii: "s"), UInt8(ascii: "L"): try reader.skipValue()
      case nil where key.equals("BT") || key.equals("RPI") || key.equals("seq"): try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    return Trade(
      instrument: instrument, id: try reader.require(id, "i"), price: try reader.require(price, "p"),
      quantity: try reader.require(quantity, "v"), aggressor: try reader.require(side, "S"),
      exchangeTime: try reader.require(time, "T"), receiveTime: receiveTime)
  }

  /// `S` is the side of the position, so `Buy` is a long that was closed; `p` is the bankruptcy price.
  private mutating func readLiquidation(of instrument: Instrument) throws(JSONError) -> Liquidation {
    var (position, time): (Side?, Timestamp?)
    var (price, quantity): (FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "T"): time = try reader.readMilliseconds()
      case UInt8(ascii: "S"): position = try readSide()
      case UInt8(ascii: "v"): quantity = try reader.readDecimal()
      case UInt8(ascii: "p"): price = try reader.readDecimal()
      case UInt8(ascii: "s"): try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    return Liquidation(
      instrument: instrument, liquidated: try reader.require(position, "S") == .buy ? .long : .short,
      price: try reader.require(price, "p"), quantity: try reader.require(quantity, "v"),
      exchangeTime: try reader.require(time, "T"), receiveTime: receiveTime)
  }

  private mutating func readCandle(of instrument: Instrument, _ interval: Interval) throws(JSONError) -> Candle {
    var (openTime, isClosed): (Timestamp?, Bool?)
    var (open, high, low, close): (FixedDecimal?, FixedDecimal?, FixedDecimal?, FixedDecimal?)
    var (volume, turnover): (FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "start": openTime = try reader.readMilliseconds()
      case "open": open = try reader.readDecimal()
      case "high": high = try reader.readDecimal()
      case "low": low = try reader.readDecimal()
      case "close": close = try reader.readDecimal()
      case "volume": volume = try reader.readDecimal()
      case "turnover": turnover = try reader.readDecimal()
      case "confirm": isClosed = try reader.readBool()
      case "end", "interval", "timestamp": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    return Candle(
      instrument: instrument, interval: interval, openTime: try reader.require(openTime, "start"),
      open: try reader.require(open, "open"), high: try reader.require(high, "high"),
      low: try reader.require(low, "low"), close: try reader.require(close, "close"),
      baseVolume: try reader.require(volume, "volume"), quoteVolume: try reader.require(turnover, "turnover"),
      tradesCount: nil, isClosed: try reader.require(isClosed, "confirm"), receiveTime: receiveTime)
  }

  private mutating func readSide() throws(JSONError) -> Side {
    let text = try reader.readText()
    if text.equals("Buy") { return .buy }
    guard text.equals("Sell") else { throw reader.error(at: text, "Buy or Sell was expected") }
    return .sell
  }
}
