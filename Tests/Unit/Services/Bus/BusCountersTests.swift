import Telemetry
import Testing

@testable import Services

@Suite struct BusCountersTests {
  @Test func everyCounterIsThereFromTheStartWithItsExchange() {
    let registry = MetricsRegistry()
    let counters = BusCounters(registry, exchange: "toy")
    counters.missingCandles.increment(by: 3)
    let text = String(decoding: registry.prometheusText, as: UTF8.self)
    for (name, value) in [
      ("published_events", 0), ("late_candles", 0), ("missing_candles", 3), ("candle_backfills", 0),
      ("trade_backfills", 0),
      ("failed_backfills", 0), ("revisions", 0), ("repeated_trades", 0),
    ] {
      #expect(text.contains("marketgate_\(name)_total{exchange=\"toy\"} \(value)"))
    }
  }
}
