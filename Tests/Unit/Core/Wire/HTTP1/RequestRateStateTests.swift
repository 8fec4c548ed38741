import Testing
import Wire

/// The expected numbers are worked out by hand: 4 requests in 20 seconds are one every 5.
@Suite struct RequestRateStateTests {
  private static let alice = ClientAddress(ipv4: 0xC000_0201)
  private static let bob = ClientAddress(ipv4: 0xC000_0202)

  private func state() -> RequestRateState { RequestRateState(requests: 4, windowMilliseconds: 20_000) }

  @Test func asManyAsTheLimitPassAtOnceAndTheNextWaits() {
    var state = state()
    let verdicts = (0..<6).map { _ in state.take(Self.alice, nowMilliseconds: 1000) }
    #expect(verdicts.map(\.isAllowed) == [true, true, true, true, false, false])
    #expect(verdicts.map(\.remaining) == [3, 2, 1, 0, 0, 0])
    #expect(verdicts.map(\.resetSeconds) == [5, 10, 15, 20, 20, 20])
    #expect(verdicts.map(\.retryAfterSeconds) == [0, 0, 0, 5, 5, 5])
    #expect(verdicts.allSatisfy { $0.limit == 4 })
  }

  @Test func aRequestComesBackWhenItsShareOfTheWindowIsOver() {
    var state = state()
    for _ in 0..<4 { _ = state.take(Self.alice, nowMilliseconds: 0) }
    let (early, due) = (
      state.take(Self.alice, nowMilliseconds: 4999), state.take(Self.alice, nowMilliseconds: 5000)
    )
    #expect(!early.isAllowed)
    #expect(early.retryAfterSeconds == 1)
    #expect(due.isAllowed)
    let behind = state.take(Self.alice, nowMilliseconds: 5000)
    #expect(!behind.isAllowed)
  }

  @Test func aRefusedRequestTakesNothing() {
    var state = state()
    for _ in 0..<400 { _ = state.take(Self.alice, nowMilliseconds: 0) }
    let next = state.take(Self.alice, nowMilliseconds: 5000)
    #expect(next.isAllowed)
  }

  @Test func whoKeepsToTheRateIsNeverRefused() {
    var state = state()
    for index in 0..<1000 {
      let verdict = state.take(Self.alice, nowMilliseconds: Int64(index) * 5000)
      #expect(verdict.isAllowed && verdict.remaining == 3)
    }
  }

  @Test func aBucketHoldsNoMoreThanTheLimitHoweverLongNobodyAsks() {
    var state = state()
    _ = state.take(Self.alice, nowMilliseconds: 0)
    let later = (0..<5).map { _ in state.take(Self.alice, nowMilliseconds: 1_000_000_000) }
    #expect(later.map(\.isAllowed) == [true, true, true, true, false])
  }

  @Test func eachClientHasItsOwn() {
    var state = state()
    for _ in 0..<5 { _ = state.take(Self.alice, nowMilliseconds: 0) }
    let other = state.take(Self.bob, nowMilliseconds: 0)
    #expect(other.isAllowed && other.remaining == 3)
  }

  /// 60 seconds cannot be cut into 7 equal nanoseconds: what is left over must not add an eighth.
  @Test(arguments: [(1, 1), (7, 60_000), (999, 1000), (1000, 1), (9999, 86_400_000)])
  func theLimitIsExactWhereTheWindowDoesNotDivide(requests: Int, window: Int) {
    var state = RequestRateState(requests: requests, windowMilliseconds: Int64(window))
    var allowed = 0
    for _ in 0..<(requests + 3) where state.take(Self.alice, nowMilliseconds: 12_345).isAllowed { allowed += 1 }
    #expect(allowed == requests)
  }

  @Test func aClockThatStandsOrGoesBackTrapsNothing() {
    var state = state()
    _ = state.take(Self.alice, nowMilliseconds: 10_000)
    let back = state.take(Self.alice, nowMilliseconds: 0)
    #expect(back.isAllowed && back.remaining == 0)
    let farBack = state.take(Self.alice, nowMilliseconds: -1_000_000)
    #expect(!farBack.isAllowed && farBack.remaining == 0)
  }

  // MARK: memory

  @Test func noMoreAddressesAreRememberedThanTheLimit() {
    var state = RequestRateState(requests: 4, windowMilliseconds: 20_000, maxAddresses: 100)
    for number in 0..<10_000 {
      _ = state.take(ClientAddress(ipv4: UInt32(number)), nowMilliseconds: Int64(number) / 100)
      #expect(state.addressCount <= 100)
    }
  }

  @Test func aClientThatKeepsAskingIsRememberedWhileOthersComeAndGo() {
    var state = RequestRateState(requests: 4, windowMilliseconds: 20_000, maxAddresses: 100)
    for _ in 0..<4 { _ = state.take(Self.alice, nowMilliseconds: 0) }
    for number in 0..<10_000 {
      _ = state.take(ClientAddress(ipv4: UInt32(number)), nowMilliseconds: 0)
      // Within every half of the room.
      guard number % 40 == 0 else { continue }
      let again = state.take(Self.alice, nowMilliseconds: 0)
      #expect(!again.isAllowed, "after \(number)")
    }
  }

  @Test func aClientOfTheLastWindowIsRemembered() {
    var state = state()
    _ = state.take(Self.bob, nowMilliseconds: 0)
    for _ in 0..<4 { _ = state.take(Self.alice, nowMilliseconds: 19_999) }
    // Another one turns the generation.
    _ = state.take(Self.bob, nowMilliseconds: 20_001)
    let again = state.take(Self.alice, nowMilliseconds: 20_001)
    #expect(!again.isAllowed)
  }

  @Test func whoIsForgottenHasAFullBucketByThen() {
    var state = state()
    for _ in 0..<4 { _ = state.take(Self.alice, nowMilliseconds: 0) }
    for second in 1...3 { _ = state.take(Self.bob, nowMilliseconds: Int64(second) * 20_000) }
    let again = state.take(Self.alice, nowMilliseconds: 60_000)
    #expect(again.isAllowed && again.remaining == 3)
  }
}
