import Support
import Testing

@testable import Net

@Suite struct LockTests {
  @Test func letsOneThreadInAtATime() async throws {
    let lock = Lock(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { try await onThread { for _ in 0..<10_000 { lock.withLock { $0 += 1 } } } }
      }
      try await group.waitForAll()
    }
    #expect(lock.withLock { $0 } == 40_000)
  }

  @Test func isFreeAfterAnError() {
    struct Refusal: Error {}
    let lock = Lock([1])
    #expect(throws: Refusal.self) { try lock.withLock { (_: inout [Int]) in throw Refusal() } }
    let last = lock.withLock { $0.removeLast() }
    #expect(last == 1)
  }
}
