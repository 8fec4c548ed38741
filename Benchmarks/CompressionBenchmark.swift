internal import Model
internal import PublicJSON
internal import Services
internal import Wire

/// What a broadcast costs more when it is compressed: once for all clients.
enum CompressionBenchmark {
  private static let instrument = Instrument(
    exchange: ExchangeID("bench"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  static func run() {
    guard let frame = EventEncoding().frame(.market(BenchmarkEvent.trade(instrument)), as: .trade) else { return }
    var size = 0
    let nanoseconds = Measurement.bestNanoseconds(operations: 1000) {
      for _ in 0..<1000 { size = WebSocketFrame.compressed(frame).count }
    }
    Measurement.report("compress trade", nanoseconds, "\(frame.count) bytes to \(size)")
  }
}
