import Net
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct RemoteTailTests {
  @Test func whatAGatewayRefusesIsTheEnd() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let address = try #require(GatewayAddress(bench.application.address))
    let queue = TailQueue()
    let tail = RemoteTail(address, streams: ["toy/NOSUCH/trades"], caFile: nil, queue: queue)
    tail.start()
    var end: TailQueue.End?
    _ = await bench.loop.eventually {
      end = queue.take().end
      return end != nil
    }
    await tail.stop()
    await bench.stop()
    #expect(end == .failed("unknown_symbol: symbol 'NOSUCH' is not listed on toy"))
  }

  @Test func aGatewayThatIsNotThereIsWaitedFor() async throws {
    // A port that was free a moment ago: nobody listens.
    let bench = try ToyGateway()
    let address = try #require(GatewayAddress(bench.application.address))
    await bench.stop()
    let queue = TailQueue()
    let tail = RemoteTail(address, streams: ["toy/A/trades"], caFile: nil, queue: queue)
    tail.start()
    let loop = EventLoop(name: "test")
    var notes: [TailQueue.Item] = []
    _ = await loop.eventually {
      notes += queue.take().items
      return notes.count >= 2
    }
    await tail.stop()
    loop.shutdown()
    let texts = notes.map { if case .note(let text) = $0 { text } else { "" } }
    #expect(texts.allSatisfy { $0.hasPrefix("the gateway cannot be reached: ") && $0.contains("; trying again in ") })
  }
}
