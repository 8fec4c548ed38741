import Contract
import Net
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct ReadyRouteTests {
  @Test func anExchangeWhoseListIsLoadedIsReady() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let answer = try await bench.web.get("/ready")
    #expect(answer.status == 200)
    #expect(answer.header("cache-control") == "no-store")
    #expect(answer.text.hasPrefix(#"{"status":"ready","timestamp":""#))
    #expect(
      answer.text.hasSuffix(
        #","exchanges":[{"exchange":"toy","healthy":true,"connections":0,"subscriptions":0,"last_message_time":null,"total_messages":0,"total_errors":0,"consecutive_failures":0,"circuit_state":"closed","cause":null}]}"#
      ))
    await bench.stop()
  }

  @Test func anExchangeThatIsLeftAloneIsSaidWithItsCauseHereAndInTheMetrics() async throws {
    let clock = ManualClock()
    let bench = try ToyGateway(tuning: Tuning(clock: clock))
    try await bench.loaded()
    bench.upstream.answer("/funding", body: "<html>")
    for _ in 1...5 { #expect(try await bench.web.get("/toy/funding/ALPHAUSD").status == 502) }
    let calls = bench.upstream.targets.count
    let refused = try await bench.web.get("/toy/funding/ALPHAUSD")
    #expect(refused.status == 503)
    let words = "the exchange is left alone, as it failed again and again: the answer is no JSON"
    #expect(refused.text == #"{"detail":"toy: \#(words)","code":"upstream_unavailable","retryable":true}"#)
    let seconds = try #require(refused.header("retry-after").flatMap { Int64($0) })
    #expect((30...33).contains(seconds))
    let answer = try await bench.web.get("/ready")
    #expect(answer.status == 503 && answer.header("retry-after") == String(seconds))
    #expect(answer.text.contains(#""consecutive_failures":5,"circuit_state":"open","cause":"\#(words)"}"#))
    #expect(try await bench.web.get("/health").text == #"{"status":"degraded","exchanges":{"toy":false}}"#)
    let metrics = try await bench.web.get("/metrics").text
    #expect(metrics.contains(#"marketgate_upstream_circuit_state{exchange="toy"} 2"#))
    #expect(metrics.contains(#"marketgate_upstream_circuit_opened_total{exchange="toy"} 1"#))
    for target in ["/toy/oi/ALPHAUSD", "/toy/ohlc/ALPHAUSD/1m", "/multi/oi/ALPHAUSD"] {
      #expect(try await bench.web.get(target).status == 503)
    }
    #expect(bench.upstream.targets.count == calls)
    clock.advance(milliseconds: seconds * 1000)
    // One request may find out; until it has, the exchange is as good as away.
    #expect(try await bench.web.get("/ready").text.contains(#""healthy":false"#))
    #expect(try await bench.web.get("/ready").text.contains(#""circuit_state":"half_open","cause":"\#(words)"}"#))
    #expect(
      try await bench.web.get("/metrics").text.contains(#"marketgate_upstream_circuit_state{exchange="toy"} 1"#))
    bench.upstream.answer("/funding", body: #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#)
    #expect(try await bench.web.get("/toy/funding/ALPHAUSD").status == 200)
    #expect(bench.upstream.targets.count == calls + 1)
    #expect(try await bench.web.get("/ready").text.contains(#""circuit_state":"closed","cause":null}"#))
    await bench.stop()
  }

  @Test func aBanIsSaidWithItsCauseHereAndInTheMetrics() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/funding", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    let banned = try await bench.web.get("/toy/funding/ALPHAUSD")
    #expect(banned.status == 503 && banned.header("retry-after") == "120")
    let calls = bench.upstream.targets.count
    let answer = try await bench.web.get("/ready")
    #expect(answer.status == 503)
    #expect(answer.text.hasPrefix(#"{"status":"not_ready""#))
    #expect(
      answer.text.contains(
        #""consecutive_failures":1,"circuit_state":"open","cause":"the exchange asks for a pause (HTTP 429)"}"#))
    #expect(answer.header("retry-after").flatMap { Int($0) }.map { (100...120).contains($0) } == true)
    #expect(try await bench.web.get("/health").text == #"{"status":"degraded","exchanges":{"toy":false}}"#)
    let metrics = try await bench.web.get("/metrics").text
    #expect(!metrics.contains(#"marketgate_upstream_paused_until_seconds{exchange="toy"} 0"#))
    #expect(metrics.contains(#"marketgate_upstream_budget_limit{budget="general",exchange="toy"} 100"#))
    for target in ["/toy/oi/ALPHAUSD", "/toy/ohlc/ALPHAUSD/1m", "/multi/oi/ALPHAUSD"] {
      let refused = try await bench.web.get(target)
      #expect(refused.status == 503 && refused.text.contains("the exchange asks for a pause"))
    }
    #expect(bench.upstream.targets.count == calls)
    await bench.stop()
  }
}
