import Glibc
import Support
import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
  @Test func runsPostedWorkInOrderOnItsThread() async {
    await withLoop { loop in
      let seen = Held<[Int]>([])
      for number in 0..<1000 {
        loop.post { if loop.isCurrent { seen.value.append(number) } }
      }
      await loop.run {}
      #expect(seen.value == Array(0..<1000))
      #expect(!loop.isCurrent)
    }
  }

  @Test func losesNoWorkOfManyThreads() async throws {
    try await withLoop { loop in
      let count = Held(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await onThread { for _ in 0..<5000 { loop.post { count.value += 1 } } }
          }
        }
        try await group.waitForAll()
      }
      await loop.run {}
      #expect(count.value == 20_000)
    }
  }

  /// Twelve turns that each read five messages, with nothing else to do between them; when each began.
  private func rush(gathering microseconds: UInt32) async -> [Int64] {
    let loop = EventLoop(name: "rush", gatherMicroseconds: microseconds)
    defer { loop.shutdown() }
    return await withCheckedContinuation { continuation in
      loop.post {
        // However slow the machine is, these turns are close.
        loop.turn.rush.gapNanoseconds = .max
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        let (reading, writing) = (ends[0], ends[1])
        write(writing, "x", 1)
        let begins = Held<[Int64]>([])
        // Its byte is never read, so that each turn finds it.
        loop.watch(reading, .readable) { _ in
          loop.turn.rush.add(5)
          begins.value.append(loop.turn.nowNanoseconds)
          guard begins.value.count == 12 else { return }
          loop.unwatch(reading)
          close(reading)
          close(writing)
          continuation.resume(returning: begins.value)
        }
      }
    }
  }

  @Test func messagesGatherOnceTheyComeInARush() async {
    let begins = await rush(gathering: 20_000)
    let pauses = zip(begins.dropFirst(), begins).map { $0 - $1 }
    #expect(pauses.count == 11)
    #expect(pauses.dropFirst(8).allSatisfy { $0 >= 20_000_000 })
  }

  @Test func aLoopWithWorkOfItsOwnDoesNotPause() async {
    let loop = EventLoop(name: "rush", gatherMicroseconds: 1_000_000)
    defer { loop.shutdown() }
    let turns = await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
      loop.post {
        loop.turn.rush.gapNanoseconds = .max
        let turns = Held(0)
        @Sendable func next() {
          loop.turn.rush.add(5)
          turns.value += 1
          // More rounds than a turn has, so that work is left at its end.
          if turns.value == 100 { continuation.resume(returning: turns.value) } else { loop.post(next) }
        }
        next()
      }
    }
    #expect(turns == 100)
  }

  @Test func runsTasksThatPreferIt() async {
    await withLoop { loop in
      let stayed = await Task(executorPreference: loop) {
        let before = loop.isCurrent
        await Task.yield()
        return before && loop.isCurrent
      }.value
      #expect(stayed)
    }
  }

  @Test func isKnownToItsOwnThreadAlone() async {
    await withLoop { loop in
      #expect(EventLoop.current == nil)
      #expect(await loop.run { EventLoop.current === loop })
      await withLoop { other in
        #expect(await other.run { EventLoop.current === other })
        #expect(await loop.run { EventLoop.current === loop })
      }
    }
  }

  @Test func aTaskGoesOnFromFunctionToFunctionWithoutTheQueue() async {
    await withLoop { loop in
      let passed: [Int] = await Task(executorPreference: loop) {
        let waiting = Held(0)
        loop.post { waiting.value += 1 }
        var passed: [Int] = []
        for _ in 0..<10 { passed.append(await value(of: waiting)) }
        return passed
      }.value
      // Whoever had gone through the queue would have let pass what waited there.
      #expect(passed == [Int](repeating: 0, count: 10))
    }
  }

  @Test func runsActorsOnBehalfOfTasksThatPreferIt() async {
    await withLoop { loop in
      let counter = Counter()
      let isBack = await Task(executorPreference: loop) {
        for _ in 0..<10 { await counter.add(loop.isCurrent ? 1 : 0) }
        return loop.isCurrent
      }.value
      #expect(isBack)
      #expect(await counter.sum == 10)
    }
  }

  @Test func firesTimersInTheOrderOfTheirDeadlines() async {
    await withLoop { loop in
      let order = Held<[Int64]>([])
      let result: [Int64] = await loop.wait { done in
        for delay in [8, 2, 6, 4] as [Int64] {
          loop.schedule(afterMilliseconds: delay) {
            order.value.append(delay)
            if delay == 8 { done(order.value) }
          }
        }
      }
      #expect(result == [2, 4, 6, 8])
    }
  }

  @Test func aTimerThatIsDueAtOnceFiresWithoutASleep() async {
    await withLoop { loop in
      // Scheduled when the turn has begun: it fires in the next one, though nothing else would wake the loop.
      let order: [Int] = await loop.wait { done in
        let order = Held<[Int]>([])
        loop.schedule(afterMilliseconds: 0) {
          order.value.append(1)
          loop.schedule(afterMilliseconds: 0) { done(order.value + [2]) }
        }
      }
      #expect(order == [1, 2])
    }
  }

  @Test func aTurnKnowsWhenItBegan() async {
    let before = EventLoop.monotonicMilliseconds
    await withLoop { loop in
      let (first, second) = await loop.run { (loop.turnMilliseconds, loop.turnMilliseconds) }
      #expect(before <= first && first == second && second <= EventLoop.monotonicMilliseconds)
    }
  }

  @Test func firesNoTimerBeforeItsTime() async {
    await withLoop { loop in
      let start = EventLoop.monotonicNanoseconds
      let end: Int64 = await loop.wait { done in
        loop.schedule(afterMilliseconds: 5) { done(EventLoop.monotonicNanoseconds) }
      }
      #expect(end - start >= 5_000_000)
    }
  }

  @Test func doesNotFireCancelledTimers() async {
    await withLoop { loop in
      let fired = Held(false)
      let released: Bool = await loop.wait { done in
        weak var captured: Token?
        let timer: LoopTimer
        do {
          let token = Token()
          captured = token
          timer = loop.schedule(afterMilliseconds: 1) { [token] in fired.value = token.isSet }
        }
        timer.cancel()
        timer.cancel()
        let isReleased = captured == nil && !timer.isScheduled
        loop.schedule(afterMilliseconds: 3) { done(isReleased) }
      }
      #expect(released)
      #expect(!fired.value)
    }
  }

  @Test func reportsReadyDescriptors() async {
    await withLoop { loop in
      let (reader, writer) = pipePair()
      let events: LoopEvents = await loop.wait { done in
        loop.watch(reader, .readable) { events in
          loop.unwatch(reader)
          done(events)
        }
        writeByte(writer)
      }
      #expect(events.contains(.readable))
      close(reader)
      close(writer)
    }
  }

  @Test func replacesTheWatchOfADescriptor() async {
    await withLoop { loop in
      let (reader, writer) = pipePair()
      let which: String = await loop.wait { done in
        loop.watch(reader, .readable) { _ in done("old") }
        loop.watch(reader, .readable) { _ in
          loop.unwatch(reader)
          done("new")
        }
        writeByte(writer)
      }
      #expect(which == "new")
      close(reader)
      close(writer)
    }
  }

  @Test func refusesDescriptorsThatEpollCannotWatch() async {
    await withLoop { loop in
      let isWatched = await loop.run { loop.watch(-1, .readable) { _ in } }
      #expect(!isWatched)
    }
  }

  @Test func callsNoHandlerThatWasUnwatchedInTheSameBatch() async {
    await withLoop { loop in
      let (first, second) = (pipePair(), pipePair())
      let calls = Held(0)
      await loop.wait { done in
        // Both are ready in one batch; whichever comes first removes both.
        for pair in [first, second] {
          writeByte(pair.1)
          loop.watch(pair.0, .readable) { _ in
            calls.value += 1
            loop.unwatch(first.0)
            loop.unwatch(second.0)
            if calls.value == 1 { done(()) }
          }
        }
      }
      await loop.run {}
      await loop.run {}
      #expect(calls.value == 1)
      for descriptor in [first.0, first.1, second.0, second.1] { close(descriptor) }
    }
  }

  @Test func isBusyWhileItWorksAndNotWhileItWaits() async {
    await withLoop { loop in
      // Work that waits for the clock itself, so that its length is known.
      let worked = await loop.run {
        let start = EventLoop.monotonicNanoseconds
        while EventLoop.monotonicNanoseconds - start < 5_000_000 {}
        return loop.busyNanoseconds
      }
      #expect(worked >= 5_000_000)
      let (before, start) = (loop.busyNanoseconds, EventLoop.monotonicNanoseconds)
      let idle: Int64 = await loop.wait { done in
        loop.schedule(afterMilliseconds: 20) { done(EventLoop.monotonicNanoseconds - start) }
      }
      // The sleep alone is 20 ms; what is busy of the rest is the machine's affair.
      #expect(loop.busyNanoseconds - before <= idle - 15_000_000)
    }
  }

  @Test func givesDescriptorsATurnBetweenEndlessWork() async {
    await withLoop { loop in
      let (reader, writer) = pipePair()
      let endless = Held(true)
      let isServed: Bool = await loop.wait { done in
        loop.watch(reader, .readable) { _ in
          loop.unwatch(reader)
          endless.value = false
          done(true)
        }
        repost(on: loop, while: endless)
        writeByte(writer)
      }
      #expect(isServed)
      close(reader)
      close(writer)
    }
  }

  @Test func flushesOnceAtTheEndOfATurn() async {
    await withLoop { loop in
      let flushes = await loop.run {
        let flusher = Flusher()
        loop.flushAtEndOfTurn(flusher)
        let during = flusher.count
        return Held((flusher, during))
      }
      // What is run next may still belong to the turn, before its end.
      _ = await loop.eventually { await loop.run { flushes.value.0.count } > 0 }
      #expect(flushes.value.1 == 0)
      #expect(flushes.value.0.count == 1)
    }
  }

  @Test func letsGoOfEverythingAtShutdown() async {
    weak var gone: EventLoop?
    weak var token: Token?
    let (reader, writer) = pipePair()
    do {
      let loop = EventLoop(name: "a name longer than the kernel keeps")
      let held = Token()
      gone = loop
      token = held
      await loop.run { [held] in
        loop.watch(reader, .readable) { _ in held.isSet = true }
        loop.schedule(afterMilliseconds: 60_000) { held.isSet = true }
      }
      loop.shutdown()
      loop.shutdown()
    }
    #expect(gone == nil)
    #expect(token == nil)
    close(reader)
    close(writer)
  }

  @Test func canBeEndedFromItsOwnThread() async {
    let loop = EventLoop(name: "test")
    await loop.run { loop.shutdown() }
    loop.shutdown()
    #expect(!loop.isCurrent)
  }

  @Test func runsWorkThatComesAfterItsEnd() async {
    let loop = EventLoop(name: "test")
    loop.shutdown()
    let answer = await Task(executorPreference: loop) {
      await Task.yield()
      return loop.isCurrent
    }.value
    #expect(answer)
    let seen = Held(0)
    loop.post { loop.post { seen.value += 1 } }
    #expect(seen.value == 1)
  }

  @Test func whoeverEndsWithItsFlushMayComeBackToTheLoop() async {
    await withLoop { loop in
      await loop.wait { done in loop.flushAtEndOfTurn(LastWords { loop.schedule(afterMilliseconds: 0) { done(()) } }) }
    }
  }

  @Test func readsBothClocks() {
    let first = EventLoop.monotonicNanoseconds
    #expect(EventLoop.monotonicNanoseconds >= first)
    #expect(abs(EventLoop.monotonicMilliseconds - first / 1_000_000) < 5000)
    #expect(abs(EventLoop.wallClockMicroseconds / 1_000_000 - Int64(time(nil))) <= 1)
  }
}

private actor Counter {
  private(set) var sum = 0

  func add(_ value: Int) { sum += value }
}

@inline(never) private func value(of held: Held<Int>) async -> Int { held.value }

private final class Token: @unchecked Sendable {
  var isSet = false
}

private final class Flusher: LoopFlushing {
  private(set) var count = 0
  func flush() { count += 1 }
}

/// Says something when it ends.
private final class LastWords: LoopFlushing {
  private let say: () -> Void
  init(_ say: @escaping () -> Void) { self.say = say }
  deinit { say() }
  func flush() {}
}

private func pipePair() -> (Int32, Int32) {
  var ends: [Int32] = [0, 0]
  _ = pipe(&ends)
  return (ends[0], ends[1])
}

private func writeByte(_ descriptor: Int32) {
  var byte: UInt8 = 1
  _ = write(descriptor, &byte, 1)
}

private func repost(on loop: EventLoop, while condition: Held<Bool>) {
  loop.post { if condition.value { repost(on: loop, while: condition) } }
}
