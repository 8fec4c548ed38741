internal import Model
internal import PublicJSON
internal import Services

/// An event to the frame its clients share.
enum EncodeBenchmark {
  private static let instrument = Instrument(
    exchange: ExchangeID("binance"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual,
    status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  /// Encodes so many times and nothing else.
  static func encodeExactly(_ count: Int, _ form: EventForm) -> Bool {
    let event = form == .candle ? BenchmarkEvent.candle(instrument) : BenchmarkEvent.trade(instrument)
    let encoder = EventEncoding()
    var frames = 0
    for _ in 0..<count where encoder.frame(.market(event), as: form) != nil { frames += 1 }
    return frames == count
  }

  static func run() {
    let repeats = 2000
    let encoder = EventEncoding()
    for (name, event, form) in [
      ("encode candle", BenchmarkEvent.candle(instrument), EventForm.candle),
      ("encode trade", BenchmarkEvent.trade(instrument), EventForm.trade),
    ] {
      let nanoseconds = Measurement.bestNanoseconds(operations: repeats) {
        for _ in 0..<repeats { keep(encoder.frame(.market(event), as: form)) }
      }
      Measurement.report(name, nanoseconds, "event to shared frame")
    }
  }
}

/// Events as the exchange sends them.
enum BenchmarkEvent {
  static func candle(_ instrument: Instrument) -> MarketEvent {
    func number(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }
    return .candle(
      Candle(
        instrument: instrument, interval: .oneMinute, openTime: Timestamp(microseconds: 1_791_283_200_000_000),
        open: number("85999.90"), high: number("86000.10"), low: number("85999.80"), close: number("86000.00"),
        baseVolume: number("5.427"), quoteVolume: number("466721.74700"), tradesCount: 92, isClosed: false,
        receiveTime: .epoch))
  }

  static func trade(_ instrument: Instrument) -> MarketEvent {
    func number(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }
    return .trade(
      Trade(
        instrument: instrument, id: .number(3_476_465_318), price: number("86000.00"), quantity: number("4.577"),
        aggressor: .sell, exchangeTime: Timestamp(microseconds: 1_791_283_227_688_000), receiveTime: .epoch))
  }
}
