import Model
import Services
import Testing
import Wire

@testable import PublicJSON

@Suite struct EventEncodingTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("binance"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  private func number(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }

  private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) ?? .epoch }

  /// The text of a frame, after its header (RFC 6455 §5.2: two bytes, or four from 126 bytes of payload on).
  private func text(_ event: MarketEvent, _ form: EventForm) -> String? {
    guard let frame = EventEncoding().frame(.market(event), as: form) else { return nil }
    let header = frame.array[1] == 126 ? 4 : 2
    return String(decoding: frame.array[header...], as: UTF8.self)
  }

  private func candle(quoteVolume: String?, trades: Int64?) -> MarketEvent {
    .candle(
      Candle(
        instrument: Self.instrument, interval: .oneMinute, openTime: time(1_791_283_200_000),
        open: number("85999.90"), high: number("86000.10"), low: number("85999.80"), close: number("86000.00"),
        baseVolume: number("5.427"), quoteVolume: quoteVolume.map(number), tradesCount: trades, isClosed: true,
        receiveTime: .epoch))
  }

  @Test func aCandleHasTheFieldsOfTheContractInItsOrderWithTheExchangesDigits() {
    #expect(
      text(candle(quoteVolume: "466721.74700", trades: 92), .candle) == """
        {"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-06T10:40:00Z","interval":"1m",\
        "open":85999.90,"high":86000.10,"low":85999.80,"close":86000.00,"volume":5.427,"quote_volume":466721.74700,\
        "trades_count":92,"is_closed":true}
        """)
  }

  @Test func whatTheExchangeDoesNotGiveIsNull() {
    let text = text(candle(quoteVolume: nil, trades: nil), .candle)
    #expect(text?.contains(#""quote_volume":null,"trades_count":null"#) == true)
  }

  @Test func aQuoteIsACandleInTheWordsOfItsClients() {
    #expect(
      text(candle(quoteVolume: "466721.74700", trades: 92), .quote) == """
        {"type":"quote","current_time":"1970-01-01T00:00:00Z","timestamp":"2026-10-06T10:40:00Z",\
        "exchange":"binance","symbol":"BTCUSDT","contract_type":"perpetual","open":85999.90,"high":86000.10,\
        "low":85999.80,"close":86000.00,"volume":5.427,"trade_num":92,"is_closed_candle":true}
        """)
    #expect(text(candle(quoteVolume: nil, trades: nil), .quote)?.contains(#""trade_num":null"#) == true)
  }

  @Test func aTradeHasItsValueExactAndItsID() {
    let trade = MarketEvent.trade(
      Trade(
        instrument: Self.instrument, id: .number(3_476_465_318), price: number("86000.00"), quantity: number("4.577"),
        aggressor: .sell, exchangeTime: time(1_791_283_227_688), receiveTime: .epoch))
    let common = """
      {"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-06T10:40:27.688Z","side":"sell","price":86000.00,\
      "quantity":4.577,"value":393622,"is_buyer_maker":true
      """
    #expect(text(trade, .trade) == common + #","id":3476465318}"#)
    #expect(text(trade, .largeTrade) == common + "}")
    #expect(text(trade, .candle) == nil)
  }

  @Test func aBuyersTradeIsNotTheBuyersMaking() throws {
    let id = Trade.ID.text(try #require(Trade.TextID("a\"b")))
    let trade = MarketEvent.trade(
      Trade(
        instrument: Self.instrument, id: id, price: number("1"), quantity: number("1"), aggressor: .buy,
        exchangeTime: .epoch, receiveTime: .epoch))
    #expect(text(trade, .trade)?.contains(#""side":"buy""#) == true)
    #expect(text(trade, .trade)?.contains(#""is_buyer_maker":false,"id":"a\"b""#) == true)
  }

  @Test func aUUIDIsWrittenInItsUsualForm() {
    let trade = MarketEvent.trade(
      Trade(
        instrument: Self.instrument, id: .uuid(0x20f4_3950_d8dd_5b31_9112_a178_eb60_23af), price: number("1"),
        quantity: number("1"), aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch))
    #expect(text(trade, .trade)?.contains(#","id":"20f43950-d8dd-5b31-9112-a178eb6023af"}"#) == true)
  }

  @Test(arguments: [(PositionSide.long, "sell"), (.short, "buy")])
  func theSideOfALiquidationIsThatOfTheClosingOrder(liquidated: PositionSide, side: String) {
    let liquidation = MarketEvent.liquidation(
      Liquidation(
        instrument: Self.instrument, liquidated: liquidated, price: number("86012.30"), quantity: number("0.042"),
        exchangeTime: time(1_791_285_205_175), receiveTime: .epoch))
    #expect(
      text(liquidation, .liquidation) == """
        {"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-06T11:13:25.175Z","side":"\(side)",\
        "price":86012.30,"quantity":0.042,"value":3612.5166}
        """)
  }

  @Test func aValueTooLongForTheTypeIsNull() {
    let long = String(repeating: "9", count: 30)
    let trade = MarketEvent.trade(
      Trade(
        instrument: Self.instrument, id: .number(1), price: number(long), quantity: number(long), aggressor: .buy,
        exchangeTime: .epoch, receiveTime: .epoch))
    #expect(text(trade, .trade)?.contains(#""value":null"#) == true)
  }

  @Test func inFeedsTheTypeComesFirst() {
    let trade = MarketEvent.trade(
      Trade(
        instrument: Self.instrument, id: .number(1), price: number("86000.00"), quantity: number("4.577"),
        aggressor: .sell, exchangeTime: time(1_791_283_227_688), receiveTime: .epoch))
    #expect(
      text(trade, .feedLargeTrade) == """
        {"type":"large_trade","exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-06T10:40:27.688Z",\
        "side":"sell","price":86000.00,"quantity":4.577,"value":393622,"is_buyer_maker":true}
        """)
    let liquidation = MarketEvent.liquidation(
      Liquidation(
        instrument: Self.instrument, liquidated: .long, price: number("86012.30"), quantity: number("0.042"),
        exchangeTime: time(1_791_285_205_175), receiveTime: .epoch))
    #expect(
      text(liquidation, .feedLiquidation) == """
        {"type":"liquidation","exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-06T11:13:25.175Z",\
        "side":"sell","price":86012.30,"quantity":0.042,"value":3612.5166}
        """)
    #expect(text(trade, .feedLiquidation) == nil)
    #expect(text(liquidation, .feedLargeTrade) == nil)
  }
}
