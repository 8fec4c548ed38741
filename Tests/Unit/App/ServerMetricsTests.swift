import Net
import Support
import Telemetry
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct ServerMetricsTests {
  @Test func theServersCountersAreShownBesideTheRegistrys() {
    let registry = MetricsRegistry()
    registry.counter("marketgate_own_total", help: "Own.").increment()
    let text = String(
      decoding: ServerMetrics(registry, counters: HTTPServerCounters()).prometheusText, as: UTF8.self)
    #expect(text.contains("marketgate_own_total 1"))
    for name in ["connections_open", "websockets_open"] {
      #expect(text.contains("# TYPE marketgate_\(name) gauge\nmarketgate_\(name) 0\n"))
    }
    for name in ["requests", "slow_consumers", "bytes_sent", "protocol_failures", "tls_failures"] {
      #expect(text.contains("# TYPE marketgate_\(name)_total counter\nmarketgate_\(name)_total 0\n"))
    }
    #expect(text.contains(#"marketgate_responses_total{status="4xx"} 0"#))
  }

  @Test func asJSONTheyAreTheSame() {
    let json = String(
      decoding: ServerMetrics(MetricsRegistry(), counters: HTTPServerCounters()).jsonText, as: UTF8.self)
    #expect(
      json.contains(#"{"name":"marketgate_connections_open","type":"gauge","help":"Client sockets that are open"#))
    #expect(json.contains(#"{"labels":{"status":"4xx"},"value":0}"#))
  }

  @Test func whatTheServerDidIsCounted() async throws {
    let bench = try ToyGateway()
    _ = try await bench.web.get("/nothing")
    let text = try await bench.web.get("/metrics").text
    #expect(text.contains(#"marketgate_responses_total{status="4xx"} 1"#))
    #expect(text.contains("marketgate_requests_total 2"))
    #expect(text.contains("marketgate_connections_open 1"))
    await bench.stop()
  }
}
