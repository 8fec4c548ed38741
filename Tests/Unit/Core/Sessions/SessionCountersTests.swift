import Contract
import Model
import Support
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

  private func trade(at exchange: Int64, received: Int64, isRepeat: Bool = false) -> MarketEvent {
    .trade(
      Trade(
        instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(1), quantity: FixedDecimal(1),
        aggressor: .buy, exchangeTime: Timestamp(microseconds: exchange),
        receiveTime: Timestamp(microseconds: received), isRepeat: isRepeat))
  }

  private func lag(_ batches: [[MarketEvent]]) -> String {
    let registry = MetricsRegistry()
    let counters = SessionCounters(registry, exchange: "toy")
    for batch in batches {
      var buffer = EventBuffer()
      buffer.events = batch
      counters.came(buffer)
    }
    let ends = ["_sum", "_count"].map { "marketgate_upstream_lag_seconds\($0){" }
    return text(registry).split(separator: "\n").filter { line in ends.contains { line.hasPrefix($0) } }
      .compactMap { $0.split(separator: " ").last }.joined(separator: " of ")
  }

  @Test func lagIsThatOfTheLastEventOfARead() {
    let early = trade(at: 1_000_000, received: 9_000_000)
    let late = trade(at: 8_750_000, received: 9_000_000)
    #expect(lag([[early, late]]) == "0.25 of 1")
    #expect(lag([[early], [late]]) == "8.25 of 2")
  }

  @Test func whatIsNoNewsHasNoLag() {
    #expect(lag([[], [trade(at: 0, received: 9_000_000, isRepeat: true)]]) == "0 of 0")
    let news = trade(at: 8_750_000, received: 9_000_000)
    #expect(lag([[news, trade(at: 0, received: 9_000_000, isRepeat: true)]]) == "0.25 of 1")
  }

  @Test func aClockBehindTheExchangesShowsNoLag() {
    #expect(lag([[trade(at: 9_000_000, received: 8_000_000)]]) == "0 of 1")
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
