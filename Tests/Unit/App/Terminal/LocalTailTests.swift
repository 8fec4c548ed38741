import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct LocalTailTests {
  private static func end(of streams: [String]) async throws -> TailQueue.End? {
    let queue = TailQueue()
    var end: TailQueue.End?
    try await LocalGatewayTests.play { gateway, _ in
      let tail = LocalTail(gateway, streams: streams, queue: queue)
      tail.start()
      _ = await gateway.loop.eventually {
        end = queue.take().end
        return end != nil
      }
    }
    return end
  }

  @Test(arguments: [
    ("toy/NOSUCH/trades", "unknown_symbol: "), ("nowhere/A/trades", "unknown_exchange: "),
    ("toy/A/nonsense", "not_found: "),
    ("all/nonsense", "not_found: "), ("toy/ALPHAUSD/ohlc?interval=7m", "invalid_parameter: "),
  ])
  func whatCannotBeHadIsTheEnd(stream: String, reason: String) async throws {
    guard case .failed(let text) = try await Self.end(of: [stream]) else {
      Issue.record("no failure")
      return
    }
    #expect(text.hasPrefix(reason))
  }
}
