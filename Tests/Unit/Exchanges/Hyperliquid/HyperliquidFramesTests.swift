import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

@Suite struct HyperliquidFramesTests {
  static let files = [
    "live_probe_2026-08-19", "frames_2026-09-24", "trades_2025-01-26_btc", "trades_2025-12_jkorf", "trades_roq",
    "tardis_all", "error_roq", "subscription_response_roq", "pong_roq",
  ]
  static let receiveTime = Timestamp(microseconds: 1_790_000_000_123_456)
  static let catalog = InstrumentCatalog(
    ["BTC", "SOL", "HYPE", "FXS", "kPEPE"].map { HyperliquidTests.instrument($0) }, namesCoins: true)

  static func lines() throws -> [String] {
    try files.flatMap { try Fixture.lines("Hyperliquid/ws/\($0).jsonl") }
  }

  static func later(_ milliseconds: Int64) -> Timestamp { receiveTime.advanced(byMilliseconds: milliseconds) }

  static func trade(_ coin: String = "BTC", id: Int = 1, time: Int64 = 1000) -> String {
    #"{"coin":"\#(coin)","side":"B","px":"1.50","sz":"2","time":\#(time),"hash":"0x0","tid":\#(id)}"#
  }

  static func trades(_ rows: String...) -> String {
    #"{"channel":"trades","data":[\#(rows.joined(separator: ","))]}"#
  }

  static func answer(_ method: String = "subscribe", type: String = "trades", coin: String = "BTC") -> String {
    let subscription = #"{"type":"\#(type)","coin":"\#(coin)"}"#
    return #"{"channel":"subscriptionResponse","data":{"method":"\#(method)","subscription":\#(subscription)}}"#
  }

  private func decode(_ frame: String) throws(FrameError) -> EventBuffer {
    var decoder = Hyperliquid().makeDecoder(Self.catalog)
    return try decoder.decode(text: frame, receiveTime: Self.receiveTime)
  }

  private func trades(_ buffer: EventBuffer) -> [Trade] {
    buffer.events.compactMap { if case .trade(let trade) = $0 { trade } else { nil } }
  }

  /// The number or text of a member, as it stands in a row; the fixtures have no blanks and no escapes.
  private func text(_ name: String, in row: Substring) -> String? {
    guard let key = row.firstRange(of: "\"\(name)\":") else { return nil }
    let rest = row[key.upperBound...]
    if rest.first == "\"" { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { !",}]".contains($0) })
  }

  // MARK: What was recorded

  @Test func everyRecordedTradeKeepsItsDigits() throws {
    var count = 0
    for frame in try Self.lines() where frame.hasPrefix(#"{"channel":"trades""#) {
      let rows = frame.split(separator: "},{")
      let trades = trades(try decode(frame))
      #expect(trades.count == rows.count)
      for (trade, row) in zip(trades, rows) {
        #expect(trade.instrument.symbol == text("coin", in: row))
        #expect(trade.price.description == text("px", in: row))
        #expect(trade.quantity.description == text("sz", in: row))
        #expect(trade.id == .number(try #require(text("tid", in: row).flatMap { Int64($0) })))
        #expect(String(trade.exchangeTime.milliseconds) == text("time", in: row))
        #expect(trade.aggressor == (text("side", in: row) == "B" ? .buy : .sell))
        #expect(trade.receiveTime == Self.receiveTime)
        count += 1
      }
    }
    // Python counts 64 in trades_2025-01-26_btc, 3 in tardis_all, one in each of three others.
    #expect(count == 70)
  }

