import Contract
import Net
import Support
import Testing

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct RequestQueueTests {
  private let clock = SystemClock()

  /// 8 at once, then no more than 16 in a window.
  private func queue(windowMilliseconds: Int64) -> RequestQueue {
    RequestQueue(
      RESTLimits(
        weightPerWindow: 20, windowMilliseconds: windowMilliseconds, usedWeightHeader: nil, candlesPerPage: 1,
        fundingRatesPerPage: 1,
        openInterestPerPage: 1, defaultPauseMilliseconds: 1000), clock: clock)
  }

  /// Longer than any test: what waits is let go by what the test does, however slow the machine is.
  private static let long: Int64 = 600_000

  /// Returns when one request waits.
  private func waits(in queue: RequestQueue) async {
    while queue.standing().budgets.first?.queued != 1, !Task.isCancelled { await Task.yield() }
  }

  private let request = UpstreamRequest(target: "/a", weight: 8)

  private func failure(_ queue: RequestQueue, deadline: Int64) async -> ExchangeError? {
    do throws(ExchangeError) {
      try await queue.takeTurn(request, .client, deadline: deadline)
      return nil
    } catch {
      return error
    }
  }

  @Test func whoWaitsIsCalledWhenItIsItsTurn() async {
    let queue = queue(windowMilliseconds: 200)
    let start = clock.monotonicMilliseconds
    for _ in 0..<4 {
      #expect(await failure(queue, deadline: start + Self.long) == nil)
      queue.finish()
    }
    // 8 at once, 8 a tenth of a second later, and the rest when the first ones have left the window.
    #expect(clock.monotonicMilliseconds - start >= 290)
  }

  @Test func whoWaitsIsRefusedWhenTheGateCloses() async {
    let queue = queue(windowMilliseconds: Self.long)
    let deadline = clock.monotonicMilliseconds + Self.long
    #expect(await failure(queue, deadline: deadline) == nil)
    let waiting = Task { await failure(queue, deadline: deadline) }
    await waits(in: queue)
    #expect(queue.close(until: deadline + 100_000, reason: "banned"))
    #expect(!queue.close(until: deadline + 200_000, reason: "banned"))
    #expect(await waiting.value?.reason == "banned")
    #expect(await failure(queue, deadline: deadline)?.reason == "banned")
    #expect(queue.standing().pause?.reason == "banned")
  }

  @Test func allWhoWaitCanBeRefusedAndTheNextIsNot() async {
    let queue = queue(windowMilliseconds: Self.long)
    let deadline = clock.monotonicMilliseconds + Self.long
    #expect(await failure(queue, deadline: deadline) == nil)
    let waiting = Task { await failure(queue, deadline: deadline) }
    await waits(in: queue)
    queue.refuseAll(.malformed("enough"))
    #expect(await waiting.value == .malformed("enough"))
    #expect(queue.standing().budgets.first?.queued == 0 && queue.standing().pause == nil)
  }

  @Test func whoIsCancelledLeavesItsPlace() async {
    let queue = queue(windowMilliseconds: Self.long)
    let deadline = clock.monotonicMilliseconds + Self.long
    #expect(await failure(queue, deadline: deadline) == nil)
    let waiting = Task { await failure(queue, deadline: deadline) }
    await waits(in: queue)
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
    #expect(queue.standing().budgets.first?.queued == 0)
  }

  @Test func whoWaitsOnALoopIsCalledByItsTimer() async {
    let loop = EventLoop(name: "test")
    let (queue, start) = (queue(windowMilliseconds: 200), clock.monotonicMilliseconds)
    let stayed = await Task(executorPreference: loop) {
      var stayed = true
      for _ in 0..<4 {
        let failure = await failure(queue, deadline: start + Self.long)
        stayed = stayed && failure == nil && loop.isCurrent
        queue.finish()
      }
      return stayed
    }.value
    #expect(stayed)
    #expect(clock.monotonicMilliseconds - start >= 290)
    loop.shutdown()
  }
}
