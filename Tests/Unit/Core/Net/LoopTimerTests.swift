import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct LoopTimerTests {
  @Test func heapGivesTheEarliestFirstWhateverWasRemoved() async {
    await withLoop { loop in
      var random = Numbers(seed: 42)
      var heap = TimerHeap()
      var expected: [LoopTimer] = []
      for _ in 0..<2000 {
        if random.next() % 3 != 0 || expected.isEmpty {
          let timer = LoopTimer(deadlineNanoseconds: Int64(random.next() % 500), loop: loop) {}
          heap.insert(timer)
          expected.append(timer)
        } else {
          let timer = expected.remove(at: Int(random.next() % UInt64(expected.count)))
          heap.remove(timer)
          heap.remove(timer)
          #expect(timer.slot == nil)
        }
        #expect(heap.earliestNanoseconds == expected.map(\.deadlineNanoseconds).min())
      }
      var popped: [Int64] = []
      while let timer = heap.popDue(nowNanoseconds: 500) { popped.append(timer.deadlineNanoseconds) }
      #expect(popped == expected.map(\.deadlineNanoseconds).sorted())
      #expect(heap.count == 0)
    }
  }

  @Test func heapKeepsWhatIsNotDue() async {
    await withLoop { loop in
      var heap = TimerHeap()
      heap.insert(LoopTimer(deadlineNanoseconds: 10, loop: loop) {})
      #expect(heap.popDue(nowNanoseconds: 9) == nil)
      #expect(heap.popDue(nowNanoseconds: 10) != nil)
    }
  }

  @Test func discardedTimersRunNothing() async {
    await withLoop { loop in
      var ran = false
      let timer = LoopTimer(deadlineNanoseconds: 0, loop: loop) { ran = true }
      var heap = TimerHeap()
      heap.insert(timer)
      heap.discardAll()
      timer.fire()
      #expect(!ran && !timer.isScheduled)
    }
  }

  @Test func turnWaitsNoLongerThanItsEarliestTimer() async {
    await withLoop { loop in
      var turn = LoopTurn()
      #expect(turn.waitMilliseconds(nowNanoseconds: 0) == -1)
      turn.timers.insert(LoopTimer(deadlineNanoseconds: 5_000_001, loop: loop) {})
      #expect(turn.waitMilliseconds(nowNanoseconds: 0) == 6)
      #expect(turn.waitMilliseconds(nowNanoseconds: 5_000_000) == 1)
      #expect(turn.waitMilliseconds(nowNanoseconds: 5_000_001) == 0)
      var late = LoopTurn()
      late.timers.insert(LoopTimer(deadlineNanoseconds: .max, loop: loop) {})
      #expect(late.waitMilliseconds(nowNanoseconds: 0) == 60_000)
    }
  }
}

/// The same numbers in every run (SplitMix64).
private struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
