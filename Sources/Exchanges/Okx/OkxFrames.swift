public import Contract
import Model
import Wire

extension Okx {
  /// A decoder for the frames of both servers; nothing of one frame is needed to read the next.
  public func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder {
    LayoutDecoder(Okx.layouts, before: OkxDecoder(instruments: instruments))
  }

  /// The frames as documented and recorded; of trades with `count`.
  private static let layouts = FrameLayouts(
    [
      .trades(
        #"{"arg":{"channel":"trades","instId":"<symbol>"},"data":[<each>{"instId":"<text>","tradeId":"<id>","px":"<price>","#
          + #""sz":"<contracts>","side":"<aggressor:buy|sell>","ts":"<time>","count":"<text>"}<more>]}"#),
      .trades(
        #"{"arg":{"channel":"trades","instId":"<symbol>"},"data":[<each>{"instId":"<text>","tradeId":"<id>","px":"<price>","#
          + #""sz":"<contracts>","side":"<aggressor:buy|sell>","ts":"<time>"}<more>]}"#),
      .candles(
        #"{"arg":{"channel":"candle<interval>","instId":"<symbol>"},"data":[<each>["<time>","<open>","<high>","<low>","#
          + #""<close>","<decimal>","<baseVolume>","<quoteVolume>","<isClosed:1|0>"]<more>]}"#),
      .liquidations(
        #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"<text>","bkPx":"<price>","#
          + #""ccy":"<text>","posSide":"<liquidated:long|short>","side":"<flag:sell|buy>","sz":"<contracts>","ts":"<time>"}],"#
          + #""instFamily":"<text>","instId":"<symbol>","instType":"SWAP","uly":"<text>"}]}"#),
    ], intervals: intervals.map { ($0.bar, $0.interval) })
}

/// Reads `{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[…]}`, the answers to our messages, and `pong`, which
/// is no JSON. Members may come in any order; unknown ones are counted, and so are messages of channels we have not asked for.
private struct OkxDecoder: FrameDecoder {
  var instruments: InstrumentCatalog

  mutating func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError) {
    if message.elementsEqual("pong".utf8) { return buffer.signals.append(.pong) }
    try buffer.read(message) { (reader, buffer) throws(JSONError) in
      var frame = FrameReader(instruments: instruments, receiveTime: receiveTime, reader: reader)
      try frame.readMessage(into: &buffer)
      reader = frame.reader
    }
  }
}

/// What a frame is about.
private struct Subject {
  enum Kind {
    case trades, liquidations, candles(Interval)
  }

  /// `nil` for a channel that is none of ours.
  let kind: Kind?
  let symbol: JSONText?
}

/// One frame being read.
private struct FrameReader {
  let instruments: InstrumentCatalog
  let receiveTime: Timestamp
  var reader: JSONReader

  mutating func readMessage(into buffer: inout EventBuffer) throws(JSONError) {
    guard try reader.peek() == .object else { return try reader.skipValue() }
    let start = reader
    var (subject, data, isAnswer): (Subject?, JSONReader?, Bool) = (nil, nil, false)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "arg": subject = try readSubject()
      case "data":
        data = reader
        try reader.skipValue()
      default:
        isAnswer = isAnswer || key.equals("event")
        try reader.skipUnknown()
      }
    }
    guard let subject, !isAnswer else {
      reader = start
      if let signal = signal(of: try reader.readValue()) { buffer.signals.append(signal) }
      return
    }
    guard let kind = subject.kind else { return }
    reader = try reader.require(data, "data")
    try readData(kind, subject.symbol, &buffer)
    // From the data on the object is read anew; as a rule it ends here.
    while let key = try reader.nextKey() {
      if key.equals("arg") { _ = try readSubject() } else { try reader.skipUnknown() }
    }
  }

  /// `{"channel":"candle1m","instId":"BTC-USDT-SWAP"}`
  private mutating func readSubject() throws(JSONError) -> Subject {
    var (channel, symbol): (JSONText?, JSONText?)
    guard try reader.peek() == .object else {
      try reader.skipValue()
      return Subject(kind: nil, symbol: nil)
    }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "channel": channel = try reader.readText()
      case "instId": symbol = try reader.readText()
      case "instType": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    return Subject(kind: channel.flatMap { kind(of: $0) }, symbol: symbol)
  }

  private func kind(of channel: JSONText) -> Subject.Kind? {
    if channel.equals("trades") { return .trades }
    if channel.equals("liquidation-orders") { return .liquidations }
    guard !channel.hasEscapes, channel.raw.starts(with: "candle".utf8) else { return nil }
    let bar = channel.raw.dropFirst("candle".utf8.count)
    return Okx.intervals.first { $0.bar.utf8.elementsEqual(bar) }.map { .candles($0.interval) }
  }

  private mutating func readData(
    _ kind: Subject.Kind, _ symbol: JSONText?, _ buffer: inout EventBuffer
  ) throws(JSONError) {
    if case .liquidations = kind {
      try reader.beginArray()
      while try reader.nextElement() { try readLiquidations(into: &buffer) }
      return
    }
    guard let instrument = find(try reader.require(symbol, "instId"), &buffer) else { return try reader.skipValue() }
    try reader.beginArray()
    while try reader.nextElement() {
      if case .candles(let interval) = kind {
        let candle = try reader.readSwapCandle(of: instrument, interval, receiveTime: receiveTime)
        buffer.events.append(.candle(candle))
      } else {
        try readTrade(of: instrument, into: &buffer)
      }
    }
  }

  /// The instrument of a symbol; `nil`, and counted, for a coin-margined swap (`BTC-USD-SWAP`) or one the list does not
  /// have.
  private func find(_ symbol: JSONText, _ buffer: inout EventBuffer) -> Instrument? {
    let found = instruments.find(symbol)
    guard found == nil else { return found }
    if symbol.string.hasSuffix("-USD-SWAP") { buffer.leftOut += 1 } else { buffer.unknownInstruments += 1 }
    return nil
  }

  /// `{"event":"subscribe","arg":{…},"connId":"…","id":"1"}`, `{"event":"error","code":"60018","msg":"…","id":"1"}`, and
  /// `{"event":"notice","code":"64008","msg":"The connection will soon be closed …"}`.
  private func signal(of answer: JSONValue) -> SessionSignal? {
    let request = answer["id"]?.string.flatMap { Int($0) }
    switch answer["event"]?.string {
    case "subscribe", "unsubscribe": return request.map { .acknowledged(request: $0) }
    case "error": return .refused(request: request, reason: answer["msg"]?.string ?? "")
    case "notice": return answer["code"]?.string == "64008" ? .closingSoon : nil
    default: return nil
    }
  }

  /// `sz` counts contracts, `side` is the taker's.
  private mutating func readTrade(of instrument: Instrument, into buffer: inout EventBuffer) throws(JSONError) {
    var (id, time, side): (Trade.ID?, Timestamp?, Side?)
    var (price, contracts): (FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "tradeId":
        let text = try reader.readTextOrNumber()
        id = try reader.tradeID(of: text, isCounted: true)
      case "px": price = try reader.readDecimal()
      case "sz": contracts = try reader.readDecimal()
      case "side": side = try readSide()
      case "ts": time = try reader.readMilliseconds()
      case "instId", "count", "source", "seqId": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    let (tradeID, count) = (try reader.require(id, "tradeId"), try reader.require(contracts, "sz"))
    let (aggressor, paid) = (try reader.require(side, "side"), try reader.require(price, "px"))
    let exchangeTime = try reader.require(time, "ts")
    guard let quantity = quantity(count, of: instrument, &buffer) else { return }
    buffer.events.append(
      .trade(
        Trade(
          instrument: instrument, id: tradeID, price: paid, quantity: quantity, aggressor: aggressor,
          exchangeTime: exchangeTime, receiveTime: receiveTime)))
  }

  private mutating func readLiquidations(into buffer: inout EventBuffer) throws(JSONError) {
    var (ahead, symbol) = (reader, JSONText?.none)
    try ahead.beginObject()
    while symbol == nil, let key = try ahead.nextKey() {
      if key.equals("instId") { symbol = try ahead.readText() } else { try ahead.skipValue() }
    }
    guard let instrument = find(try ahead.require(symbol, "instId"), &buffer) else { return try reader.skipValue() }
    var details: Void?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "details":
        details = try reader.beginArray()
        while try reader.nextElement() { try readLiquidation(of: instrument, into: &buffer) }
      case "instId", "instFamily", "instType", "uly": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    try reader.require(details, "details")
  }

  /// `posSide` is the position's, and `net` in accounts that have but one; `side` is that of the order that closes it.
  private mutating func readLiquidation(of instrument: Instrument, into buffer: inout EventBuffer) throws(JSONError) {
    var (position, order, time): (PositionSide?, Side?, Timestamp?)
    var (price, contracts): (FixedDecimal?, FixedDecimal?)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "bkPx": price = try reader.readDecimal()
      case "sz": contracts = try reader.readDecimal()
      case "side": order = try readSide()
      case "posSide": position = PositionSide(rawValue: try reader.readText().string)
      case "ts": time = try reader.readMilliseconds()
      case "bkLoss", "ccy": try reader.skipValue()
      default: try reader.skipUnknown()
      }
    }
    let closing = try reader.require(order, "side")
    let (count, bankruptcy) = (try reader.require(contracts, "sz"), try reader.require(price, "bkPx"))
    let exchangeTime = try reader.require(time, "ts")
    guard let quantity = quantity(count, of: instrument, &buffer) else { return }
    buffer.events.append(
      .liquidation(
        Liquidation(
          instrument: instrument, liquidated: position ?? (closing == .sell ? .long : .short), price: bankruptcy,
          quantity: quantity, exchangeTime: exchangeTime, receiveTime: receiveTime)))
  }

  /// Contracts in base units; `nil`, and counted, where the product is too long.
  private func quantity(
    _ contracts: FixedDecimal, of instrument: Instrument, _ buffer: inout EventBuffer
  ) -> FixedDecimal? {
    let quantity = contracts.multiplied(by: instrument.contractSize)?.trimmed
    if quantity == nil { buffer.unrepresentable += 1 }
    return quantity
  }

  private mutating func readSide() throws(JSONError) -> Side {
    let text = try reader.readText()
    guard let side = Side(rawValue: text.string) else { throw reader.error(at: text, "buy or sell was expected") }
    return side
  }
}
