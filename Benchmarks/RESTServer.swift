internal import App
internal import Model
internal import Net
internal import PublicJSON
internal import Sessions
internal import Wire

/// `/big` is 500 candles, `/small` one funding rate: from memory, through the product's router and policies.
struct RESTServer: Sendable {
  private static let candleCount: Int64 = 500

  private let loop: EventLoop
  private let gateway: MemoryGateway

  init(loop: EventLoop) {
    self.loop = loop
    gateway = MemoryGateway(["/big": RESTServer.candles, "/small": RESTServer.fundingRate], clock: SystemClock())
  }

  func server(port: UInt16) -> HTTPServer {
    let gateway = gateway
    var options = HTTPServerOptions()
    options.port = port
    return HTTPServer(loops: [loop], options: options) { gateway.handle($0, $1) }
  }

  private static let instrument = Instrument(
    exchange: ExchangeID("bench"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  private static var candles: [UInt8] {
    let rows: [Candle] = (0..<candleCount).compactMap { index in
      guard case .candle(let candle) = BenchmarkEvent.candle(instrument) else { return nil }
      return Candle(
        instrument: instrument, interval: .oneMinute,
        openTime: candle.openTime.advanced(byMilliseconds: 60_000 * (index - candleCount)), open: candle.open,
        high: candle.high, low: candle.low, close: candle.close, baseVolume: candle.baseVolume,
        quoteVolume: candle.quoteVolume, tradesCount: candle.tradesCount, isClosed: true, receiveTime: .epoch)
    }
    return HistoryEncoding.candles(rows).array
  }

  private static var fundingRate: [UInt8] {
    let rate = FundingRate(
      instrument: instrument, exchangeTime: Timestamp(microseconds: 1_791_283_227_688_000),
      rate: FixedDecimal("0.00010000") ?? .zero, settlementTime: Timestamp(microseconds: 1_791_302_400_000_000),
      intervalHours: 8)
    var json = JSONWriter()
    HistoryEncoding.append(rate, named: nil, to: &json)
    return json.take()
  }
}
