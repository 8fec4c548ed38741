import Contract
import Model
import Support
import Testing

/// Layouts of a made-up exchange: what they read, and what they leave to the decoder.
@Suite struct LayoutDecoderTests {
  /// Counts what it is given.
  private struct CountingDecoder: FrameDecoder {
    var instruments: InstrumentCatalog
    var awaited: Set<String> = []
    private(set) var frames = 0

    init(_ instruments: InstrumentCatalog, awaited: Set<String> = []) {
      self.instruments = instruments
      self.awaited = awaited
    }

    mutating func decode(
      _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
    ) throws(FrameError) {
      frames += 1
      awaited = []
    }

    func mustReadTrades(of instrument: Instrument) -> Bool { awaited.contains(instrument.symbol) }
  }

  static func instrument(_ symbol: String, contractSize: String = "1") -> Instrument {
    Instrument(
      exchange: ExchangeID("toy"), symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, contractSize: FixedDecimal(contractSize) ?? .zero, fundingIntervalHours: nil)
  }

  static let catalog = InstrumentCatalog(
    ["BTCUSDT", "A", "ALONGERSYMBOLTHANAKEYUSDT", "币安人生USDT", "Q\\\"USDT"].map { instrument($0) }
      + [instrument("SWAP", contractSize: "0.01")])

  private static let trade =
    #"{"type":"trades","rows":[<each>{"time":<time>,"symbol":"<symbol>","id":<id>,"price":"<price>","size":"<quantity>","#
    + #""side":"<aggressor:Buy|Sell>","note":"<text>"}<more>],"sent":<stamp>}"#

  private func row(_ symbol: String = "BTCUSDT", price: String = "86000.10", id: String = "7", side: String = "Buy")
    -> String
  {
    #"{"time":1791283227690,"symbol":"\#(symbol)","id":\#(id),"price":"\#(price)","size":"4.577","#
      + #""side":"\#(side)","note":""}"#
  }

  private func frame(_ rows: String...) -> String {
    #"{"type":"trades","rows":[\#(rows.joined(separator: ","))],"sent":1791283227691}"#
  }

  private func decoder(_ layouts: [FrameLayout], repeatsTrades: Bool = false, awaited: Set<String> = [])
    -> LayoutDecoder
  {
    LayoutDecoder(
      FrameLayouts(layouts, intervals: [("1", .oneMinute)], repeatsTrades: repeatsTrades),
      before: CountingDecoder(Self.catalog, awaited: awaited))
  }

  /// Apart, as an expectation cannot hold what changes the decoder.
  private func decode(
    _ decoder: LayoutDecoder, _ text: String, receiveTime: Timestamp = .epoch
  ) throws -> EventBuffer {
    var decoder = decoder
    return try decoder.decode(text: text, receiveTime: receiveTime)
  }

  private func trades(of buffer: EventBuffer) -> [Trade] {
    buffer.events.compactMap { if case .trade(let trade) = $0 { trade } else { nil } }
  }