  @Test func theRecordedCandleKeepsItsDigitsAndIsOpen() throws {
    let frame = try #require(try Self.lines().first { $0.contains(#""channel":"candle""#) })
    guard case .candle(let candle)? = try decode(frame).events.first else {
      throw FrameError(offset: 0, reason: "none")
    }
    #expect(candle.instrument.symbol == "BTC" && candle.interval == .oneMinute && !candle.isClosed)
    #expect(candle.openTime.milliseconds == 1_787_195_040_000)
    #expect(
      [candle.open, candle.high, candle.low, candle.close, candle.baseVolume].map(\.description)
        == ["69170.0", "69174.0", "69170.0", "69172.0", "0.80052"])
    #expect(candle.quoteVolume == nil && candle.tradesCount == 47)
    #expect(candle.receiveTime == Self.receiveTime)
  }

  @Test func framesNobodyAskedForSayNothing() throws {
    for frame in try Self.lines()
    where !["trades", "candle", "subscr", "error", "pong"].contains(where: {
      frame.hasPrefix("{\"channel\":\"\($0)")
    }) {
      let buffer = try decode(frame)
      #expect(buffer.events.isEmpty && buffer.signals.isEmpty)
      #expect(buffer.unknownInstruments == 0)
    }
  }

  private static func laws(of frames: [String]) -> RecordedFrameLaws {
    RecordedFrameLaws(frames: frames) { Hyperliquid().makeDecoder(catalog) }
  }

  @Test func aMemberAddedToARecordedFrameIsCountedAndNoOther() throws {
    #expect(try Self.laws(of: Self.lines()).expectAddedMembersAreCounted() > 20)
  }

  @Test func everyTruncationOfARecordedFrameIsAnErrorAtItsEndOrBefore() throws {
    Self.laws(of: try Self.lines()).expectNoTruncationIsTaken(within: 700)
  }

  // MARK: What is missing, odd or unknown

  @Test func membersMayComeInAnyOrder() throws {
    let row = #"{"tid":5,"time":9,"sz":"2","px":"1.50","side":"A","coin":"SOL","users":["a","b"]}"#
    let buffer = try decode(#"{"data":[\#(row)],"extra":{"deep":[1]},"channel":"trades"}"#)
    #expect(trades(buffer).map(\.instrument.symbol) == ["SOL"])
    #expect(trades(buffer).map(\.aggressor) == [.sell])
  }

  @Test(arguments: ["coin", "side", "px", "sz", "time", "tid"])
  func aTradeWithoutAMemberThrows(member: String) throws {
    let whole = Self.trades(Self.trade())
    #expect(throws: FrameError.self) { try decode(whole.replacing("\"\(member)\"", with: "\"other\"")) }
    for value in ["null", "true", "{}", "[]", "\"x\""] where !(member == "coin" && value == "\"x\"") {
      let row = #"{"\#(member)":\#(value),"# + Self.trade().dropFirst().replacing("\"\(member)\"", with: "\"other\"")
      #expect(throws: FrameError.self) { try decode(Self.trades(row)) }
    }
  }

  @Test(arguments: ["s", "i", "t", "T", "o", "h", "l", "c", "v", "n"])
  func aCandleWithoutAMemberThrows(member: String) throws {
    let frame = try #require(try Self.lines().first { $0.contains(#""channel":"candle""#) })
    #expect(throws: FrameError.self) { try decode(frame.replacing("\"\(member)\":", with: "\"other\":")) }
  }

  @Test func aCoinThatIsNotInTheListIsCounted() throws {
    let buffer = try decode(
      Self.trades(Self.trade("NOPE"), Self.trade("BTC"), Self.trade("btc"), Self.trade("xyz:BTC")))
    #expect(trades(buffer).map(\.instrument.symbol) == ["BTC"])
    #expect(buffer.unknownInstruments == 3)
    let candle = try #require(try Self.lines().first { $0.contains(#""channel":"candle""#) })
    #expect(try decode(candle.replacing("\"BTC\"", with: "\"NOPE\"")).unknownInstruments == 1)
  }

  @Test func theGreetingOfSomeServersIsNoMessage() throws {
    let buffer = try decode("Websocket connection established.")
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty)
    #expect(throws: FrameError.self) { try decode("Websocket connection established") }
  }

  // MARK: Answers

  @Test func answersAreCountedAsTheyCome() throws {
    var decoder = Hyperliquid().makeDecoder(Self.catalog)
    var signals: [SessionSignal] = []
    for frame in [
      Self.answer(), #"{"channel":"pong"}"#, Self.answer(type: "candle"),
      #"{"channel":"error","data":"Already subscribed: {}"}"#, #"{"channel":"error","data":"Invalid subscription {}"}"#,
      #"{"channel":"error","data":"Already unsubscribed: {}"}"#, Self.answer("unsubscribe"),
    ] {
      signals += try decoder.decode(text: frame).signals
    }
    #expect(
      signals == [
        .acknowledged(request: 1), .pong, .acknowledged(request: 2), .acknowledged(request: 3),
        .refused(request: 4, reason: "Invalid subscription {}"), .acknowledged(request: 5), .acknowledged(request: 6),
      ])
  }

  @Test func theRecordedErrorRefuses() throws {
    let frame = try #require(try Fixture.lines("Hyperliquid/ws/error_roq.jsonl").first)
    guard case .refused(let request, let reason)? = try decode(frame).signals.first else {
      throw FrameError(offset: 0, reason: "none")
    }
    #expect(request == 1)
    #expect(reason.hasPrefix("Error parsing JSON into valid websocket request: "))
  }

  @Test func aNewConnectionCountsAnew() throws {
    for _ in 0..<2 { #expect(try decode(Self.answer()).signals == [.acknowledged(request: 1)]) }
  }

  // MARK: Trades told again

  @Test func theFirstFrameOfACoinIsToldAgainAndTheNextIsNews() throws {
    var decoder = Hyperliquid().makeDecoder(Self.catalog)
    _ = try decoder.decode(text: Self.answer(), receiveTime: Self.receiveTime)
    var marks: [[Bool]] = []
    for frame in try Fixture.lines("Hyperliquid/ws/trades_2025-01-26_btc.jsonl") {
      marks.append(trades(try decoder.decode(text: frame, receiveTime: Self.later(80))).map(\.isRepeat))
    }
    #expect(marks.map(\.count) == [30, 1, 1, 1, 1, 1, 7, 21, 1])
    #expect(marks.first?.allSatisfy { $0 } == true)
    #expect(marks.dropFirst().joined().allSatisfy { !$0 })
  }

  @Test func eachCoinBeginsByItself() throws {
    var decoder = Hyperliquid().makeDecoder(Self.catalog)
    for coin in ["BTC", "SOL"] {
      let first = Self.trades(Self.trade(coin), Self.trade(coin, id: 2))
      #expect(trades(try decoder.decode(text: first)).map(\.isRepeat) == [true, true])
    }
    let mixed = Self.trades(Self.trade("BTC", id: 3), Self.trade("HYPE", id: 4))
    #expect(trades(try decoder.decode(text: mixed)).map(\.isRepeat) == [false, true])
  }

  @Test func aFirstFrameThatComesLateIsNews() throws {
    for (delay, isRepeat) in [(Int64(10_000), true), (10_001, false)] {
      var decoder = Hyperliquid().makeDecoder(Self.catalog)
      _ = try decoder.decode(text: Self.answer(), receiveTime: Self.receiveTime)
      let buffer = try decoder.decode(text: Self.trades(Self.trade()), receiveTime: Self.later(delay))
      #expect(trades(buffer).map(\.isRepeat) == [isRepeat])
    }
  }

  @Test func aSubscriptionThatIsOpenedAgainBeginsAgain() throws {
    var decoder = Hyperliquid().makeDecoder(Self.catalog)
    var marks: [Bool] = []
    for frame in [
      Self.answer(), Self.trades(Self.trade()), Self.trades(Self.trade(id: 2)), Self.answer("unsubscribe"),
      Self.answer(), Self.trades(Self.trade(id: 2), Self.trade(id: 3)), Self.trades(Self.trade(id: 4)),
    ] {
      marks += trades(try decoder.decode(text: frame, receiveTime: Self.receiveTime)).map(\.isRepeat)
    }
    #expect(marks == [true, false, true, true, false])
  }
}
