import Services
import Testing
import Wire

@testable import App
@testable import Net

@Suite struct SharedOutboxClientGroupTests {
  @Test func whatASendCameToIsToldToTheBus() async {
    let loop = EventLoop(name: "group")
    let outcomes: [DeliveryOutcome] = await withCheckedContinuation { continuation in
      loop.post {
        let group: any ClientGroup = SharedOutbox(loop: loop, limitBytes: 4, counters: HTTPServerCounters())
        let bytes = SharedBytes([1, 2, 3])
        continuation.resume(
          returning: [
            group.queue(bytes, frames: 1, conflationKey: 7), group.queue(bytes, frames: 1, conflationKey: 7),
            group.queue(bytes, frames: 1, conflationKey: 0),
          ])
      }
    }
    #expect(outcomes == [.queued, .conflated, .refused])
    loop.shutdown()
  }
}
