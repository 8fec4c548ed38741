import Model
import Services
import Testing

@Suite struct RecentEventsTests {
  private func time(_ seconds: Int) -> Timestamp { Timestamp(microseconds: Int64(seconds) * 1_000_000) }

  private func recent(_ events: ClosedRange<Int>, limit: Int) -> RecentEvents<Int> {
    var recent = RecentEvents<Int>(limit: limit)
    for event in events { recent.observe(event, at: time(event)) }
    return recent
  }

  @Test func nothingIsFoundInNothing() {
    let none = RecentEvents<Int>(limit: 3).newest(5) { _ in true }
    #expect(none.events.isEmpty && none.since == nil)
  }

  @Test func theNewestThatMatchComeInTheOrderTheyWereReceived() {
    let selection = recent(1...9, limit: 10).newest(3) { $0 % 2 == 0 }
    #expect(selection.events == [4, 6, 8])
    // There may be more before the first of them.
    #expect(selection.since == time(4))
  }

  @Test func whatWasFoundInAllThatThereIsIsWholeFromTheBegin() {
    let selection = recent(1...9, limit: 10).newest(5) { $0 % 2 == 0 }
    #expect(selection.events == [2, 4, 6, 8])
    #expect(selection.since == nil)
  }

  @Test func theOldestGoesWhenThereAreTooMany() {
    let recent = recent(1...10, limit: 4)
    #expect(recent.count == 4)
    let selection = recent.newest(10) { _ in true }
    #expect(selection.events == [7, 8, 9, 10])
    #expect(selection.since == time(6))
    #expect(recent.newest(10) { $0 < 7 }.since == time(6))
  }

  @Test func aLimitOfNoneHoldsOne() {
    #expect(recent(1...3, limit: 0).newest(2) { _ in true }.events == [3])
  }

  @Test func itLooksNoFurtherBackThanItMust() {
    var looked: [Int] = []
    _ = recent(1...9, limit: 5).newest(2) {
      looked.append($0)
      return true
    }
    #expect(looked == [9, 8])
  }

  @Test func noneAreFoundWhereNoneAreWanted() {
    #expect(recent(1...3, limit: 5).newest(0) { _ in true }.events.isEmpty)
  }
}
