import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Refusals of streams, as a browser reads them.
@Suite(.timeLimit(.minutes(1))) struct StreamRoutesTests {
  @Test(arguments: [
    ("/ws/nowhere/ALPHAUSD/ohlc", "exchange 'nowhere' is not known; available: toy"),
    ("/ws/toy/ALPHAUSD/nothing", "stream 'nothing' is not known; available: ohlc, trades, large_trades, liquidations"),
    ("/ws/toy/ALPHAUSD/ohlc?interval=7m", "interval '7m': Input should be one of 1m, 5m, 1h"),
    (
      "/ws/toy/ALPHAUSD/large_trades?min_value_usd=abc", "min_value_usd 'abc': Input should be a number of zero or more"
    ),
    ("/ws/toy/NOPE/ohlc", "symbol 'NOPE' is not listed on toy"),
  ])
  func aStreamThatCannotBeIsClosedWithItsReason(target: String, reason: String) async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let closure = try await bench.stream(target).closure()
    guard case .peerClosed(let code) = closure.cause else {
      Issue.record("not closed by the gateway: \(closure)")
      return
    }
    #expect(code == .policyViolation)
    #expect(closure.reason == reason)
    await bench.stop()
  }
}
