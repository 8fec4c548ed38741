import Testing

@testable import Sessions

@Suite struct BoundedMemoryTests {
  private typealias Memory = BoundedMemory<String, Int>
  private let entry = BoundedMemory<String, Int>.entryBytes

  @Test func whatWasNotUsedForTheLongestTimeGoesFirst() {
    var memory = Memory(limitBytes: 3 * (entry + 10))
    for (key, value) in [("a", 1), ("b", 2), ("c", 3)] { memory.keep(value, for: key, bytes: 10) }
    let used = memory.find("a")
    #expect(used == 1)
    memory.keep(4, for: "d", bytes: 10)
    let found = ["a", "b", "c", "d"].map { memory.find($0) }
    #expect(found == [1, nil, 3, 4])
    #expect(memory.bytes == 3 * (entry + 10) && memory.count == 3)
  }

  @Test func theLimitIsReachedAndNeverPassed() {
    var memory = Memory(limitBytes: 10_000)
    for number in 0..<1000 {
      memory.keep(number, for: "\(number % 300)", bytes: number % 97)
      #expect(memory.bytes <= 10_000)
    }
    #expect(memory.bytes > 9000)
  }

  @Test func aValueThatIsTooLargeIsNotKeptAndReplacesNothing() {
    var memory = Memory(limitBytes: 1000)
    memory.keep(1, for: "a", bytes: 10)
    memory.keep(2, for: "b", bytes: 2000)
    memory.keep(3, for: "a", bytes: 2000)
    let found = ["a", "b"].map { memory.find($0) }
    #expect(found == [nil, nil])
    #expect(memory.bytes == 0 && memory.count == 0)
  }

  @Test func aReplacedValueCountsOnce() {
    var memory = Memory(limitBytes: 10_000)
    memory.keep(1, for: "a", bytes: 10)
    memory.keep(2, for: "a", bytes: 30)
    let found = memory.find("a")
    #expect(found == 2)
    #expect(memory.bytes == entry + 30)
  }

  @Test func aValueIsChangedMadeOrDroppedInItsPlace() {
    var memory = Memory(limitBytes: 10_000)
    memory.update("a") { value in
      #expect(value == nil)
      value = 1
      return 5
    }
    memory.update("a") { value in
      value = value.map { $0 + 1 }
      return 7
    }
    let found = memory.find("a")
    #expect(found == 2)
    #expect(memory.bytes == entry + 7)
    memory.update("a") { value in
      value = nil
      return 0
    }
    let gone = memory.find("a")
    #expect(gone == nil)
    #expect(memory.bytes == 0)
  }

  /// Against a plain list that does the same slowly.
  @Test func itAgreesWithAPlainList() {
    var (memory, list) = (Memory(limitBytes: 12 * entry), [(key: String, value: Int)]())
    var random = SplitMix64(seed: 7)
    for number in 0..<5000 {
      let key = String(Int.random(in: 0..<20, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        memory.keep(number, for: key, bytes: 0)
        list.removeAll { $0.key == key }
        list.append((key, number))
        if list.count > 12 { list.removeFirst() }
      case 2:
        let (found, place) = (memory.find(key), list.firstIndex { $0.key == key })
        #expect(found == place.map { list[$0].value })
        if let place { list.append(list.remove(at: place)) }
      default:
        memory.drop(key)
        list.removeAll { $0.key == key }
      }
      #expect(memory.count == list.count)
    }
  }

  @Test func theOldestThatAreSpentAreDropped() {
    var memory = Memory(limitBytes: 100 * entry)
    for number in 0..<6 { memory.keep(number, for: String(number), bytes: 0) }
    memory.dropOldest(atMost: 2) { $0 < 4 }
    #expect(memory.count == 4)
    // Used, and so not among the oldest any more: what stands behind it is next.
    _ = memory.find("2")
    memory.dropOldest(atMost: 9) { $0 < 4 }
    let found = [memory.find("2"), memory.find("3"), memory.find("4")]
    #expect(found == [2, nil, 4])
    memory.dropOldest(atMost: 9) { _ in true }
    #expect(memory.count == 0 && memory.bytes == 0)
    memory.dropOldest(atMost: 9) { _ in true }
  }
}
