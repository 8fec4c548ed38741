import Model
import Support
import Telemetry
import Testing

@testable import Services

@Suite struct BusMetricsTests {
  @Test func topicsAreCountedByExchangeAndKind() {
    let registry = MetricsRegistry()
    let metrics = BusMetrics(registry)
    for instrument in [ToyExchange.alpha, ToyExchange.beta] {
      metrics.counters(of: .market(Topic(.trades, of: instrument))).subscriptions.add(1)
      metrics.counters(of: .market(Topic(.candles(.oneMinute), of: instrument))).conflated.increment()
    }
    metrics.counters(of: .feed(.liquidations)).slowConsumers.increment()
    let text = String(decoding: registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_client_subscriptions{exchange="toy",topic="trades"} 2"#))
    #expect(text.contains(#"marketgate_conflated_events_total{exchange="toy",topic="candles"} 2"#))
    #expect(text.contains(#"marketgate_slow_subscriptions_total{exchange="all",topic="liquidations"} 1"#))
  }
}
