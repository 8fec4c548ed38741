import Support
import Testing

@testable import Net

@Suite struct HTTPServerCountersTests {
  @Test func countsResponsesByTheFirstDigit() {
    let counters = HTTPServerCounters()
    for status in [101, 200, 204, 301, 404, 408, 431, 500, 503, 599, 504] { counters.countResponse(status) }
    #expect((0...6).map { counters.responses(statusClass: $0) } == [0, 1, 2, 1, 3, 4, 0])
  }

  @Test func losesNoCountOfManyThreads() async throws {
    let counters = HTTPServerCounters()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 { group.addTask { try await onThread { for _ in 0..<1000 { counters.requests.add(1) } } } }
      try await group.waitForAll()
    }
    #expect(counters.requests.value == 4000)
  }
}
