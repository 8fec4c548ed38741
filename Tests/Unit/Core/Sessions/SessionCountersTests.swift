import Contract
import Telemetry
import Testing

@testable import Sessions

@Suite struct SessionCountersTests {
  private func text(_ registry: MetricsRegistry) -> String { String(decoding: registry.prometheusText, as: UTF8.self) }

  @Test func everyCounterIsThereFromTheStartWithItsExchange() {
    let registry = MetricsRegistry()
    let counters = SessionCounters(registry, exchange: "toy")
    counters.messages.increment()
    for name in [
      "messages", "events", "undecodable_messages", "left_out_events", "unknown_instruments", "unrepresentable_numbers",
      "unknown_fields", "unknown_messages",
      "connects", "closes", "subscribe_messages", "refused_topics",
    ] {
      let value = name == "messages" ? 1 : 0
      #expect(text(registry).contains("marketgate_upstream_\(name)_total{exchange=\"toy\"} \(value)"))
    }
  }

  @Test(arguments: [(200, "2xx"), (404, "4xx"), (503, "5xx"), (0, "other"), (999, "other"), (-5, "other")])
  func answersAreCountedByStatusClass(status: Int, name: String) {
    let registry = MetricsRegistry()
    ClientCounters(registry, exchange: "toy").answered(status)
    #expect(text(registry).contains("marketgate_upstream_answers_total{exchange=\"toy\",status=\"\(name)\"} 1"))
  }

  @Test func failuresAreCountedByKind() {
    let registry = MetricsRegistry()
    let counters = ClientCounters(registry, exchange: "toy")
    counters.failed(.timeout)
    counters.failed(.timeout)
    #expect(text(registry).contains(#"marketgate_upstream_failures_total{exchange="toy",kind="timeout"} 2"#))
  }
}
