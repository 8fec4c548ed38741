import Net
import Support
import Testing

@testable import App

/// What a gateway leaves in memory when it has stopped.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ReleaseTests {
  /// A reference that does not keep its object.
  private struct Trace: @unchecked Sendable {
    weak var object: AnyObject?
  }

  /// The traces of a gateway's parts that has streamed, answered and stopped. A loop is held by everything that
  /// belongs to it: when it is gone, so is all of that.
  private func traces(stoppingExchangeFirst: Bool) async throws -> [Trace] {
    let traces = Lock<[Trace]>([])
    // The watch for spikes is on, as it is by default.
    try await Stage.play(settings: ["OI_VOL_SYMBOLS": "6"]) { stage in
      let client = stage.stream("/ws/binance/BTCUSDT/ohlc?interval=1m")
      guard case .opened = try await client.next() else { throw StageError.notLoaded }
      _ = try await client.next()
      #expect(try await stage.web.get("/binance/ohlc/BTCUSDT/1m?limit=5").status == 200)
      if stoppingExchangeFirst { await stage.stopExchange() }
      let application = stage.application
      traces.withLock { $0 = [Trace(object: application)] + application.loops.map { Trace(object: $0) } }
    }
    return traces.withLock { $0 }
  }

  @Test(arguments: [false, true]) func nothingOfAStoppedGatewayStays(stoppingExchangeFirst: Bool) async throws {
    let traces = try await traces(stoppingExchangeFirst: stoppingExchangeFirst)
    #expect(traces.count == 3)
    let loop = EventLoop(name: "watch")
    #expect(await loop.eventually { traces.allSatisfy { $0.object == nil } })
    loop.shutdown()
  }
}
