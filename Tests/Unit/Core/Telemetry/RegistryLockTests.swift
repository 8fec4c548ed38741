import Testing

@testable import Telemetry

@Suite struct RegistryLockTests {
  @Test func tasksTakeTurns() async {
    let lock = RegistryLock(0)
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<1000 { lock.withLock { $0 += 1 } } }
      }
    }
    #expect(lock.withLock { $0 } == 8000)
  }

  @Test func anErrorLeavesItUnlocked() {
    struct Stop: Error {}
    let lock = RegistryLock(1)
    #expect(throws: Stop.self) { try lock.withLock { _ in throw Stop() } }
    #expect(lock.withLock { $0 } == 1)
  }
}
