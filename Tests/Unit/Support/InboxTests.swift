import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct InboxTests {
  @Test func whatCameIsGivenInOrderWhetherItWasAwaitedOrNot() async throws {
    let inbox = Inbox<Int>()
    inbox.add(1)
    inbox.add(2)
    #expect(inbox.pending == [1, 2])
    #expect(try await inbox.next() == 1)
    #expect(try await inbox.next() == 2)
    async let third = inbox.next()
    inbox.add(3)
    #expect(try await third == 3)
    #expect(inbox.pending.isEmpty)
  }

  @Test(arguments: [false, true])
  func whoIsCancelledWaitsNoLongerAndTakesNothing(isWaiting: Bool) async throws {
    let (inbox, gate) = (Inbox<Int>(), Inbox<Void>())
    let waiter = Task { () throws -> Int in
      try? await gate.next()
      return try await inbox.next()
    }
    if isWaiting {
      gate.add(())
      while !inbox.isAwaited { await Task.yield() }
    }
    waiter.cancel()
    await #expect(throws: NothingCame.self) { try await waiter.value }
    inbox.add(4)
    #expect(try await inbox.next() == 4)
  }
}
