import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct LoopDeadlineTests {
  @Test func isReachedOnce() async {
    await withLoop { loop in
      let held = Held<LoopDeadline?>(nil)
      let isSetAfter: Bool = await loop.wait { done in
        let deadline = LoopDeadline(loop: loop)
        held.value = deadline
        deadline.set(afterMilliseconds: 1) { done(deadline.isSet) }
      }
      #expect(!isSetAfter)
      await loop.run { held.value = nil }
    }
  }

  @Test func movesLaterWithoutBeingReachedAtTheOldTime() async {
    await withLoop { loop in
      let held = Held<LoopDeadline?>(nil)
      let waited: Int64 = await loop.wait { done in
        let start = EventLoop.monotonicNanoseconds
        let deadline = LoopDeadline(loop: loop)
        held.value = deadline
        deadline.set(afterMilliseconds: 2) { done(0) }
        deadline.set(afterMilliseconds: 12) { done(EventLoop.monotonicNanoseconds - start) }
      }
      #expect(waited >= 12_000_000)
      await loop.run { held.value = nil }
    }
  }

  @Test func canBePutOffWithTheWorkItHas() async {
    await withLoop { loop in
      let held = Held<LoopDeadline?>(nil)
      let waited: Int64 = await loop.wait { done in
        let start = EventLoop.monotonicNanoseconds
        let deadline = LoopDeadline(loop: loop)
        held.value = deadline
        deadline.set(afterMilliseconds: 2) { done(EventLoop.monotonicNanoseconds - start) }
        deadline.postpone(milliseconds: 12)
      }
      #expect(waited >= 12_000_000)
      let isSet = await loop.run {
        held.value?.postpone(milliseconds: 1)
        return held.value?.isSet
      }
      #expect(isSet == false)
      await loop.run { held.value = nil }
    }
  }

  @Test func movesEarlier() async {
    await withLoop { loop in
      let held = Held<LoopDeadline?>(nil)
      let which: String = await loop.wait { done in
        let deadline = LoopDeadline(loop: loop)
        held.value = deadline
        deadline.set(afterMilliseconds: 600_000) { done("late") }
        deadline.set(afterMilliseconds: 1) { done("early") }
      }
      #expect(which == "early")
      await loop.run { held.value = nil }
    }
  }

  @Test func isNotReachedWhenCleared() async {
    await withLoop { loop in
      let held = Held<LoopDeadline?>(nil)
      let which: String = await loop.wait { done in
        let deadline = LoopDeadline(loop: loop)
        held.value = deadline
        deadline.set(afterMilliseconds: 1) { done("cleared") }
        deadline.clear()
        loop.schedule(afterMilliseconds: 4) { done("later timer") }
      }
      #expect(which == "later timer")
      await loop.run { held.value = nil }
    }
  }

  @Test func leavesNothingOnTheLoopWhenEnded() async {
    await withLoop { loop in
      let timers = await loop.run {
        let deadline = LoopDeadline(loop: loop)
        deadline.set(afterMilliseconds: 600_000) {}
        let before = loop.turn.timers.count
        deadline.end()
        return [before, loop.turn.timers.count]
      }
      #expect(timers == [1, 0])
    }
  }
}
