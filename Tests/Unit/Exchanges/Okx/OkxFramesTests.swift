import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct OkxFramesTests {
  static let files = [
    "frames_2026-10-09_liq", "capture_2022-05_trades", "public_nt", "tardis_futures", "tardis_swap", "subscribe_roq",
    "error_roq", "notice_roq", "status_roq",
  ]
  static let receiveTime = Timestamp(microseconds: 1_700_000_000_123_456)
  static let catalog = InstrumentCatalog([
    OkxTests.instrument("BTC-USDT-SWAP"), OkxTests.instrument("CELO-USDT-SWAP", contract: "1"),
    OkxTests.instrument("BTC-USDT", contract: "1"), OkxTests.instrument("HUGE-USDT-SWAP", contract: "1000000"),
  ])

  static func lines() throws -> [String] { try files.flatMap { try Fixture.lines("Okx/ws/\($0).jsonl") } }

  func decode(_ frame: String) throws(FrameError) -> EventBuffer {
    var decoder = Okx().makeDecoder(Self.catalog)
    return try decoder.decode(text: frame, receiveTime: Self.receiveTime)
  }

  // MARK: What was recorded

  @Test func theRecordedLiquidationsAreContractsTimesTheirSize() throws {
    let frames = try Fixture.lines("Okx/ws/frames_2026-10-09_liq.jsonl")
    let events = try frames.flatMap { try decode($0).events }
    guard events.count == 2, case .liquidation(let long) = events[0], case .liquidation(let short) = events[1] else {
      Issue.record("not two liquidations")
      return
    }
    // 8.55 contracts of 0.01.
    #expect(long.quantity.description == "0.0855" && long.price.description == "82655.7" && long.liquidated == .long)
    #expect(long.exchangeTime.milliseconds == 1_791_565_600_771 && long.receiveTime == Self.receiveTime)
    // Python: Decimal('0.0855') * Decimal('82655.7')
    #expect(long.notional?.description == "7067.06235")
    #expect(short.quantity.description == "19979" && short.price.description == "0.09583")
    #expect(short.liquidated == .short && short.instrument.symbol == "CELO-USDT-SWAP")
  }

  @Test func theDetailsOfARestAnswerReadAlikeWithoutAPositionSide() throws {
    let body = try Fixture.text("Okx/rest/liquidation_orders_2026-08.json")
    let row = try #require(body.firstRange(of: #""data":["#))
    let end = try #require(body.firstRange(of: #"],"msg""#))
    let frame =
      #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":["# + body[row.upperBound..<end.lowerBound]
      + "]}"
    let events = try decode(frame).events
    guard events.count == 2, case .liquidation(let first) = events[0], case .liquidation(let second) = events[1] else {
      Issue.record("not two liquidations")
      return
    }
    #expect(first.liquidated == .short && first.quantity.description == "0.0241")
    #expect(second.liquidated == .long && second.quantity.description == "0.0015")
  }

  @Test func recordedTradesKeepTheirDigits() throws {
    var count = 0
    for frame in try Fixture.lines("Okx/ws/capture_2022-05_trades.jsonl") where frame.contains(#""BTC-USDT""#) {
      guard case .trade(let trade)? = try decode(frame).events.first else { continue }
      #expect(trade.price.description == Fixture.member("px", in: frame))
      #expect(trade.quantity == Fixture.member("sz", in: frame).flatMap { FixedDecimal($0) })
      #expect(trade.id == .number(try #require(Fixture.member("tradeId", in: frame).flatMap { Int64($0) })))
      #expect(trade.aggressor.rawValue == Fixture.member("side", in: frame))
      #expect(String(trade.exchangeTime.milliseconds) == Fixture.member("ts", in: frame))
      count += 1
    }
    #expect(count == 4)
  }

  @Test func coinMarginedSwapsAreLeftOutAndCounted() throws {
    let frames = try Fixture.lines("Okx/ws/capture_2022-05_trades.jsonl")
    let trade = try #require(frames.first { $0.contains(#""UNI-USD-SWAP","tradeId""#) })
    let buffer = try decode(trade)
    #expect(buffer.leftOut == 1 && buffer.unknownInstruments == 0 && buffer.events.isEmpty)
    let liquidation = Self.liquidation.replacing("BTC-USDT-SWAP", with: "BTC-USD-SWAP")
    #expect(try decode(liquidation).leftOut == 1)
    for other in ["NEW-USDT-SWAP", "BTC-USD_UM-SWAP", "btc-usdt-swap"] {
      let buffer = try decode(Self.liquidation.replacing("BTC-USDT-SWAP", with: other))
      #expect(buffer.unknownInstruments == 1 && buffer.leftOut == 0 && buffer.events.isEmpty)
    }
  }

  @Test func otherRecordedChannelsAreIgnored() throws {
    for frame in try Self.lines() where frame.contains(#""data":"#) && !frame.contains("candle1D") {
      let buffer = try decode(frame)
      let isOurs = [#"{"channel":"trades""#, #"{"channel":"liquidation-orders""#].contains { frame.contains($0) }
      #expect(isOurs || (buffer.events.isEmpty && buffer.leftOut == 0 && buffer.unknownInstruments == 0))
      #expect(buffer.signals.isEmpty)
    }
    // A candle by the day of UTC+8, which we never ask for.
    let day = try #require(try Fixture.lines("Okx/ws/public_nt.jsonl").first { $0.contains("candle1D") })
    #expect(try decode(day).events.isEmpty)
  }

  private static func laws(of frames: [String]) -> RecordedFrameLaws {
    RecordedFrameLaws(frames: frames) { Okx().makeDecoder(catalog) }
  }

  @Test func aMemberAddedToARecordedFrameIsCountedAndNoOther() throws {
    #expect(try Self.laws(of: Self.lines()).expectAddedMembersAreCounted() > 6)
  }

  @Test func everyTruncationOfARecordedFrameIsAnErrorAtItsEndOrBefore() throws {
    Self.laws(of: try Self.lines()).expectNoTruncationIsTaken()
  }

  @Test func noRecordedFrameWithOneByteChangedTraps() throws {
    #expect(Self.laws(of: try Self.lines()).readWithOneByteChanged(every: 3).mostEvents <= 2)
  }

  // MARK: Forms of a message

  static let trade =
    #"{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"tradeId":"7","px":"1.50","sz":"2","side":"sell","#
    + #""ts":"5"}]}"#
  static let candle =
    #"{"arg":{"channel":"candle1H","instId":"BTC-USDT-SWAP"},"data":[["0","1","3","0.5","2","700","7.0","9","0"]]}"#
  static let liquidation =
    #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkPx":"9","posSide":"long","#
    + #""side":"sell","sz":"8","ts":"5"}],"instId":"BTC-USDT-SWAP"}]}"#

  @Test func framesDecodeToWhatTheySay() throws {
    guard case .trade(let trade)? = try decode(Self.trade).events.first,
      case .candle(let candle)? = try decode(Self.candle).events.first
    else {
      Issue.record("a frame without its event")
      return
    }
    #expect(trade.id == .number(7) && trade.price.description == "1.50" && trade.quantity.description == "0.02")
    #expect(trade.aggressor == .sell && trade.exchangeTime.milliseconds == 5)
    #expect(candle.interval.description == "1h" && candle.high.description == "3" && candle.low.description == "0.5")
    #expect(candle.baseVolume.description == "7.0" && candle.quoteVolume?.description == "9" && !candle.isClosed)
    let over = Self.candle.replacing(#""9","0"]"#, with: #""9","1"]"#)
    guard case .candle(let closed)? = try decode(over).events.first else { return }
    #expect(closed.isClosed)
    let named = Self.trade.replacing(#""tradeId":"7""#, with: #""tradeId":"x7""#)
    guard case .trade(let other)? = try decode(named).events.first else { return }
    #expect(other.id == .text(try #require(Trade.TextID("x7"))))
  }

  @Test func membersMayComeInAnyOrderAndNewOnesAreSkipped() throws {
    let trade =
      #"{"new":[{}],"data":[{"ts":"5","side":"buy","sz":"2","px":"1","tradeId":"7","new":{}}],"#
      + #""arg":{"instId":"BTC-USDT-SWAP","new":1,"channel":"trades"}}"#
    let liquidation =
      #"{"data":[{"new":1,"instId":"BTC-USDT-SWAP","details":[{"ts":"5","sz":"1","side":"buy","bkPx":"9","new":[]}]}],"#
      + #""arg":{"channel":"liquidation-orders"}}"#
    for frame in [trade, liquidation] { #expect(try decode(frame).events.count == 1) }
    #expect(
      try decode(#"{"arg":{"channel":"trades"},"id":"3","event":"subscribe"}"#).signals == [
        .acknowledged(request: 3)
      ])
  }

  @Test(arguments: [
    ("long", "sell", PositionSide.long), ("short", "buy", .short), ("long", "buy", .long), ("net", "sell", .long),
    ("net", "buy", .short), ("", "buy", .short),
  ])
  func thePositionsSideCountsElseThatOfTheOrder(position: String, order: String, side: PositionSide) throws {
    let frame = Self.liquidation.replacing(
      #""posSide":"long","side":"sell""#, with: #""posSide":"\#(position)","side":"\#(order)""#)
    guard case .liquidation(let liquidation)? = try decode(frame).events.first else {
      Issue.record("no liquidation")
      return
    }
    #expect(liquidation.liquidated == side)
  }

  @Test func severalDetailsAndRowsAreAllRead() throws {
    let detail = #"{"bkPx":"9","posSide":"long","side":"sell","sz":"8","ts":"5"}"#
    let row = #"{"details":[\#(detail),\#(detail)],"instId":"BTC-USDT-SWAP"}"#
    let inverse = #"{"details":[\#(detail)],"instId":"BTC-USD-SWAP"}"#
    let buffer = try decode(
      #"{"arg":{"channel":"liquidation-orders"},"data":[\#(row),\#(inverse),\#(row),{"details":[],"instId":"BTC-USDT-SWAP"}]}"#
    )
    #expect(buffer.events.count == 4 && buffer.leftOut == 1)
  }

  @Test func aQuantityThatIsTooLongIsLeftOutAndCounted() throws {
    let huge = "99999999999999999999999999999999999999"
    let trade = Self.trade.replacing("BTC-USDT-SWAP", with: "HUGE-USDT-SWAP").replacing(
      #""sz":"2""#, with: #""sz":"\#(huge)""#)
    let buffer = try decode(trade)
    #expect(buffer.unrepresentable == 1 && buffer.events.isEmpty)
  }

  @Test(arguments: [
    "null", "1", "[]", "{}", #"{"arg":1,"data":[]}"#, #"{"arg":{},"data":1}"#, #"{"data":[]}"#,
    #"{"arg":{"channel":"candle"},"data":[]}"#, #"{"arg":{"channel":"candle7m","instId":"BTC-USDT-SWAP"},"data":[]}"#,
    #"{"arg":{"channel":"novel"},"data":{}}"#, #"{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[]}"#,
  ])
  func whatIsNoEventOfOursIsIgnored(frame: String) throws {
    let buffer = try decode(frame)
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty && buffer.unknownInstruments == 0)
  }

  @Test func bytesThatAreNoMessageAreAnError() {
    for frame in ["", "pon", "pong ", "pongpong", "<html>", #"{"event":"notice"} x"#, Self.trade + "]"] {
      #expect(throws: FrameError.self) { try decode(frame) }
    }
  }

  // MARK: Signals

  @Test func thePongIsNoJSON() throws {
    #expect(try decode("pong").signals == [.pong])
  }

  @Test func answersCarryTheNumberOfTheirMessage() throws {
    let arg = #""arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"connId":"a4d3ae55""#
    #expect(try decode(#"{"id":"12","event":"subscribe",\#(arg)}"#).signals == [.acknowledged(request: 12)])
    #expect(try decode(#"{"event":"unsubscribe",\#(arg),"id":"3"}"#).signals == [.acknowledged(request: 3)])
    #expect(
      try decode(#"{"event":"error","code":"60018","msg":"Wrong URL","id":"4"}"#).signals == [
        .refused(request: 4, reason: "Wrong URL")
      ])
    // The recorded ones were asked without a number.
    for frame in try Fixture.lines("Okx/ws/subscribe_roq.jsonl") { #expect(try decode(frame).signals.isEmpty) }
    for frame in try Fixture.lines("Okx/ws/error_roq.jsonl") {
      guard case .refused(nil, let reason)? = try decode(frame).signals.first else {
        Issue.record("no refusal: \(frame)")
        continue
      }
      #expect(frame.contains(reason) && !reason.isEmpty)
    }
  }

  @Test func onlyTheNoticeOfARestartAsksForANewConnection() throws {
    #expect(try decode(try #require(try Fixture.lines("Okx/ws/notice_roq.jsonl").first)).signals == [.closingSoon])
    #expect(try decode(#"{"event":"notice","code":"64009"}"#).signals.isEmpty)
    #expect(try decode(#"{"event":"channel-conn-count","channel":"trades","connCount":"1"}"#).signals.isEmpty)
  }

  // MARK: Wrong members

  @Test(arguments: [
    (trade, ["data", "instId", "tradeId", "px", "sz", "side", "ts"]), (candle, ["data", "instId"]),
    (liquidation, ["data", "details", "bkPx", "side", "sz", "ts", "instId"]),
  ])
  func aMissingMemberIsAnError(frame: String, names: [String]) throws {
    #expect(try decode(frame).events.count == 1)
    for name in names {
      let without = frame.replacing("\"\(name)\":", with: "\"_\":")
      #expect(throws: FrameError.self, "\(name)") { try decode(without) }
    }
  }

  @Test(arguments: [
    (trade, #""px":"1.50""#, #""px":"x""#), (trade, #""sz":"2""#, #""sz":"""#),
    (trade, #""side":"sell""#, #""side":"Sell""#),
    (trade, #""ts":"5""#, #""ts":"-5""#), (trade, #""tradeId":"7""#, #""tradeId":null"#),
    (trade, #""instId":"BTC-USDT-SWAP""#, #""instId":1"#), (trade, #""channel":"trades""#, #""channel":1"#),
    (liquidation, #""bkPx":"9""#, #""bkPx":null"#), (liquidation, #""posSide":"long""#, #""posSide":1"#),
    (liquidation, #""side":"sell""#, #""side":"""#), (candle, #"["0","1""#, #"["x","1""#),
    (candle, #""9","0"]"#, #""9",""]"#),
    (candle, #""9","0"]"#, #""9"]"#), (candle, #"[["0""#, #"[[0.5"#),
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

  @Test func aDeepMessageIsRefusedNotFollowed() {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    for frame in [#"{"arg":{"channel":"novel"},"data":\#(deep)}"#, #"{"event":\#(deep)}"#, deep] {
      #expect(throws: FrameError.self) { try decode(frame) }
    }
  }
}
