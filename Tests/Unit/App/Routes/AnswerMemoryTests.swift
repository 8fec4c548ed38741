import Testing
import Wire

@testable import App

@Suite struct AnswerMemoryTests {
  private func answer(_ bytes: Int, freshness: Int64) -> MarketAnswer {
    MarketAnswer(body: SharedBytes(Array(repeating: 32, count: bytes)), asked: 1000, freshness: freshness)
  }

  @Test func anAnswerIsFoundWhileItIsFresh() {
    let memory = AnswerMemory<String>(limitBytes: 100_000)
    memory.keep(answer(10, freshness: 100), for: "a")
    memory.keep(answer(10, freshness: 0), for: "b")
    #expect(memory.find("a", now: 1099)?.body.count == 10)
    #expect(memory.find("a", now: 1100) == nil)
    #expect(memory.find("b", now: 1000) == nil && memory.find("c", now: 1000) == nil)
  }

  @Test func theBytesAreBounded() {
    let memory = AnswerMemory<Int>(limitBytes: 10_000)
    for number in 0..<100 { memory.keep(answer(1000, freshness: 100), for: number) }
    #expect(memory.bytes <= 10_000 && memory.bytes > 7000)
    #expect(memory.find(99, now: 1000) != nil && memory.find(0, now: 1000) == nil)
  }
}
