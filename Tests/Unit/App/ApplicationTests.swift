import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// The start and the end of the whole gateway.
@Suite(.timeLimit(.minutes(1))) struct ApplicationTests {
  @Test func stoppingClosesStreamsWithGoingAway() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let probe = bench.stream("/ws/toy/ALPHAUSD/trades")
    _ = try await probe.next()
    // An idle connection of a client that does not look at it would be waited for.
    await bench.web.shutdown()
    await bench.application.stop()
    guard case .peerClosed(let code) = try await probe.closure().cause else {
      Issue.record("not closed by the gateway")
      return
    }
    #expect(code == .goingAway)
    await bench.upstream.stop()
    bench.loop.shutdown()
  }
}
