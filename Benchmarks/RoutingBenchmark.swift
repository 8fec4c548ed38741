internal import Wire

/// A path to its route.
enum RoutingBenchmark {
  static func run() {
    var router = Router<Int>()
    let patterns = [
      "/", "/health", "/exchanges", "/metrics", "/multi/ohlc/{symbol}/{interval}", "/{exchange}/instruments",
      "/{exchange}/ohlc/{symbol}/{interval}", "/{exchange}/oi/{symbol}", "/{exchange}/funding/{symbol}",
      "/ws/{exchange}/{symbol}/{stream}",
    ]
    for (index, pattern) in patterns.enumerated() { router.add(.get, pattern, index) }
    let repeats = 5000
    for path in ["/health", "/binance/ohlc/BTCUSDT/1m"] {
      let nanoseconds = Measurement.bestNanoseconds(operations: repeats) {
        for _ in 0..<repeats { keep(router.match(.get, path: path)) }
      }
      Measurement.report("route \(path)", nanoseconds)
    }
  }
}
