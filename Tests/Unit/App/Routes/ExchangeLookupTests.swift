import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// What is found, and what is said when it is not.
@Suite(.timeLimit(.minutes(1))) struct ExchangeLookupTests {
  @Test func whileTheListIsNotLoadedSymbolsAreNotUnknown() async throws {
    let bench = try ToyGateway()
    let configuration = Configuration(values: [
      "EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "1", "LOG_LEVEL": "ERROR",
    ])
    let lonely = try Application(
      configuration.withAddresses(of: ToyExchange().id, http: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1"),
      exchanges: [ToyExchange()])
    let web = WebClient(lonely.address, loop: bench.loop)
    let answer = try await web.get("/toy/oi/ALPHAUSD")
    #expect(answer.status == 503)
    #expect(answer.header("retry-after") == "5")
    #expect(answer.text.contains(#""code":"upstream_unavailable","retryable":true"#))
    #expect(try await web.get("/health").text == #"{"status":"degraded","exchanges":{"toy":false}}"#)
    let probe = StreamProbe(
      lonely.address.replacing("http://", with: "ws://") + "/ws/toy/ALPHAUSD/ohlc", loop: bench.loop)
    guard case .peerClosed(let code) = try await probe.closure().cause else {
      Issue.record("not closed by the gateway")
      return
    }
    #expect(code == .tryAgainLater)
    await web.shutdown()
    await lonely.stop()
    await bench.stop()
  }
}
