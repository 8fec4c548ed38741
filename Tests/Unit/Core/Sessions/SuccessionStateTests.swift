import Testing

@testable import Sessions

@Suite struct SuccessionStateTests {
  @Test func theOldOneGoesWhenTheNewOneHasCarriedEverythingForAWhile() {
    var state = SuccessionState(overlap: 2000)
    state.changed(.down, now: 0)
    state.changed(.subscribing, now: 100)
    #expect(state.nextDeadline == nil)
    state.changed(.settled, now: 500)
    #expect(state.nextDeadline == 2500)
    #expect(state.tick(now: 2499, isApart: false) == nil)
    #expect(state.tick(now: 2500, isApart: false) == .retire)
    #expect(state.nextDeadline == nil)
    #expect(state.isOldThere)
    state.oldEnded(now: 2600)
    #expect(!state.isOldThere)
    #expect(state.tick(now: 4599, isApart: false) == nil)
    #expect(state.tick(now: 4600, isApart: false) == .finish)
    #expect(state.tick(now: 9999, isApart: false) == nil)
  }

  @Test func aNewOneThatIsLostBeginsTheWaitAnew() {
    var state = SuccessionState(overlap: 2000)
    state.changed(.settled, now: 0)
    // A further topic is being subscribed: what was there before is carried.
    state.changed(.subscribing, now: 10)
    #expect(state.nextDeadline == 2000)
    state.changed(.down, now: 1999)
    #expect(state.tick(now: 5000, isApart: false) == nil)
    state.changed(.settled, now: 6000)
    #expect(state.nextDeadline == 8000)
  }

  @Test func anOldOneThatIsBehindIsWaitedForButNotForEver() {
    var state = SuccessionState(overlap: 2000)
    state.changed(.settled, now: 0)
    var now: Int64 = 0
    for _ in 0..<SuccessionState.maxExtensions {
      now += 2000
      #expect(state.tick(now: now, isApart: true) == nil)
      #expect(state.nextDeadline == now + 2000)
    }
    #expect(state.tick(now: now + 2000, isApart: true) == .retire)
  }

  @Test func anOldOneThatIsCutEndsTheWait() {
    var state = SuccessionState(overlap: 2000)
    state.oldEnded(now: 100)
    state.changed(.settled, now: 200)
    #expect(state.nextDeadline == 2100)
    #expect(state.tick(now: 2100, isApart: false) == .finish)
    state.oldEnded(now: 3000)
    #expect(state.nextDeadline == nil)
  }
}
