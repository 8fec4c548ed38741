import Contract
import Net
import Support
import Testing

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct FlightsTests {
  private let clock = SystemClock()
  private var inTenSeconds: Int64 { clock.monotonicMilliseconds + 10_000 }

  @Test func allWhoWantTheSameAreOneWork() async throws {
    let (begun, gate, count) = (Inbox<Void>(), Inbox<Void>(), Lock(0))
    let joined = Inbox<Void>()
    let shared = Flights<String, Int>(clock: clock, onJoin: { joined.add(()) })
    let deadline = inTenSeconds
    let results = try await withThrowingTaskGroup(of: Int?.self) { group in
      for _ in 0..<50 {
        group.addTask {
          let outcome = await shared.join("key", deadline: deadline) { _ in
            count.withLock { $0 += 1 }
            begun.add(())
            try? await gate.next()
            return .success(7)
          }
          return try? outcome.get()
        }
      }
      try await begun.next()
      for _ in 0..<49 { try await joined.next() }
      gate.add(())
      var results: [Int?] = []
      for try await result in group { results.append(result) }
      return results
    }
    #expect(results == Array(repeating: 7, count: 50))
    #expect(count.withLock { $0 } == 1)
    // What is over is begun anew.
    let again = await shared.join("key", deadline: deadline) { _ in .success(8) }
    #expect(again == .success(8))
  }

  @Test func oneThatGivesUpDisturbsNobodyAndTheLastOneEndsTheWork() async throws {
    let (begun, gate, ended, joined) = (Inbox<Void>(), Inbox<Void>(), Inbox<Bool>(), Inbox<Void>())
    let flights = Flights<Int, Int>(clock: clock, onJoin: { joined.add(()) })
    let deadline = inTenSeconds
    let work: @Sendable (Int64) async -> Flights<Int, Int>.Outcome = { _ in
      begun.add(())
      try? await gate.next()
      ended.add(Task.isCancelled)
      return .success(1)
    }
    let first = Task { await flights.join(1, deadline: deadline, work) }
    try await begun.next()
    let second = Task { await flights.join(1, deadline: deadline, work) }
    try await joined.next()
    first.cancel()
    #expect(await first.value == .failure(.cancelled))
    #expect(ended.pending.isEmpty)
    second.cancel()
    #expect(await second.value == .failure(.cancelled))
    #expect(try await ended.next() == true)
  }

  @Test func eachWaiterHasItsOwnDeadline() async throws {
    let (begun, gate) = (Inbox<Void>(), Inbox<Void>())
    let flights = Flights<Int, Int>(clock: clock)
    let start = clock.monotonicMilliseconds
    let patient = Task {
      await flights.join(1, deadline: start + 10_000) { _ in
        begun.add(())
        try? await gate.next()
        return .success(3)
      }
    }
    try await begun.next()
    let hasty = await flights.join(1, deadline: start + 50) { _ in .success(4) }
    #expect(hasty == .failure(.late))
    #expect(clock.monotonicMilliseconds - start < 30_000)
    gate.add(())
    #expect(await patient.value == .success(3))
  }

  @Test func whoHasTimeLeftBeginsAgainWhenTheWorkOfAnotherRanOutOfTime() async throws {
    let (begun, gate, joined) = (Inbox<Int64>(), Inbox<Void>(), Inbox<Void>())
    let flights = Flights<Int, Int>(clock: clock, onJoin: { joined.add(()) })
    let start = clock.monotonicMilliseconds
    let hasty = Task {
      await flights.join(1, deadline: start + 5000) { end in
        begun.add(end)
        try? await gate.next()
        return .failure(.late)
      }
    }
    #expect(try await begun.next() == start + 5000)
    let patient = Task { await flights.join(1, deadline: start + 10_000) { .success(Int($0 - start)) } }
    try await joined.next()
    gate.add(())
    #expect(await hasty.value == .failure(.late))
    #expect(await patient.value == .success(10_000))
  }

  @Test func whoIsCancelledBeforehandBeginsNothing() async throws {
    let flights = Flights<Int, Int>(clock: clock)
    let (gate, begun) = (Inbox<Void>(), Lock(false))
    let deadline = inTenSeconds
    let task = Task {
      try? await gate.next()
      return await flights.join(1, deadline: deadline) { _ in
        begun.withLock { $0 = true }
        return .success(1)
      }
    }
    task.cancel()
    gate.add(())
    #expect(await task.value == .failure(.cancelled))
    #expect(!begun.withLock { $0 })
  }

  @Test func workThatIsBegunOnALoopStaysThere() async {
    let loop = EventLoop(name: "test")
    let (flights, deadline) = (Flights<Int, Bool>(clock: clock), inTenSeconds)
    let stayed = await Task(executorPreference: loop) {
      await flights.join(1, deadline: deadline) { _ in
        let begun = loop.isCurrent
        await Task.yield()
        return .success(begun && loop.isCurrent)
      }
    }.value
    #expect(stayed == .success(true))
    let elsewhere = await flights.join(2, deadline: deadline) { _ in .success(EventLoop.current == nil) }
    #expect(elsewhere == .success(true))
    loop.shutdown()
  }
}
