import Model
import Testing
import Wire

@testable import PublicJSON

/// A page of candles is written in another way than one candle, and must say the same.
@Suite struct CandlePageEncodingTests {
  private static func instrument(_ symbol: String) -> Instrument {
    Instrument(
      exchange: ExchangeID("binance"), symbol: symbol, base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
  }

  private static let bitcoin = instrument("BTCUSDT")

  private func candle(
    _ number: Int64, of instrument: Instrument = bitcoin, _ interval: Interval = .oneMinute, price: String = "63043.40",
    quoteVolume: String? = "70342488.01700", trades: Int64? = 16_911, isClosed: Bool = true
  ) -> Candle {
    func decimal(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }
    return Candle(
      instrument: instrument, interval: interval,
      openTime: Timestamp(microseconds: 1_786_816_800_000_000 + number * 60_000_000), open: decimal(price),
      high: decimal("63083.00"), low: decimal("63011.6"), close: decimal("63026"), baseVolume: decimal("1116.068"),
      quoteVolume: quoteVolume.map(decimal), tradesCount: trades, isClosed: isClosed, receiveTime: .epoch)
  }

  /// Each candle by itself.
  private func oneByOne(_ candles: [Candle], named symbol: String? = nil) -> String {
    let rows = candles.map { candle in
      var json = JSONWriter()
      EventEncoding.append(candle, named: symbol, to: &json)
      return String(decoding: json.take(), as: UTF8.self)
    }
    return "[" + rows.joined(separator: ",") + "]"
  }

  private func page(_ candles: [Candle], named symbol: String? = nil) -> String {
    String(decoding: HistoryEncoding.candles(candles, named: symbol).array, as: UTF8.self)
  }

  @Test func aPageHasTheFieldsOfACandleInOrder() {
    #expect(
      page([candle(0), candle(1, quoteVolume: nil, trades: nil, isClosed: false)]) == """
        [{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-08-15T18:00:00Z","interval":"1m","open":63043.40,\
        "high":63083.00,"low":63011.6,"close":63026,"volume":1116.068,"quote_volume":70342488.01700,"trades_count":16911,\
        "is_closed":true},{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-08-15T18:01:00Z","interval":"1m",\
        "open":63043.40,"high":63083.00,"low":63011.6,"close":63026,"volume":1116.068,"quote_volume":null,\
        "trades_count":null,"is_closed":false}]
        """)
  }

  @Test(arguments: [1, 2, 500, 1500] as [Int64])
  func aPageSaysWhatItsCandlesSay(count: Int64) {
    let candles = (0..<count).map { candle($0, price: "\($0 * 977).\($0)", trades: $0 * $0, isClosed: $0 % 3 > 0) }
    #expect(page(candles) == oneByOne(candles))
  }

  @Test func rowsThatAreMuchLongerThanTheFirst() {
    let short = candle(0, price: "1", quoteVolume: nil, trades: 0)
    let long = "-12345678901234567890.123456789012345678"
    let candles = [short] + (1...200).map { candle($0, price: long, quoteVolume: long, trades: .max) }
    #expect(page(candles) == oneByOne(candles))
  }

  @Test func aSymbolThatMustBeEscapedIs() {
    let odd = Self.instrument("A\"B\\币安")
    let candles = (0..<3).map { candle($0, of: odd) }
    #expect(page(candles) == oneByOne(candles))
    #expect(page(candles, named: "x\n\u{1}") == oneByOne(candles, named: "x\n\u{1}"))
    #expect(page(candles, named: "x\n\u{1}").contains(#""symbol":"x\n\u0001""#))
  }

  @Test func rowsOfAnotherInstrumentOrIntervalAreThemselves() {
    let candles = [
      candle(0), candle(1, of: Self.instrument("ETHUSDT")), candle(2, .oneHour), candle(3),
    ]
    #expect(page(candles) == oneByOne(candles))
  }
}
