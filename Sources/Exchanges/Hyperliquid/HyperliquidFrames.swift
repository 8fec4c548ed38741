public import Contract
import Model
import Wire

extension Hyperliquid {
  /// A decoder of one connection: it counts the answers to our messages, and knows whose trades have begun.
  public func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder {
    LayoutDecoder(Hyperliquid.layouts, before: HyperliquidDecoder(instruments: instruments))
  }

  /// The frames of 2026: those of trades are sent in three forms.
  private static let layouts = FrameLayouts(
    [
      .trades(
        #"{"channel":"trades","data":[<each>{"coin":"<symbol>","side":"<aggressor:B|A>","px":"<price>","sz":"<quantity>","#
          + #""time":<time>,"hash":"<text>","tid":<id>,"users":["<text>","<text>"]}<more>]}"#),
      .trades(
        #"{"channel":"trades","data":[<each>{"coin":"<symbol>","side":"<aggressor:B|A>","px":"<price>","sz":"<quantity>","#
          + #""time":<time>,"hash":"<text>","tid":<id>}<more>]}"#),
      .trades(
        #"{"channel":"trades","data":[<each>{"coin":"<symbol>","hash":"<text>","px":"<price>","side":"<aggressor:B|A>","#
          + #""sz":"<quantity>","tid":<id>,"time":<time>,"users":["<text>","<text>"]}<more>]}"#),
      .candles(
        #"{"channel":"candle","data":{"t":<time>,"T":<stamp>,"s":"<symbol>","i":"<interval>","o":"<open>","c":"<close>","#
          + #""h":"<high>","l":"<low>","v":"<baseVolume>","n":<tradesCount>}}"#),
    ], intervals: intervals.map { ($0.description, $0) }, repeatsTrades: true)
}

/// Reads `{"channel":…,"data":…}`. Members may come in any order; unknown ones and unknown channels are counted.
///
/// A subscription to trades begins with one frame of some thirty trades from before it. It looks like any other and
/// comes right after the acknowledgement, so the first frame of a coin is marked as told again, unless it comes so late
/// that it cannot be that one. Whether a trade told again is news is not for one connection to say.
private struct HyperliquidDecoder: FrameDecoder {
  /// How long after the acknowledgement the trades of before may take, in milliseconds.
  static let repeatMilliseconds: Int64 = 10_000
  /// What some servers say before all else, and what is no JSON.
  static let greeting = "Websocket connection established."

  var instruments: InstrumentCatalog
  /// Our messages that were answered: answers come in order and carry no number.
  private var answers = 0
  /// When a subscription to trades was acknowledged, by its coin.
  private var acknowledged: [Instrument: Timestamp] = [:]
  /// Whose trades have begun.
  private var begun: Set<Instrument> = []

  init(instruments: InstrumentCatalog) {
    self.instruments = instruments
  }

  mutating func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError) {
    if message.elementsEqual(HyperliquidDecoder.greeting.utf8) { return }
    try buffer.read(message) { (reader, buffer) throws(JSONError) in
      try readMessage(&reader, receiveTime, &buffer)
    }
  }

  private mutating func readMessage(
    _ reader: inout JSONReader, _ receiveTime: Timestamp, _ buffer: inout EventBuffer
  ) throws(JSONError) {
    guard try reader.peek() == .object else { return try reader.skipValue() }
    guard let channel = try reader.textAhead(of: "channel") else { return try reader.skipValue() }
    if channel.equals("pong") { buffer.signals.append(.pong) }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key.equals("channel") {
        try reader.skipValue()
      } else if !key.equals("data") {
        try reader.skipUnknown()
      } else if channel.equals("candle") {
        try readCandle(&reader, receiveTime, &buffer)
      } else if channel.equals("trades") {
        try readTrades(&reader, receiveTime, &buffer)
      } else if channel.equals("subscriptionResponse") {
        acknowledge(try reader.readValue(), receiveTime, &buffer)
      } else if channel.equals("error") {
        refuse(try reader.readValue().string ?? "", &buffer)
      } else {
        try reader.skipValue()
      }
    }
  }

  /// `{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}`
  private mutating func acknowledge(_ answer: JSONValue, _ receiveTime: Timestamp, _ buffer: inout EventBuffer) {
    answers += 1
    buffer.signals.append(.acknowledged(request: answers))
    guard let subscription = answer["subscription"], subscription["type"]?.string == "trades",
      let instrument = instruments.find(subscription["coin"]?.string ?? "")
    else { return }
    if answer["method"]?.string == "subscribe" {
      acknowledged[instrument] = receiveTime
    } else {
      acknowledged[instrument] = nil
      begun.remove(instrument)
    }
  }

  /// `Already subscribed: {…}` is what we wanted; anything else refuses the message that waits for its answer.
  private mutating func refuse(_ reason: String, _ buffer: inout EventBuffer) {
    answers += 1
    let isDone = reason.hasPrefix("Already subscribed") || reason.hasPrefix("Already unsubscribed")
    buffer.signals.append(
      isDone ? .acknowledged(request: answers) : .refused(request: answers, reason: String(reason.prefix(200))))
  }

  private func readCandle(
    _ reader: inout JSONReader, _ receiveTime: Timestamp, _ buffer: inout EventBuffer
  ) throws(JSONError) {
    let candle = try reader.readCandle(askTime: nil, receiveTime: receiveTime) { instruments.find($0) }
    if let candle { buffer.events.append(.candle(candle)) } else { buffer.unknownInstruments += 1 }
  }

  private mutating func readTrades(
    _ reader: inout JSONReader, _ receiveTime: Timestamp, _ buffer: inout EventBuffer
  ) throws(JSONError) {
    var beginning: Set<Instrument> = []
    let trades = try reader.readArray { (reader) throws(JSONError) in
      try reader.readTrade(receiveTime: receiveTime) { coin in
        guard let instrument = instruments.find(coin) else { return nil }
        let isFirst = !begun.contains(instrument)
        if isFirst { beginning.insert(instrument) }
        return (instrument, isFirst && isEarly(instrument, receiveTime))
      }
    }
    for trade in trades {
      if let trade { buffer.events.append(.trade(trade)) } else { buffer.unknownInstruments += 1 }
    }
    begun.formUnion(beginning)
  }

  /// The first frame of a coin is marked as told again.
  func mustReadTrades(of instrument: Instrument) -> Bool { !begun.contains(instrument) }

  private func isEarly(_ instrument: Instrument, _ receiveTime: Timestamp) -> Bool {
    guard let since = acknowledged[instrument] else { return true }
    return receiveTime.milliseconds(since: since) <= HyperliquidDecoder.repeatMilliseconds
  }
}

extension JSONReader {
  /// `B` when the taker bought, `A` when it sold. `nil` for a coin that is not known.
  fileprivate mutating func readTrade(
    receiveTime: Timestamp, of find: (JSONText) -> (instrument: Instrument, isRepeat: Bool)?
  ) throws(JSONError) -> Trade? {
    var (coin, side, id, time): (JSONText?, JSONText?, Int64?, Timestamp?)
    var (price, quantity): (FixedDecimal?, FixedDecimal?)
    try beginObject()
    while let key = try nextKey() {
      switch true {
      case key.equals("coin"): coin = try readText()
      case key.equals("side"): side = try readText()
      case key.equals("px"): price = try readDecimal()
      case key.equals("sz"): quantity = try readDecimal()
      case key.equals("time"): time = try readMilliseconds()
      case key.equals("tid"): id = try readInt64()
      case key.equals("hash"), key.equals("users"): try skipValue()
      default: try skipUnknown()
      }
    }
    guard let found = find(try require(coin, "coin")) else { return nil }
    let taker = try require(side, "side")
    let aggressor: Side? = taker.equals("B") ? .buy : taker.equals("A") ? .sell : nil
    return Trade(
      instrument: found.instrument, id: .number(try require(id, "tid")), price: try require(price, "px"),
      quantity: try require(quantity, "sz"), aggressor: try require(aggressor, "A or B"),
      exchangeTime: try require(time, "time"), receiveTime: receiveTime, isRepeat: found.isRepeat)
  }

  /// In a frame and over REST alike. `T` is the last millisecond; over when that had passed at
  /// `askTime`. There is no turnover in quote units. `nil` for a coin that is not known.
  mutating func readCandle(
    askTime: Timestamp?, receiveTime: Timestamp, of find: (JSONText) -> Instrument?
  ) throws(JSONError) -> Candle? {
    var (coin, interval, openTime, lastTime): (JSONText?, Interval?, Timestamp?, Timestamp?)
    var (open, high, low, close): (FixedDecimal?, FixedDecimal?, FixedDecimal?, FixedDecimal?)
    var (volume, tradesCount): (FixedDecimal?, Int64?)
    try beginObject()
    while let key = try nextKey() {
      switch key.singleByte {
      case UInt8(ascii: "s"): coin = try readText()
      case UInt8(ascii: "i"): interval = try readInterval()
      case UInt8(ascii: "t"): openTime = try readMilliseconds()
      case UInt8(ascii: "T"): lastTime = try readMilliseconds()
      case UInt8(ascii: "o"): open = try readDecimal()
      case UInt8(ascii: "h"): high = try readDecimal()
      case UInt8(ascii: "l"): low = try readDecimal()
      case UInt8(ascii: "c"): close = try readDecimal()
      case UInt8(ascii: "v"): volume = try readDecimal()
      case UInt8(ascii: "n"): tradesCount = try readInt64()
      default: try skipUnknown()
      }
    }
    guard let instrument = find(try require(coin, "s")) else { return nil }
    let end = try require(lastTime, "T").advanced(byMilliseconds: 1)
    return Candle(
      instrument: instrument, interval: try require(interval, "i"), openTime: try require(openTime, "t"),
      open: try require(open, "o"), high: try require(high, "h"), low: try require(low, "l"),
      close: try require(close, "c"), baseVolume: try require(volume, "v"), quoteVolume: nil,
      tradesCount: try require(tradesCount, "n"), isClosed: askTime.map { end <= $0 } ?? false,
      receiveTime: receiveTime)
  }
}
