import Testing
import Wire

@testable import Net

@Suite struct RepeatMemoryTests {
  private func find(_ text: String, in memory: RepeatMemory) -> String? {
    let found = Array(text.utf8).withUnsafeBytes { memory.find($0) }
    return found.map { String(decoding: $0.content.bytes.bytes, as: UTF8.self) }
  }

  private func keep(_ text: String, in memory: RepeatMemory, holds: @escaping @Sendable () -> Bool = { true }) throws {
    let key = try #require(Array(text.utf8).withUnsafeBytes { RepeatMemory.Key($0) })
    memory.keep(
      HTTPResponse(.ok, body: .shared(TestHandler.shared(text))),
      HTTPRepeat { holds() ? HTTPRepeat.Content(TestHandler.shared("answer to \(text)"), age: 0) : nil }, to: .get,
      for: key)
  }

  @Test func findsByAllBytes() throws {
    let memory = RepeatMemory()
    try keep("one", in: memory)
    try keep("two", in: memory)
    #expect(find("one", in: memory) == "answer to one")
    #expect(find("two", in: memory) == "answer to two")
    for other in ["", "on", "ones", "One"] { #expect(find(other, in: memory) == nil) }
  }

  @Test func whatDoesNotHoldIsForgotten() throws {
    let memory = RepeatMemory()
    try keep("one", in: memory, holds: { false })
    #expect(memory.count == 1)
    #expect(find("one", in: memory) == nil)
    #expect(memory.count == 0)
  }

  @Test func neverKnowsMoreThanItsCapacity() throws {
    let memory = RepeatMemory()
    for number in 0..<RepeatMemory.capacity { try keep("\(number)", in: memory) }
    #expect(memory.count == RepeatMemory.capacity)
    try keep("one more", in: memory)
    #expect(memory.count == 1 && find("one more", in: memory) != nil)
  }

  @Test func aLongRequestIsNotWorthIt() {
    let bytes = [UInt8](repeating: 0x61, count: RepeatMemory.maxRequestBytes + 1)
    #expect(bytes.withUnsafeBytes { RepeatMemory.Key($0) } == nil)
    #expect(bytes.dropLast().withUnsafeBytes { RepeatMemory.Key($0) } != nil)
  }

  @Test func knowsWhatContentFollows() throws {
    let memory = RepeatMemory()
    let content = TestHandler.shared("x")
    let response = HTTPResponse(.ok, body: .shared(content))
    for method in [HTTPMethod.get, .head] {
      let bytes = Array(method.name.utf8)
      let key = try #require(bytes.withUnsafeBytes { RepeatMemory.Key($0) })
      memory.keep(response, HTTPRepeat { HTTPRepeat.Content(content, age: 0) }, to: method, for: key)
      #expect(bytes.withUnsafeBytes { memory.find($0) }?.answer.hasContent == (method == .get))
    }
  }
}
