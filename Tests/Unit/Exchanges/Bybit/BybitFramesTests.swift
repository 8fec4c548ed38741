import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BybitFramesTests {
  static let files = [
    "doc_all-liquidation", "doc_kline", "doc_trade", "frames_2026-10-04", "kline_2024", "tardis_v5_linear_inverse",
    "tardis_old_liquidation_topic", "tickers_2024-05_all_categories", "subscribe_roq", "ping_roq",
  ]
  static let receiveTime = Timestamp(microseconds: 1_700_000_000_123_456)
  static let catalog = InstrumentCatalog(
    ["BTCUSDT", "LTCUSDT", "BTCUSD", "ROSEUSDT", "STRKUSDT", "PIPPINUSDT", "币安人生USDT"].map {
      BybitTests.instrument($0)
    })

  static func lines() throws -> [String] {
    try files.flatMap { try Fixture.lines("Bybit/ws/\($0).jsonl") }
  }

  func decode(_ frame: String) throws(FrameError) -> EventBuffer {
    var decoder = Bybit().makeDecoder(Self.catalog)
    return try decoder.decode(text: frame, receiveTime: Self.receiveTime)
  }

  /// The elements of a frame's data, as they stand there.
  static func elements(_ frame: String) -> [String] {
    guard let start = frame.firstRange(of: #""data":["#) else { return [] }
    return frame[start.upperBound...].prefix { $0 != "]" }.split(separator: "},{").map(String.init)
  }

  // MARK: What was recorded

  @Test func everyRecordedTradeKeepsItsDigits() throws {
    var count = 0
    for frame in try Self.lines() where frame.contains(#""topic":"publicTrade."#) {
      let events = try decode(frame).events
      let elements = Self.elements(frame)
      #expect(events.count == elements.count)
      for (event, element) in zip(events, elements) {
        guard case .trade(let trade) = event else {
          Issue.record("no trade: \(frame)")
          continue
        }
        #expect(trade.instrument.symbol == Fixture.member("s", in: element))
        #expect(trade.price.description == Fixture.member("p", in: element))
        #expect(trade.quantity.description == Fixture.member("v", in: element))
        let id = try #require(Fixture.member("i", in: element))
        #expect(trade.id == .uuid(try #require(UInt128(id.filter { $0 != "-" }, radix: 16))))
        #expect(String(trade.exchangeTime.milliseconds) == Fixture.member("T", in: element))
        #expect(trade.aggressor == (Fixture.member("S", in: element) == "Buy" ? .buy : .sell))
        #expect(trade.receiveTime == Self.receiveTime)
        count += 1
      }
    }
    #expect(count == 5)
  }

  @Test func everyRecordedCandleKeepsItsDigits() throws {
    var count = 0
    for frame in try Self.lines() where frame.contains(#""topic":"kline."#) {
      let events = try decode(frame).events
      guard case .candle(let candle)? = events.first, events.count == 1 else {
        Issue.record("no candle: \(frame)")
        continue
      }
      #expect(candle.instrument.symbol == "BTCUSDT")
      #expect(candle.interval.description == Fixture.member("interval", in: frame).map { $0 + "m" })
      #expect(String(candle.openTime.milliseconds) == Fixture.member("start", in: frame))
      #expect(candle.open.description == Fixture.member("open", in: frame))
      #expect(candle.high.description == Fixture.member("high", in: frame))
      #expect(candle.low.description == Fixture.member("low", in: frame))
      #expect(candle.close.description == Fixture.member("close", in: frame))
      #expect(candle.baseVolume.description == Fixture.member("volume", in: frame))
      #expect(candle.quoteVolume?.description == Fixture.member("turnover", in: frame))
      #expect(String(candle.isClosed) == Fixture.member("confirm", in: frame))
      #expect(candle.tradesCount == nil && candle.receiveTime == Self.receiveTime)
      count += 1
    }
    #expect(count == 2)
  }

  @Test func everyRecordedLiquidationNamesThePositionThatWasClosed() throws {
    var count = 0
    for frame in try Self.lines() where frame.contains(#""topic":"allLiquidation."#) {
      let events = try decode(frame).events
      guard case .liquidation(let liquidation)? = events.first, events.count == 1 else {
        Issue.record("no liquidation: \(frame)")
        continue
      }
      #expect(liquidation.instrument.symbol == Fixture.member("s", in: frame))
      #expect(liquidation.price.description == Fixture.member("p", in: frame))
      #expect(liquidation.quantity.description == Fixture.member("v", in: frame))
      #expect(String(liquidation.exchangeTime.milliseconds) == Fixture.member("T", in: frame))
      #expect(liquidation.liquidated == (Fixture.member("S", in: frame) == "Buy" ? .long : .short))
      #expect(liquidation.liquidated.closingSide == (Fixture.member("S", in: frame) == "Buy" ? .sell : .buy))
      #expect(liquidation.receiveTime == Self.receiveTime)
      count += 1
    }
    #expect(count == 4)
  }

  @Test func otherRecordedTopicsAreIgnored() throws {
    let ours = ["publicTrade.", "kline.", "allLiquidation."]
    for frame in try Self.lines()
    where frame.contains(#""topic":"#) && !ours.contains(where: { frame.contains("\"topic\":\"\($0)") }) {
      let buffer = try decode(frame)
      #expect(buffer.events.isEmpty && buffer.signals.isEmpty, "\(frame)")
      #expect(buffer.leftOut == 0 && buffer.unknownInstruments == 0)
    }
  }

  private static func laws(of frames: [String]) -> RecordedFrameLaws {
    RecordedFrameLaws(frames: frames) { Bybit().makeDecoder(catalog) }
  }

  @Test func aMemberAddedToARecordedFrameIsCountedAndNoOther() throws {
    #expect(try Self.laws(of: Self.lines()).expectAddedMembersAreCounted() > 10)
  }

  @Test func everyTruncationOfARecordedFrameIsAnErrorAtItsEndOrBefore() throws {
    Self.laws(of: try Self.lines()).expectNoTruncationIsTaken()
  }

  @Test func noRecordedFrameWithOneByteChangedTraps() throws {
    #expect(Self.laws(of: try Self.lines()).readWithOneByteChanged(every: 3).mostEvents <= 4)
  }

  // MARK: Forms of a message

  @Test func membersMayComeInAnyOrderAndNewOnesAreSkipped() throws {
    let trade =
      #"{"data":[{"RPI":false,"seq":1,"i":"x","p":"1.0","v":"2.50","S":"Sell","new":{"a":[1]},"T":5}],"new":1,"#
      + #""ts":6,"topic":"publicTrade.BTCUSDT"}"#
    let candle =
      #"{"data":[{"confirm":true,"new":[{}],"turnover":"9","volume":"4","low":"1","high":"3","close":"2","open":"1.5","#
      + #""start":0}],"topic":"kline.M.BTCUSDT","type":"snapshot"}"#
    let order = #"{"ts":1,"data":[{"p":"1","v":"2","S":"Buy","s":"BTCUSDT","T":5}],"topic":"allLiquidation.BTCUSDT"}"#
    for frame in [trade, candle, order] { #expect(try decode(frame).events.count == 1) }
    guard case .candle(let month)? = try decode(candle).events.first else { return }
    #expect(month.isClosed && month.interval.description == "1M")
  }

  @Test(
    arguments: zip(
      ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "W", "M"],
      ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w", "1M"]))
  func theTopicNamesTheInterval(word: String, interval: String) throws {
    guard case .candle(let candle)? = try decode(Self.candle.replacing("kline.1.", with: "kline.\(word).")).events.first
    else {
      Issue.record("no candle")
      return
    }
    #expect(candle.interval.description == interval)
  }

  @Test func aFrameOfManyElementsIsReadWhole() throws {
    let element = #"{"T":5,"s":"BTCUSDT","S":"Buy","v":"2","p":"1","i":"x"}"#
    let data = Array(repeating: element, count: 1024).joined(separator: ",")
    #expect(try decode(#"{"topic":"publicTrade.BTCUSDT","data":[\#(data)]}"#).events.count == 1024)
    #expect(try decode(#"{"topic":"publicTrade.BTCUSDT","data":[]}"#).events.isEmpty)
  }

  @Test func aSymbolOfAnotherScriptIsFoundPlainAndEscaped() throws {
    for symbol in ["币安人生USDT", #"\u5e01\u5b89\u4eba\u751fUSDT"#] {
      let frame = Self.trade.replacing("publicTrade.BTCUSDT", with: "publicTrade.\(symbol)")
      #expect(try decode(frame).events.first?.instrument.symbol == "币安人生USDT")
    }
  }

  @Test(arguments: [
    "null", "1", #""hello""#, "[]", "{}", #"{"topic":""}"#, #"{"topic":"."}"#, #"{"topic":"publicTrade"}"#,
    #"{"topic":"kline.1"}"#, #"{"topic":"kline.8.BTCUSDT"}"#, #"{"topic":"kline..BTCUSDT"}"#, #"{"topic":"novel.X"}"#,
    #"{"topic":"novel.1.BTCUSDT","data":{}}"#, #"{"topic":"publicTrade.1.BTCUSDT","data":1}"#,
  ])
  func whatIsNoEventOfOursIsIgnored(frame: String) throws {
    let buffer = try decode(frame)
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty && buffer.unknownInstruments == 0)
  }

  @Test func bytesAfterAMessageAreAnError() {
    for frame in [#"{"op":"pong"} x"#, #"{"topic":"novel.X"}{}"#, Self.trade + "]", "", "<html>"] {
      #expect(throws: FrameError.self) { try decode(frame) }
    }
  }

  @Test func aSymbolTheListDoesNotHaveIsCounted() throws {
    for frame in [Self.trade, Self.candle, Self.order] {
      let buffer = try decode(frame.replacing("BTCUSDT", with: "NEWUSDT"))
      #expect(buffer.unknownInstruments == 1 && buffer.events.isEmpty)
      #expect(try decode(frame.replacing("BTCUSDT", with: "btcusdt")).unknownInstruments == 1)
      #expect(throws: FrameError.self) { try decode(frame.replacing("BTCUSDT", with: "NEWUSDT") + "]") }
    }
  }

  // MARK: Signals

  @Test func recordedAnswersAreToldApart() throws {
    let answers = try Fixture.lines("Bybit/ws/subscribe_roq.jsonl").map { try decode($0).signals }
    #expect(
      answers == [
        [.acknowledged(request: 4_000_001)], [.acknowledged(request: 4_000_001)], [.acknowledged(request: 4_000_001)],
        [], [.refused(request: 2_000_001, reason: "args size >10")],
      ])
    #expect(try Fixture.lines("Bybit/ws/ping_roq.jsonl").map { try decode($0).signals } == [[.pong]])
  }

  @Test(arguments: [
    #"{"success":true,"ret_msg":"pong","conn_id":"a","op":"ping"}"#,
    #"{"success":true,"ret_msg":"pong","conn_id":"a","req_id":"","op":"ping"}"#,
    #"{"op":"pong","args":["1672304486865"],"conn_id":"a"}"#, #"{"req_id":"7","op":"pong","args":["1"]}"#,
    #"{"success":true,"ret_msg":"pong"}"#,
  ])
  func everyFormOfAPongIsOne(frame: String) throws {
    #expect(try decode(frame).signals == [.pong])
  }

  @Test func aRefusalNamesItsMessageOrNone() throws {
    let bad = #"{"success":false,"ret_msg":"error:handler not found,topic:kline.7.X","req_id":"3","op":"subscribe"}"#
    #expect(try decode(bad).signals == [.refused(request: 3, reason: "error:handler not found,topic:kline.7.X")])
    let nameless = #"{"success":false,"ret_msg":"Params Error","conn_id":"a","req_id":"","op":""}"#
    #expect(try decode(nameless).signals == [.refused(request: nil, reason: "Params Error")])
    #expect(try decode(#"{"success":false}"#).signals == [.refused(request: nil, reason: "")])
    #expect(try decode(#"{"success":true,"req_id":"99999999999999999999","op":"subscribe"}"#).signals.isEmpty)
    #expect(try decode(#"{"success":"true","req_id":"1"}"#).signals.isEmpty)
  }

  // MARK: Wrong members

  static let trade =
    #"{"topic":"publicTrade.BTCUSDT","data":[{"T":5,"s":"BTCUSDT","S":"Buy","v":"2","p":"1.0","i":"x"}]}"#
  static let candle =
    #"{"topic":"kline.1.BTCUSDT","data":[{"start":0,"open":"1","close":"2","high":"3","low":"4","volume":"5","#
    + #""turnover":"6","confirm":false}]}"#
  static let order = #"{"topic":"allLiquidation.BTCUSDT","data":[{"T":5,"S":"Buy","v":"2","p":"1.0"}]}"#

  @Test(arguments: [
    (trade, ["data", "T", "S", "v", "p", "i"]), (order, ["data", "T", "S", "v", "p"]),
    (candle, ["data", "start", "open", "close", "high", "low", "volume", "turnover", "confirm"]),
  ])
  func aMissingMemberIsAnError(frame: String, names: [String]) throws {
    #expect(try decode(frame).events.count == 1)
    for name in names {
      let without = frame.replacing("\"\(name)\":", with: "\"_\":", maxReplacements: 1)
      #expect(throws: FrameError.self, "\(name)") { try decode(without) }
    }
  }

  @Test(arguments: [
    (trade, #""T":5"#, #""T":-5"#), (trade, #""T":5"#, #""T":253402300800000"#), (trade, #""S":"Buy""#, #""S":"buy""#),
    (trade, #""S":"Buy""#, #""S":1"#), (trade, #""v":"2""#, #""v":"""#), (trade, #""p":"1.0""#, #""p":"x""#),
    (trade, #""p":"1.0""#, #""p":"999999999999999999999999999999999999999999""#), (trade, #""i":"x""#, #""i":7"#),
    (trade, #""topic":"publicTrade.BTCUSDT""#, #""topic":1"#), (order, #""S":"Buy""#, #""S":"LONG""#),
    (order, #""v":"2""#, #""v":{}"#), (order, #""T":5"#, #""T":null"#), (candle, #""start":0"#, #""start":"x""#),
    (candle, #""confirm":false"#, #""confirm":0"#), (candle, #""open":"1""#, #""open":null"#),
    (candle, #""turnover":"6""#, #""turnover":"NaN""#),
  ])
  func aMemberOfTheWrongKindOrRangeIsAnErrorAtItsPlace(frame: String, member: String, wrong: String) throws {
    let changed = frame.replacing(member, with: wrong)
    let place = try #require(changed.firstRange(of: wrong))
    do {
      _ = try decode(changed)
      Issue.record("taken: \(changed)")
    } catch {
      let start = changed.utf8.distance(from: changed.startIndex, to: place.lowerBound)
      #expect(error.offset >= start && error.offset <= changed.utf8.count)
      #expect(!error.reason.isEmpty)
    }
  }

  @Test func dataThatIsNoListIsAnError() {
    for data in ["{}", "1", "null", "[1]", "[[]]"] {
      #expect(throws: FrameError.self) { try decode(#"{"topic":"publicTrade.BTCUSDT","data":\#(data)}"#) }
    }
  }

  @Test func aDeepMessageIsRefusedNotFollowed() {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    for frame in [#"{"topic":"novel.X","data":\#(deep)}"#, #"{"success":\#(deep)}"#, deep] {
      #expect(throws: FrameError.self) { try decode(frame) }
    }
  }
}
