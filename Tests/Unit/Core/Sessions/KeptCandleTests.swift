import Model
import Testing

@testable import Sessions

@Suite struct KeptCandleTests {
  private static func instrument(_ symbol: String) -> Instrument {
    Instrument(
      exchange: ExchangeID("toy"), symbol: symbol, base: "A", quote: "B", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
  }

  private static let alpha = instrument("ALPHA")

  private func candle(
    _ number: Int64 = 0, of instrument: Instrument = alpha, _ interval: Interval = .oneMinute,
    price: String = "63043.40", high: String = "63083.00", low: String = "-63011.6", close: String = "0",
    volume: String = "0.000000000000000001", quoteVolume: String? = "70342488.01700", trades: Int64? = 16_911,
    isClosed: Bool = true, microseconds: Int64 = 0
  ) -> Candle {
    func decimal(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }
    return Candle(
      instrument: instrument, interval: interval,
      openTime: Timestamp(microseconds: 1_786_816_800_000_000 + number * 60_000_000 + microseconds),
      open: decimal(price), high: decimal(high), low: decimal(low), close: decimal(close),
      baseVolume: decimal(volume),
      quoteVolume: quoteVolume.map(decimal), tradesCount: trades, isClosed: isClosed,
      receiveTime: Timestamp(microseconds: 1_786_816_800_123_456 + number))
  }

  private func kept(_ candles: [Candle]) -> [Candle]? {
    candles.first.flatMap { first in Candle.kept(candles[...], like: first).map { Candle.rows($0[...], like: first) } }
  }

  /// Equality of decimals is that of their values; the digits are compared too.
  private func areAlike(_ left: [Candle]?, _ right: [Candle]) -> Bool {
    func digits(_ candle: Candle) -> [String?] {
      [candle.open, candle.high, candle.low, candle.close, candle.baseVolume, candle.quoteVolume]
        .map { $0?.description }
    }
    return left == right && left?.map(digits) == right.map(digits)
  }

  @Test func aCandleComesBackWithEveryDigit() {
    let candles = [
      candle(), candle(1, quoteVolume: nil), candle(2, trades: nil),
      candle(3, quoteVolume: nil, trades: nil, isClosed: false),
      candle(4, price: "1073741824", high: "3221225471", trades: 4_294_967_294),
      candle(5, price: "-1073741824", high: "-3221225472", volume: "9223372036854775807"),
      candle(6, price: "0.000000", high: "0.000000000000000000", quoteVolume: "0", trades: 0),
      candle(7, volume: "-9.223372036854775808", quoteVolume: "9.223372036854775807"),
    ]
    #expect(areAlike(kept(candles), candles))
    #expect(MemoryLayout<KeptCandle>.stride == 56)
  }

  /// As Binance's spot market writes them, with eight digits after the point whatever the tick is.
  @Test(arguments: [
    ("6709.20000000", "6716.58000000", "6620.00000000", "6647.68000000"),
    ("6647.11000000", "6649.61000000", "6623.66000000", "6636.98000000"),
    ("0", "21474836470000", "-21474836480000", "0.0000"), ("0.00000001", "0.00000002", "0.00000000", "21.47483647"),
  ])
  func pricesWithZerosAtTheirEndComeBack(open: String, high: String, low: String, close: String) {
    let candles = [candle(), candle(1, price: open, high: high, low: low, close: close), candle(2, isClosed: false)]
    #expect(areAlike(kept(candles), candles))
  }

  /// The first and the last second that are kept.
  @Test func eachTimeThatIsKeptComesBack() {
    let (first, last) = (-1_786_816_800_000_000 as Int64, 4_294_967_295_000_000 - 1_786_816_800_000_000 as Int64)
    let candles = [first, last].map { candle(microseconds: $0) }
    #expect(areAlike(kept(candles), candles))
    #expect(kept([candle(microseconds: last + 1_000_000)]) == nil)
    #expect(kept([candle(microseconds: 1)]) == nil && kept([candle(microseconds: 999_999)]) == nil)
  }

  @Test(arguments: ["9223372036854775808", "0.0000000000000000001", "-99999999999999999999.5"])
  func aNumberThatDoesNotFitIsNotKept(price: String) {
    #expect(kept([candle(), candle(1, price: price)]) == nil)
    #expect(kept([candle(), candle(1, high: price)]) == nil)
    #expect(kept([candle(), candle(1, volume: price)]) == nil)
    #expect(kept([candle(), candle(1, quoteVolume: price)]) == nil)
  }

  @Test(arguments: [
    ("1073741824", "3221225472"), ("-1073741824", "-3221225473"), ("0", "21474836480000"),
    ("9223372036854775807", "-2"), ("-9223372036854775808", "9223372036854775807"), ("0", "21474836470001"),
  ])
  func pricesThatAreFarApartAreNotKept(price: String, high: String) {
    func prices(_ other: String) -> Candle { candle(1, price: price, high: other, low: price, close: price) }
    #expect(kept([candle(), prices(price)]) != nil && kept([candle(), prices(high)]) == nil)
  }

  @Test func aNumberOfTradesThatDoesNotFitIsNotKept() {
    for trades in [-1, 4_294_967_295, 4_294_967_296, .max, .min] as [Int64] {
      #expect(kept([candle(), candle(1, trades: trades)]) == nil)
    }
  }

  @Test func aCandleOfAnotherSeriesIsNotKeptAmongThem() {
    #expect(kept([candle(), candle(1, of: Self.instrument("BETA"))]) == nil)
    #expect(kept([candle(), candle(1, .oneHour)]) == nil)
  }

  @Test func aRefreshedListHasOtherObjectsForTheSameInstrument() {
    #expect(kept([candle(), candle(1, of: Self.instrument("ALPHA"))]) != nil)
  }

  /// What is not kept is asked for again; what was there before may be wrong by then.
  @Test func aSeriesWithACandleThatDoesNotFitIsForgotten() {
    var series = KeptSeries<Candle>()
    let (first, last) = (candle(0), candle(9))
    series.learn((0..<10).map { candle($0) }[...], from: first.openTime, through: last.openTime)
    #expect(series.count == 10 && series.bytes < 10 * MemoryLayout<Candle>.stride)
    let run = series.run(from: candle(3).openTime, through: candle(5).openTime)
    #expect(areAlike(run.map { series.rows($0.indices, of: $0) }, (3...5).map { candle($0) }))
    series.learn([candle(4, price: "9223372036854775808")], from: candle(4).openTime, through: candle(4).openTime)
    #expect(series.count == 0 && series.run(from: first.openTime) == nil)
    series.learn([last], from: last.openTime, through: last.openTime)
    #expect(series.count == 1)
  }
}
