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

  @Test func whatMayNotBeServedGoesForWhatComes() {
    let memory = AnswerMemory<Int>(limitBytes: 1_000_000)
    for number in 0..<10 { memory.keep(answer(1000, freshness: 100), for: number) }
    let held = memory.bytes
    let late = MarketAnswer(body: SharedBytes(Array(repeating: 32, count: 1000)), asked: 1100, freshness: 100)
    memory.keep(late, for: 10)
    // Four at a time: no answer waits for the end of all others.
    #expect(memory.bytes == held / 10 * 7)
    for number in 11..<15 { memory.keep(late, for: number) }
    #expect(memory.bytes == held / 10 * 5)
    #expect(memory.find(10, now: 1199) != nil)
  }

  @Test func whatMayStillBeServedStays() {
    let memory = AnswerMemory<Int>(limitBytes: 1_000_000)
    memory.keep(answer(10, freshness: 1000), for: 0)
    memory.keep(answer(10, freshness: 1), for: 1)
    memory.keep(MarketAnswer(body: SharedBytes([32]), asked: 1999, freshness: 1), for: 2)
    #expect(memory.find(0, now: 1999) != nil && memory.find(2, now: 1999) != nil)
  }
}