  @Test func aFrameAsItIsLaidOutIsReadWithAllItsRows() throws {
    let decoder = decoder([.trades(Self.trade)])
    let now = Timestamp(microseconds: 5)
    let text = frame(row(), row("A", price: "0.00001", id: "9223372036854775", side: "Sell"))
    let found = trades(of: try decode(decoder, text, receiveTime: now))
    #expect(found.map(\.instrument.symbol) == ["BTCUSDT", "A"])
    #expect(found.map(\.price.description) == ["86000.10", "0.00001"])
    #expect(found.map(\.id) == [.number(7), .number(9_223_372_036_854_775)])
    #expect(found.map(\.aggressor) == [.buy, .sell])
    #expect(
      found.allSatisfy { $0.exchangeTime.milliseconds == 1_791_283_227_690 && $0.receiveTime == now && !$0.isRepeat })
    #expect(found.allSatisfy { $0.quantity.description == "4.577" })
    #expect(decoder.leftToDecoder == 0)
  }

  @Test(arguments: ["12345678.5", "123456789012345678901234567890.12345678", "-1.5", ".5", "0.000000000001"])
  func aDecimalThatIsNotShortIsReadAllTheSame(price: String) throws {
    let decoder = decoder([.trades(Self.trade)])
    let found = trades(of: try decode(decoder, frame(row(price: price))))
    #expect(found.map(\.price) == [try #require(FixedDecimal(price))])
    #expect(decoder.leftToDecoder == 0)
  }

  @Test(arguments: ["ALONGERSYMBOLTHANAKEYUSDT"])
  func aLongSymbolIsFound(symbol: String) throws {
    let decoder = decoder([.trades(Self.trade)])
    #expect(trades(of: try decode(decoder, frame(row(symbol)))).map(\.instrument.symbol) == [symbol])
  }

  /// The last row of two is wrong: nothing of the first stays.
  @Test(arguments: [
    #"{"time":1791283227690}"#, #"{"time": 1791283227690,"symbol":"BTCUSDT"}"#, "null",
  ])
  func whatIsLaidOutOtherwiseIsLeftWhole(second: String) throws {
    let decoder = decoder([.trades(Self.trade)])
    let buffer = try decode(decoder, frame(row(), second))
    #expect(buffer.events.isEmpty && decoder.leftToDecoder == 1)
    #expect((decoder.general as? CountingDecoder)?.frames == 1)
  }

  @Test(arguments: [
    ("unknown symbol", "ETHUSDT", "1", "7", "Buy"), ("symbol beyond ASCII", "币安人生USDT", "1", "7", "Buy"),
    ("symbol with escapes", #"Q\\\"USDT"#, "1", "7", "Buy"), ("escaped symbol", #"\u0041"#, "1", "7", "Buy"),
    ("no number", "A", "", "7", "Buy"), ("exponent", "A", "1e3", "7", "Buy"), ("word", "A", "NaN", "7", "Buy"),
    ("zero before", "A", "1", "07", "Buy"),
    ("minus", "A", "1", "-7", "Buy"), ("fraction", "A", "1", "7.5", "Buy"), ("string", "A", "1", "\"7\"", "Buy"),
    ("many digits", "A", "1", "12345678901234567", "Buy"), ("other word", "A", "1", "7", "buy"),
  ])
  func fieldsOfAnotherFormAreLeft(_: String, symbol: String, price: String, id: String, side: String) throws {
    let decoder = decoder([.trades(Self.trade)])
    let buffer = try decode(decoder, frame(row(symbol, price: price, id: id, side: side)))
    #expect(buffer.events.isEmpty && decoder.leftToDecoder == 1)
  }

  @Test func bytesBehindTheFrameAreLeft() throws {
    let decoder = decoder([.trades(Self.trade)])
    for text in [frame(row()) + " ", frame(row()) + "}", " " + frame(row())] {
      #expect(try decode(decoder, text).events.isEmpty)
    }
    #expect(decoder.leftToDecoder == 3)
  }

  @Test func layoutsThatBeginAlikeAreToldApart() throws {
    let start = #"{"type":"a rather long name of a channel that is shared","symbol":"<symbol>","#
    let decoder = decoder([
      .trades(
        start + #""id":"<textID>","price":"<price>","size":"<quantity>","side":"<aggressor:B|S>","time":<time>}"#),
      .liquidations(start + #""side":"<liquidated:L|S>","price":"<price>","size":"<contracts>","time":<time>}"#),
      .candles(
        start
          + #""every":"<interval>","time":<time>,"o":"<open>","h":"<high>","l":"<low>","c":"<close>","v":"<baseVolume>"}"#
      ),
    ])
    func read(_ symbol: String, _ rest: String) throws -> MarketEvent? {
      try decode(decoder, start.replacing("<symbol>", with: symbol) + rest).events.first
    }
    let tail = #","price":"1.50","size":"20","#
    guard
      case .trade(let trade)? = try read("A", #""id":"x-1""# + tail + #""side":"B","time":1791283227690}"#),
      case .liquidation(let liquidation)? = try read("SWAP", #""side":"S""# + tail + #""time":1791283227690}"#),
      case .candle(let candle)? = try read(
        "A", #""every":"1","time":1791283200000,"o":"1","h":"4","l":"0.5","c":"2","v":"10"}"#)
    else {
      Issue.record("an event is missing")
      return
    }
    #expect(trade.id == .text(try #require(Trade.TextID("x-1"))))
    // Twenty contracts of 0.01.
    #expect(liquidation.quantity.description == "0.2" && liquidation.liquidated == .short)
    #expect([candle.open, candle.high, candle.low, candle.close].map(\.description) == ["1", "4", "0.5", "2"])
    #expect(candle.baseVolume.description == "10" && candle.interval == .oneMinute && !candle.isClosed)
    #expect(candle.quoteVolume == nil && candle.tradesCount == nil)
    #expect(decoder.leftToDecoder == 0)
    let isNone = try read("SWAP", #""side":"S","price":"0.00","size":"20","time":1791283227690}"#) == nil
    #expect(isNone && decoder.leftToDecoder == 1)
  }

  @Test func aUUIDIsANumberAndAnotherTextIsKept() throws {
    let layout =
      #"{"t":"trade","id":"<textID>","symbol":"<symbol>","price":"<price>","size":"<quantity>","side":"<aggressor:B|S>","time":<time>}"#
    let decoder = decoder([.trades(layout)])
    let rest = #"","symbol":"A","price":"1","size":"2","side":"S","time":1791283227690}"#
    let ids = ["20f43950-d8dd-5b31-9112-a178eb6023af", "20F43950-D8DD-5B31-9112-A178EB6023AF"]
    let found = try ids.map { trades(of: try decode(decoder, #"{"t":"trade","id":""# + $0 + rest)).map(\.id) }
    #expect(found == [[.uuid(0x20f4_3950_d8dd_5b31_9112_a178_eb60_23af)], [.text(try #require(Trade.TextID(ids[1])))]])
  }

  @Test func anIDThatIsTooLongIsLeftToTheDecoder() throws {
    let layout =
      #"{"t":"trade","id":"<textID>","symbol":"<symbol>","price":"<price>","size":"<quantity>","side":"<aggressor:B|S>","time":<time>}"#
    let decoder = decoder([.trades(layout)])
    let rest = #"","symbol":"A","price":"1","size":"2","side":"S","time":1791283227690}"#
    for (count, left) in [(Trade.TextID.maxCount, 0), (Trade.TextID.maxCount + 1, 1)] {
      let id = String(repeating: "x", count: count)
      let found = try? decode(decoder, #"{"t":"trade","id":""# + id + rest)
      #expect(decoder.leftToDecoder == left)
      let kept = Trade.TextID(id).map { Trade.ID.text($0) }
      #expect(found.map { trades(of: $0).map(\.id) } ?? [] == (kept.map { [$0] } ?? []))
    }
  }

  @Test func theFirstTradesAreTheDecodersWhereItSaysSo() throws {
    let decoder = decoder([.trades(Self.trade)], repeatsTrades: true, awaited: ["A"])
    #expect(try decode(decoder, frame(row())).events.count == 1)
    #expect(try decode(decoder, frame(row(), row("A"))).events.isEmpty)
    #expect(decoder.leftToDecoder == 1)
    // It has read a frame, so it is asked anew.
    #expect(try decode(decoder, frame(row(), row("A"))).events.count == 2)
    #expect(decoder.leftToDecoder == 1)
  }

  @Test func aRefreshedListIsTheDecodersToo() throws {
    let decoder = decoder([.trades(Self.trade)], repeatsTrades: true)
    #expect(try decode(decoder, frame(row("ETHUSDT"))).events.isEmpty)
    decoder.instruments = InstrumentCatalog([Self.instrument("ETHUSDT")])
    #expect(try decode(decoder, frame(row("ETHUSDT"))).events.count == 1)
    #expect(try decode(decoder, frame(row())).events.isEmpty)
    #expect(decoder.general.instruments === decoder.instruments)
  }

  @Test func withoutLayoutsEverythingIsTheDecoders() throws {
    let decoder = decoder([])
    #expect(try decode(decoder, frame(row())).events.isEmpty)
    #expect(decoder.leftToDecoder == 1)
  }
}
