import Contract
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct UpstreamMetricsTests {
  @Test func budgetsAndMemoryAreShown() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.windowMilliseconds = 600_000
    let bench = try ToyGateway(exchange)
    try await bench.loaded()
    bench.upstream.answer("/funding", body: #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#)
    _ = try await bench.web.get("/toy/funding/ALPHAUSD")
    let lines = try await bench.web.get("/metrics").text.split(separator: "\n").map(String.init)
    for line in [
      #"marketgate_upstream_budget_used{budget="general",exchange="toy"} 2"#,
      #"marketgate_upstream_budget_limit{budget="general",exchange="toy"} 100"#,
      #"marketgate_upstream_budget_queued{budget="general",exchange="toy"} 0"#,
      #"marketgate_upstream_paused_until_seconds{exchange="toy"} 0"#,
      #"marketgate_upstream_circuit_state{exchange="toy"} 0"#,
      #"marketgate_upstream_circuit_opened_total{exchange="toy"} 0"#,
      "marketgate_state_writes_failed_total 0",
    ] { #expect(lines.contains(line)) }
    let kept = lines.first { $0.hasPrefix("marketgate_answer_memory_bytes ") }?.split(separator: " ").last
    #expect(kept.flatMap { Int($0) }.map { $0 > 100 } == true)
    await bench.stop()
  }

  @Test func streamsAndHealthAreShown() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let quiet = [
      "marketgate_ready 1", #"marketgate_exchange_healthy{exchange="toy"} 1"#,
      #"marketgate_upstream_connections{exchange="toy"} 0"#,
      #"marketgate_upstream_subscriptions{exchange="toy"} 0"#,
      #"marketgate_upstream_last_message_seconds{exchange="toy"} 0"#,
    ]
    #expect(Set(quiet).isSubset(of: try await UpstreamMetricsTests.lines(bench)))
    _ = try await bench.stream("/ws/toy/ALPHAUSD/trades").next()
    // The upstream confirms nothing yet: the topic is wanted, and connected.
    let wanted = [
      #"marketgate_upstream_connections{exchange="toy"} 1"#, #"marketgate_upstream_subscriptions{exchange="toy"} 1"#,
    ]
    #expect(try await bench.loop.eventually { Set(wanted).isSubset(of: try await UpstreamMetricsTests.lines(bench)) })
    await bench.stop()
  }

  @Test func anExchangeThatAsksForAPauseIsNotHealthy() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/funding", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    _ = try await bench.web.get("/toy/funding/ALPHAUSD")
    let bad = ["marketgate_ready 0", #"marketgate_exchange_healthy{exchange="toy"} 0"#]
    #expect(Set(bad).isSubset(of: try await UpstreamMetricsTests.lines(bench)))
    await bench.stop()
  }

  private static func lines(_ bench: ToyGateway) async throws -> Set<String> {
    Set(try await bench.web.get("/metrics").text.split(separator: "\n").map(String.init))
  }
}
