import Contract
import Model
import Support
import Testing

@Suite struct ToyExchangeTests {
  let toy = ToyExchange()

  func decode(_ frame: String) throws -> EventBuffer {
    var decoder = toy.makeDecoder(ToyExchange.catalog)
    return try decoder.decode(text: frame, receiveTime: .latest)
  }

  func reply(_ body: String, status: Int = 200, askTime: Timestamp = .latest) -> UpstreamReply {
    UpstreamReply(status: status, body: Array(body.utf8), askTime: askTime)
  }

  @Test func itsFramesDecodeToWhatTheySay() throws {
    guard case .trade(let trade)? = try decode(ToyFrames.trade(id: 7, side: "sell", time: 5)).events.first,
      case .candle(let candle)? = try decode(ToyFrames.candle(interval: "5m", open: 300_000)).events.first,
      case .liquidation(let closed)? = try decode(ToyFrames.liquidation(position: "short")).events.first
    else {
      Issue.record("a frame without its event")
      return
    }
    #expect(trade.id == .number(7) && trade.aggressor == .sell && trade.price.description == "1.50")
    #expect(trade.exchangeTime.milliseconds == 5 && trade.receiveTime == .latest)
    #expect(candle.interval.description == "5m" && candle.openTime.milliseconds == 300_000 && !candle.isClosed)
    #expect(closed.liquidated == .short && closed.quantity.description == "2")
  }

  @Test func contractsBecomeBaseUnits() throws {
    let trade = try decode(ToyFrames.trade("BETAUSD", id: 1, price: "2", quantity: "3")).events.first
    #expect(trade?.notional?.description == "60")
  }

  @Test func itsSignalsAreToldApart() throws {
    #expect(try decode(ToyFrames.taken(3)).signals == [.acknowledged(request: 3)])
    #expect(try decode(ToyFrames.refused(4)).signals == [.refused(request: 4, reason: "no such topic")])
    #expect(try decode(ToyFrames.pong).signals == [.pong])
    #expect(try decode(ToyFrames.closing).signals == [.closingSoon])
  }

  @Test func whatItCannotReadIsAnErrorOrCounted() throws {
    #expect(try decode(ToyFrames.trade("GAMMAUSD", id: 1)).unknownInstruments == 1)
    for frame in [ToyFrames.trade(id: 1), ToyFrames.candle(open: 0), ToyFrames.liquidation()] {
      #expect(try decode(frame).unknownFields == 0)
      for changed in Fixture.addingAMember(to: frame) { #expect(try decode(changed).unknownFields == 1) }
    }
    for frame in ["", "pon", "{\"trade\":{\"symbol\":\"ALPHAUSD\"}}", ToyFrames.candle(interval: "x", open: 0)] {
      #expect(throws: FrameError.self) { try decode(frame) }
    }
  }

  @Test func itsListIsTheCatalog() throws {
    let list = try toy.instruments().read([reply(ToyExchange.instrumentsBody)])
    #expect(zip(list, ToyExchange.catalog.instruments).allSatisfy { $0.hasSameProperties(as: $1) } && list.count == 2)
  }

  @Test func itsHistoryIsRead() throws {
    let query = HistoryQuery(instrument: ToyExchange.alpha, interval: .oneMinute, limit: 2)
    let candles = try #require(toy.candles(query))
    #expect(candles.requests.map(\.target) == ["/candles?symbol=ALPHAUSD&interval=1m&limit=2"])
    let body = #"[[0,"1.0","3.0","0.5","2.0","7"],[60000,"2.0","2.0","2.0","2.0","0"]]"#
    let rows = try candles.read([reply(body, askTime: Timestamp(microseconds: 60_000_000))])
    #expect(rows.map(\.isClosed) == [true, false])
    let settled = try #require(toy.fundingHistory(query)).read([reply(#"[{"time":3600002,"rate":"0.0001"}]"#)])
    #expect(settled.map(\.settlementTime.milliseconds) == [3_600_000])
    let rate = try #require(toy.fundingRate(of: ToyExchange.alpha))
    #expect(try rate.read([reply(#"{"time":0,"rate":"0.0001","next":3600000}"#)]).rate.description == "0.0001")
    let interest = try #require(toy.openInterest(of: ToyExchange.beta))
    #expect(try interest.read([reply(#"{"time":0,"quantity":"5"}"#)]).quantity.description == "50")
  }

  @Test func allLiquidationsAreOneTopic() {
    let one = toy.upstreamTopic(for: Topic(.liquidations, of: ToyExchange.alpha))
    #expect(one == toy.upstreamTopic(for: Topic(.liquidations, ofAllOn: toy.id)) && one != nil)
    #expect(toy.upstreamTopic(for: Topic(.candles(.oneMinute), of: ToyExchange.alpha))?.name == "candles(1m):ALPHAUSD")
    #expect(toy.failure(in: reply("", status: 404))?.kind == .unknownSymbol)
  }
}
