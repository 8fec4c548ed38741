import Testing

@testable import App

@Suite struct TailQueueTests {
  @Test func whatIsAddedIsTakenInOrderAndOnce() {
    let queue = TailQueue()
    queue.add(event: [1])
    queue.add(note: "a")
    queue.add(event: [2])
    let first = queue.take()
    #expect(first.items == [.event([1]), .note("a"), .event([2])])
    #expect(first.end == nil)
    #expect(queue.take().items == [])
  }

  @Test func theFirstEndDecidesAndStays() {
    let queue = TailQueue()
    queue.finish(.complete)
    queue.finish(.failed("late"))
    #expect(queue.take().end == .complete)
    #expect(queue.take().end == .complete)
  }

  @Test func whatHasNoRoomIsCountedAndSaidWhereItIsMissing() {
    let queue = TailQueue(limitBytes: 4)
    for _ in 1...5 { queue.add(event: [1, 2]) }
    #expect(queue.take().items == [.event([1, 2]), .event([1, 2])])
    queue.add(event: [3])
    #expect(queue.take().items == [.note("3 events are missing here: the output is read too slowly"), .event([3])])
  }

  @Test func whatIsMissingBeforeTheEndIsSaidOnce() {
    let queue = TailQueue(limitBytes: 1)
    queue.add(event: [1, 2])
    queue.finish(.complete)
    #expect(queue.take().items == [.note("1 events are missing here: the output is read too slowly")])
    #expect(queue.take().items == [])
  }
}
