import Testing

@testable import App

@Suite struct ConflationStateTests {
  @Test func whatComesFirstAndAfterQuietGoesAtOnce() {
    var state = ConflationState<Int>(intervalMilliseconds: 500)
    #expect(state.open(1, now: 0) == .send)
    #expect(state.open(2, now: 500) == .send)
    #expect(state.open(3, now: 9000) == .send)
    #expect(!state.isHolding)
  }

  @Test func whatComesTooSoonWaitsForTheRestOfTheIntervalAndTheLatestGoes() {
    var state = ConflationState<Int>(intervalMilliseconds: 500)
    #expect(state.open(1, now: 1000) == .send)
    #expect(state.open(2, now: 1100) == .hold(forMilliseconds: 400))
    #expect(state.open(3, now: 1200) == .replaced)
    #expect(state.open(4, now: 1499) == .replaced)
    #expect(state.wake(now: 1500) == 4)
    // The interval begins again with what was sent late.
    #expect(state.open(5, now: 1600) == .hold(forMilliseconds: 400))
  }

  @Test func aTimerThatFindsNothingHeldDoesNothing() {
    var state = ConflationState<Int>(intervalMilliseconds: 500)
    #expect(state.wake(now: 0) == nil)
    _ = state.open(1, now: 0)
    #expect(state.wake(now: 1) == nil)
    // It did not delay what comes next.
    #expect(state.open(2, now: 500) == .send)
  }

  @Test func aFinalDropsWhatIsHeldAndDoesNotDelayTheNextCandle() {
    var state = ConflationState<Int>(intervalMilliseconds: 500)
    #expect(state.close() == false)
    _ = state.open(1, now: 0)
    _ = state.open(2, now: 100)
    #expect(state.isHolding)
    #expect(state.close() == true)
    #expect(!state.isHolding)
    #expect(state.wake(now: 500) == nil)
    #expect(state.open(3, now: 501) == .send)
  }

  /// Over any course: never two sends within the interval, always the latest, nothing kept past it.
  @Test func atMostOneAnIntervalAndAlwaysTheLatest() {
    var random = SystemRandomNumberGenerator()
    var faults: [String] = []
    for _ in 0..<200 {
      var state = ConflationState<Int>(intervalMilliseconds: 100)
      var (now, wakeTime, latest) = (Int64(0), Int64?.none, 0)
      var sent: [(time: Int64, item: Int)] = []
      for item in 1...50 {
        now += Int64.random(in: 0...60, using: &random)
        while let due = wakeTime, due <= now {
          wakeTime = nil
          guard let held = state.wake(now: due) else { continue }
          if held != latest { faults.append("sent \(held), the latest was \(latest)") }
          sent.append((due, held))
        }
        latest = item
        switch state.open(item, now: now) {
        case .send: sent.append((now, item))
        case .hold(let milliseconds): wakeTime = now + milliseconds
        case .replaced: if wakeTime == nil { faults.append("held without a timer") }
        }
      }
      for (first, second) in zip(sent, sent.dropFirst()) where second.time - first.time < 100 {
        faults.append("two within \(second.time - first.time) ms")
      }
    }
    #expect(faults.isEmpty)
  }
}
