import Support
import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct MailboxTests {
  @Test func deliversOnTheLoopInOrder() async {
    await withLoop { loop in
      let got = Held<[Int]>([])
      let mailbox = Mailbox<Int>(loop: loop) { batch in if loop.isCurrent { got.value += batch } }
      for number in 0..<5000 { mailbox.post(number) }
      await loop.run {}
      #expect(got.value == Array(0..<5000))
    }
  }

  @Test func deliversOneBatchForWhatCameInOneTurn() async {
    await withLoop { loop in
      let batches = Held<[Int]>([])
      let mailbox = Mailbox<Int>(loop: loop) { batches.value.append($0.count) }
      await loop.run { for number in 0..<100 { mailbox.post(number) } }
      await loop.settled()
      #expect(batches.value == [100])
    }
  }

  @Test func losesNothingOfManyThreads() async throws {
    try await withLoop { loop in
      let sum = Held(0)
      let mailbox = Mailbox<Int>(loop: loop) { sum.value += $0.reduce(0, +) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask { try await onThread { for number in 1...5000 { mailbox.post(number) } } }
        }
        try await group.waitForAll()
      }
      await loop.run {}
      #expect(sum.value == 4 * 5000 * 5001 / 2)
    }
  }

  @Test func whatWasPostedIsDeliveredThoughTheMailboxIsGone() async {
    await withLoop { loop in
      let got = Held<[Int]>([])
      let mailbox = Held<Mailbox<Int>?>(Mailbox<Int>(loop: loop) { got.value += $0 })
      weak var left: Mailbox<Int>?
      left = mailbox.value
      await loop.run {
        mailbox.value?.post(1)
        mailbox.value?.post(2)
        mailbox.value = nil
      }
      await loop.settled()
      #expect(got.value == [1, 2] && left == nil)
    }
  }

  @Test func takesMessagesPostedByItsOwnHandler() async {
    await withLoop { loop in
      let got = Held<[Int]>([])
      let mailbox = Held<Mailbox<Int>?>(nil)
      let all: [Int] = await loop.wait { done in
        mailbox.value = Mailbox<Int>(loop: loop) { batch in
          got.value += batch
          if batch == [1] { mailbox.value?.post(2) } else { done(got.value) }
        }
        mailbox.value?.post(1)
      }
      #expect(all == [1, 2])
      await loop.run { mailbox.value = nil }
    }
  }
}
