import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// What the gateway says of itself.
@Suite(.timeLimit(.minutes(1))) struct SystemRoutesTests {
  @Test func theRootSaysWhatItIs() async throws {
    let bench = try ToyGateway()
    let answer = try await bench.web.get("/")
    #expect(answer.status == 200)
    #expect(
      answer.text
        == #"{"name":"marketgate","version":"\#(Version.text)","status":"operational","docs":"/docs","exchanges":["toy"],"source":"live"}"#
    )
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("x-request-id") != nil)
    await bench.stop()
  }

  @Test func catalogAndCapabilitiesAreServed() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let exchanges = try await bench.web.get("/exchanges").text
    #expect(
      exchanges.hasPrefix(
        #"{"exchanges":[{"name":"toy","capabilities":{"ohlc":true,"funding_rate":true,"open_interest":true,"liquidations":true,"large_trades":true"#
      ))
    #expect(
      exchanges.contains(
        #""intervals":["1m","5m","1h"],"liquidation_coverage":"full","liquidation_price":"bankruptcy"}"#))
    let catalog = try await bench.web.get("/ws-catalog").text
    #expect(catalog.contains(#""per_exchange_pattern":"/ws/{exchange}/{symbol}/{stream}""#))
    #expect(catalog.contains(#""/ws/toy/ALPHAUSD/ohlc""#))
    let metrics = try await bench.web.get("/metrics")
    #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect(metrics.text.contains("# TYPE marketgate_upstream_messages_total counter"))
    await bench.stop()
  }
}
