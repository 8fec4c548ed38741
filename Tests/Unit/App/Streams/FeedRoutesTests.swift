import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Refusals of feeds, as a browser reads them.
@Suite(.timeLimit(.minutes(1))) struct FeedRoutesTests {
  @Test(arguments: [
    ("/ws/all/nothing", "feed 'nothing' is not known; available: liquidations, large_trades"),
    (
      "/ws/all/liquidations?min_value_usd=-1", "min_value_usd '-1': Input should be a number of zero or more"
    ),
    (
      "/ws/all/large_trades?min_value_usd=much", "min_value_usd 'much': Input should be a number of zero or more"
    ),
    ("/ws/all/oi-vol", "feed 'oi-vol' is not known; available: liquidations, large_trades"),
    (
      "/ws/oi-vol?timeframes=1m", "timeframes '1m': Input should be some of 5m, 15m, 1h, with commas between them"
    ),
  ])
  func aFeedThatCannotBeIsClosedWithItsReason(target: String, reason: String) async throws {
    let bench = try ToyGateway()
    let closure = try await bench.stream(target).closure()
    guard case .peerClosed(let code) = closure.cause else {
      Issue.record("not closed by the gateway: \(closure)")
      return
    }
    #expect(code == .policyViolation)
    #expect(closure.reason == reason)
    await bench.stop()
  }

  @Test func aPlainRequestIsToldThatItIsAWebSocket() async throws {
    let bench = try ToyGateway()
    for path in ["/ws/all/liquidations", "/ws/oi-vol"] { #expect(try await bench.web.get(path).status == 426) }
    await bench.stop()
  }
}
