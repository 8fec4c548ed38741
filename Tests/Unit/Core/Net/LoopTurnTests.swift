import Testing

@testable import Net

@Suite struct LoopTurnTests {
  @Test func withoutTimersTheLoopWaitsForEver() {
    #expect(LoopTurn().waitMilliseconds(nowNanoseconds: 5) == -1)
  }

  @Test(.timeLimit(.minutes(1))) func aWaitIsRoundedUpSoThatTheTimerIsDueAfterIt() async {
    let loop = EventLoop(name: "turn")
    for (distance, milliseconds) in [(0, 0), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2)] {
      var turn = LoopTurn()
      turn.timers.insert(LoopTimer(deadlineNanoseconds: 100 + Int64(distance), loop: loop) {})
      #expect(turn.waitMilliseconds(nowNanoseconds: 100) == Int32(milliseconds))
      turn.timers.discardAll()
    }
    loop.shutdown()
  }

  @Test func noWaitIsLongerThanAMinute() {
    let loop = EventLoop(name: "turn")
    var turn = LoopTurn()
    turn.timers.insert(LoopTimer(deadlineNanoseconds: .max, loop: loop) {})
    #expect(turn.waitMilliseconds(nowNanoseconds: 0) == 60_000)
    turn.timers.discardAll()
    loop.shutdown()
  }

  @Test func whatIsTakenIsTakenOnce() {
    var turn = LoopTurn()
    turn.local = [.closure {}]
    #expect(!turn.isIdle)
    #expect(turn.takeLocal().count == 1)
    #expect(turn.takeLocal().isEmpty)
    #expect(turn.isIdle)
    #expect(turn.takeFlushes().isEmpty)
    #expect(turn.takeAllRegistered().isEmpty)
  }

  @Test func theArrayOfFlushesGoesRoundWithItsRoom() {
    final class Client: LoopFlushing { func flush() {} }
    var turn = LoopTurn()
    for _ in 0..<100 { turn.flushes.append(Client()) }
    let room = turn.flushes.capacity
    var taken = turn.takeFlushes()
    #expect(taken.count == 100 && turn.flushes.isEmpty)
    taken.removeAll(keepingCapacity: true)
    turn.recycle(&taken)
    #expect(turn.spareFlushes.isEmpty && turn.spareFlushes.capacity == room)
  }
}
