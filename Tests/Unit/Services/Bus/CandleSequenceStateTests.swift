import Model
import Testing

@testable import Services

@Suite struct CandleSequenceStateTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  /// The candle of a minute since 1970; `close` tells states of one candle apart.
  private func candle(_ minute: Int64, closed: Bool = false, close: Int = 1) -> Candle {
    let price = FixedDecimal(close)
    return Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: time(minute), open: price, high: price, low: price,
      close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: closed, receiveTime: .epoch)
  }

  private func final(_ minute: Int64) -> Candle { candle(minute, closed: true) }
  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }
  private func hole(_ from: Int64, _ to: Int64, gap: Int? = nil) -> CandleHole {
    CandleHole(from: time(from), to: time(to), gap: gap)
  }

  private func state(after candles: Candle...) -> CandleSequenceState {
    var state = CandleSequenceState(interval: .oneMinute)
    for candle in candles { #expect(state.receive(candle) == [.publish(candle)]) }
    return state
  }

  // MARK: Order

  @Test func updatesAndFinalsInOrderAreHandedOn() {
    _ = state(
      after: candle(1), candle(1, close: 2), candle(1, closed: true, close: 3), candle(2), final(2), final(3), candle(4)
    )
  }

  @Test func onlyAStateOfWhatIsDueNextGoesOn() {
    var state = state(after: candle(1))
    #expect(state.goesOn(with: candle(1, close: 2)) == true)
    #expect(state.goesOn(with: candle(2)) == false)
    #expect(state.goesOn(with: candle(0)) == false)
    state.interrupt(gap: 1)
    #expect(state.goesOn(with: candle(1)) == false)
    #expect(state.receive(candle(1)) == [.followed(gap: 1), .publish(candle(1))])
    #expect(state.goesOn(with: candle(1)) == true)
    _ = state.receive(candle(4))
    #expect(state.hole != nil)
    #expect(state.goesOn(with: candle(1)) == false)
    #expect(state.goesOn(with: candle(4)) == false)
  }

  @Test func aFinalIsSentOnce() {
    var state = state(after: candle(1), final(1))
    #expect(state.receive(final(1)) == [.drop(final(1))])
    #expect(state.receive(candle(1)) == [.drop(candle(1))])
  }

  @Test func whatComesTooLateIsDropped() {
    var state = state(after: final(1), candle(2))
    #expect(state.receive(final(1)) == [.drop(final(1))])
    #expect(state.receive(candle(0)) == [.drop(candle(0))])
  }

  // MARK: Holes

  @Test func withoutALongestHoleNothingIsWaitedForOrExpected() {
    var state = CandleSequenceState(interval: .oneMinute, longestHole: 0)
    _ = state.receive(final(1))
    #expect(state.isFull && !state.expect(through: time(3)) && state.hole == nil)
    #expect(state.receive(candle(4)) == [.drop(candle(4))])
    #expect(state.receive(candle(4)) == [.leave(hole(2, 3)), .publish(candle(4))])
  }

  @Test func aLostFinalIsFetchedBeforeTheNextCandleGoesOut() {
    var state = state(after: candle(1))
    #expect(state.receive(candle(2, close: 5)) == [.open(hole(1, 1))])
    #expect(state.receive(candle(2, close: 6)) == [])
    let lost = candle(1, closed: true, close: 4)
    #expect(
      state.receiveFetched([lost], knownThrough: nil)
        == [.publish(lost), .close(hole(1, 1)), .publish(candle(2, close: 6))])
    #expect(state.receive(final(2)) == [.publish(final(2))])
  }

  @Test func candlesMissedInAnOutageComeFirstAndInOrder() {
    var state = state(after: final(1))
    #expect(state.receive(candle(5)) == [.open(hole(2, 4))])
    #expect(state.receive(candle(5, closed: true, close: 7)) == [])
    #expect(state.receive(candle(6)) == [])
    #expect(
      state.receiveFetched([final(2), final(3), final(4)], knownThrough: nil)
        == [.publish(final(2)), .publish(final(3)), .publish(final(4)), .close(hole(2, 4))]
        + [.publish(candle(5, closed: true, close: 7)), .publish(candle(6))])
  }

  @Test func aPartGoesOutAtOnceAndTheRestIsWaitedFor() {
    var state = state(after: final(1))
    _ = state.receive(candle(5))
    #expect(state.receiveFetched([final(2)], knownThrough: time(2)) == [.publish(final(2))])
    #expect(state.hole == hole(3, 4))
    #expect(state.receiveFetched([], knownThrough: nil) == [])
    // A row that is not over is no final, and one behind it waits for it.
    #expect(state.receiveFetched([candle(3), final(4)], knownThrough: time(3)) == [])
    let actions = state.receiveFetched([final(3), final(4)], knownThrough: time(4))
    #expect(actions.count == 4 && state.hole == nil)
  }

  @Test func whatALaterRowShowsNotToExistIsPassedOver() {
    var state = state(after: final(1))
    _ = state.receive(candle(6))
    #expect(
      state.receiveFetched([final(3), candle(6)], knownThrough: time(6))
        == [
          .absent(from: time(2), to: time(2)), .publish(final(3)), .absent(from: time(4), to: time(5)),
          .close(hole(2, 5)), .publish(candle(6)),
        ])
    #expect(state.receive(final(6)) == [.publish(final(6))])
  }

  @Test func theStreamMayFillAHoleItself() {
    var state = state(after: final(1))
    _ = state.receive(candle(4))
    // The last one of the hole is there: only the first one is still missing.
    #expect(state.receive(final(3)) == [])
    #expect(state.hole == hole(2, 2))
    #expect(
      state.receive(final(2)) == [.publish(final(2)), .close(hole(2, 2)), .publish(final(3)), .publish(candle(4))])
  }

  @Test func aSecondHoleAmongWhatIsHeldIsFoundWhenTheFirstIsFilled() {
    var state = state(after: final(1))
    _ = state.receive(final(3))
    _ = state.receive(candle(7))
    #expect(
      state.receiveFetched([final(2)], knownThrough: nil)
        == [.publish(final(2)), .close(hole(2, 2)), .publish(final(3)), .open(hole(4, 6))])
    #expect(
      state.receiveFetched([final(4), final(5), final(6)], knownThrough: nil).suffix(2)
        == [.close(hole(4, 6)), .publish(candle(7))])
  }

  @Test func liveDataGoesOnWithoutAHoleThatIsLeft() {
    var state = state(after: final(1))
    _ = state.receive(candle(5))
    #expect(state.leave() == [.leave(hole(2, 4)), .publish(candle(5))])
    #expect(state.receive(final(3)) == [.drop(final(3))])
    #expect(state.receiveFetched([final(2)], knownThrough: nil) == [] && state.leave() == [])
  }

  @Test func heldFinalsAreBounded() {
    var state = state(after: final(1))
    _ = state.receive(candle(3))
    var actions: [CandleSequenceState.Action] = []
    for minute in 3...Int64(CandleSequenceState.maxHeldFinals + 3) { actions = state.receive(final(minute)) }
    #expect(actions.first == .leave(hole(2, 2)))
    #expect(actions.count == CandleSequenceState.maxHeldFinals + 2 && !state.isHolding)
  }

  @Test func aHoleTooLongToFillIsToldAndLeft() {
    var state = state(after: final(1))
    let next = Int64(CandleSequenceState.maxHole) + 10
    #expect(state.receive(candle(next)) == [.drop(candle(next))])
    #expect(state.receive(candle(next)) == [.leave(hole(2, next - 1)), .publish(candle(next))])
  }

  @Test func oneAbsurdFrameDoesNotEndTheStream() {
    var state = state(after: final(1), candle(2))
    #expect(state.receive(final(40_000_000)) == [.drop(final(40_000_000))])
    #expect(state.receive(candle(2, close: 3)) == [.publish(candle(2, close: 3))])
    #expect(state.receive(candle(40_000_000)) == [.drop(candle(40_000_000))])
    #expect(state.receive(final(2)) == [.publish(final(2))])
  }

  // MARK: Finals that are due

  @Test func aFinalThatIsDueIsMissingUntilItComes() {
    var state = state(after: candle(1))
    #expect(!state.expect(through: time(0)) && state.expected == time(1))
    #expect(state.expect(through: time(1)) && state.hole == hole(1, 1) && state.expected == time(2))
    // The stream may still show states of it, which no candle waits behind.
    #expect(state.receive(candle(1, close: 3)) == [.publish(candle(1, close: 3))])
    #expect(state.expect(through: time(3)) && state.hole == hole(1, 3))
    #expect(state.receiveFetched([final(1)], knownThrough: time(1)) == [.publish(final(1))])
    #expect(state.receive(final(2)) == [.publish(final(2))])
    #expect(state.receive(final(3)) == [.publish(final(3)), .close(hole(3, 3))])
  }

  @Test func nothingIsDueBeforeTheFirstCandleOrWhileSomeWait() {
    var state = CandleSequenceState(interval: .oneMinute)
    #expect(!state.expect(through: time(5)) && state.expected == nil)
    _ = state.receive(final(1))
    _ = state.receive(candle(3))
    #expect(state.expect(through: time(9)) == false)
  }

  @Test func aHoleOfWhatIsDueGrowsNoLongerThanOneMay() {
    var state = state(after: final(1))
    #expect(state.expect(through: time(5000)) && state.isFull)
    #expect(state.hole == hole(2, Int64(CandleSequenceState.maxHole) + 1))
  }

  // MARK: Breaks

  @Test func theFirstCandleAfterABreakShowsWhetherItCostAny() {
    var state = state(after: candle(1))
    state.interrupt(gap: 7)
    #expect(state.receive(candle(1, close: 2)) == [.followed(gap: 7), .publish(candle(1, close: 2))])
    #expect(state.receive(final(1)) == [.publish(final(1))])
    state.interrupt(gap: 8)
    // A final told again decides nothing.
    #expect(state.receive(final(1)) == [.drop(final(1))] && state.brokenGap == 8)
    #expect(state.receive(candle(4)) == [.open(hole(2, 3, gap: 8))] && state.brokenGap == nil)
  }

  @Test func twoBreaksWithNothingBetweenThemAreOne() {
    var state = state(after: candle(1))
    state.interrupt(gap: 1)
    state.interrupt(gap: 2)
    #expect(state.receive(candle(1)).first == .followed(gap: 1))
    #expect(state.brokenGap == nil)
  }

  @Test func aBreakWhileCandlesWaitIsDecidedWhenTheyFollow() {
    var state = state(after: final(1))
    _ = state.receive(candle(3))
    state.name(gap: 1)
    state.interrupt(gap: 2)
    #expect(state.receive(final(3)) == [] && state.heldGaps == [2])
    #expect(
      state.receiveFetched([final(2)], knownThrough: nil)
        == [.publish(final(2)), .close(hole(2, 2, gap: 1)), .followed(gap: 2), .publish(final(3))])
  }

  @Test func whatWasDueDuringABreakIsPartOfIt() {
    var state = state(after: candle(1))
    state.interrupt(gap: 4)
    #expect(state.expect(through: time(1)) == true)
    #expect(state.receive(candle(2)) == [.open(hole(1, 1, gap: 4))])
    #expect(
      state.receiveFetched([final(1)], knownThrough: time(2))
        == [.publish(final(1)), .close(hole(1, 1, gap: 4)), .publish(candle(2))])
  }

  /// An old state told again while later candles wait does not use up a break: its gap would stay open for ever.
  @Test func aStaleStateWhileCandlesWaitDecidesNothingOfABreak() {
    for stale in [candle(2), candle(3), candle(5)] {
      var state = state(after: final(1))
      #expect(state.receive(candle(4)) == [.open(hole(2, 3))])
      #expect(state.receive(final(4)) == [] && state.receive(final(5)) == [])
      state.name(gap: 1)
      state.interrupt(gap: 2)
      #expect(state.receive(stale) == [.drop(stale)] && state.brokenGap == 2)
      #expect(state.receive(candle(6)) == [] && state.brokenGap == nil && state.heldGaps == [2])
      #expect(
        state.receiveFetched([final(2), final(3)], knownThrough: nil)
          == [.publish(final(2)), .publish(final(3)), .close(hole(2, 3, gap: 1)), .publish(final(4))]
          + [.publish(final(5)), .followed(gap: 2), .publish(candle(6))])
    }
  }

  @Test func breaksOfStatesThatALaterOneReplacesAreAllSeenThrough() {
    var state = state(after: final(1))
    _ = state.receive(candle(3))
    state.name(gap: 1)
    for gap in 2...3 {
      state.interrupt(gap: gap)
      #expect(state.receive(candle(3, close: gap)) == [])
    }
    state.interrupt(gap: 4)
    // The last break is what its hole is of; the others were followed by a candle that was held.
    #expect(state.receive(candle(5)) == [] && state.heldGaps == [2, 3, 4])
    #expect(
      state.receiveFetched([final(2)], knownThrough: nil)
        == [.publish(final(2)), .close(hole(2, 2, gap: 1)), .open(hole(3, 4, gap: 4))])
    #expect(
      state.receiveFetched([final(3), final(4)], knownThrough: nil)
        == [.publish(final(3)), .publish(final(4)), .close(hole(3, 4, gap: 4)), .followed(gap: 2)]
        + [.followed(gap: 3), .publish(candle(5))])
  }

  @Test func aBreakBeforeAnAbsurdFrameIsDecidedByTheNextOne() {
    var state = state(after: final(1))
    state.interrupt(gap: 1)
    #expect(state.receive(candle(9000)) == [.drop(candle(9000))] && state.brokenGaps == [1])
    #expect(state.receive(candle(2)) == [.followed(gap: 1), .publish(candle(2))])
  }

  @Test func aCandleFromElsewhereDecidesNothingOfABreak() {
    var state = state(after: final(1))
    state.interrupt(gap: 3)
    #expect(state.receive(candle(2), fromStream: false) == [.publish(candle(2))])
    #expect(state.brokenGap == 3)
    #expect(state.receive(candle(2, close: 9)) == [.followed(gap: 3), .publish(candle(2, close: 9))])
  }
}
