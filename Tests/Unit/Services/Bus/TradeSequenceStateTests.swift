import Model
import Support
import Testing

@testable import Services

@Suite struct TradeSequenceStateTests {
  private func trade(_ number: Int64) -> Trade {
    let one = FixedDecimal(1)
    return Trade(
      instrument: ToyExchange.alpha, id: .number(number), price: one, quantity: one, aggressor: .buy,
      exchangeTime: .epoch, receiveTime: .epoch)
  }

  private func state(after numbers: Int64...) -> TradeSequenceState {
    var state = TradeSequenceState()
    for number in numbers { #expect(state.receive(trade(number)) == [.publish(trade(number))]) }
    return state
  }

  @Test func tradesInOrderAreHandedOnAndRepeatedOnesAreNot() {
    var state = state(after: 5, 6, 7)
    #expect(state.receive(trade(7)) == [.drop] && state.receive(trade(3)) == [.drop])
    #expect(state.follows(trade(8)) && !state.follows(trade(8)) && !state.follows(trade(10)))
    #expect(state.last == 8)
  }

  @Test func aHoleIsFilledInOrderBeforeWhatFollows() {
    var state = state(after: 5)
    #expect(state.receive(trade(9)) == [.open(TradeHole(from: 6, to: 8))])
    #expect(state.receive(trade(10)) == [] && state.receive(trade(9)) == [.drop] && !state.follows(trade(6)))
    #expect(state.receiveFetched([trade(6)]) == [.publish(trade(6))])
    #expect(state.receiveFetched([]) == [] && state.hole == TradeHole(from: 7, to: 8))
    #expect(
      state.receiveFetched([trade(6), trade(7), trade(8), trade(9)])
        == [
          .publish(trade(7)), .publish(trade(8)), .close(TradeHole(from: 9, to: 8)), .publish(trade(9)),
          .publish(trade(10)),
        ])
  }

  @Test func aTradeThatIsLateTakesItsPlace() {
    var state = state(after: 5)
    _ = state.receive(trade(8))
    // Out of its turn it is no news: REST is asked anyway.
    #expect(state.receive(trade(7)) == [.drop])
    #expect(state.receive(trade(6)) == [.publish(trade(6))] && state.hole == TradeHole(from: 7, to: 7))
    #expect(state.receive(trade(6)) == [.drop])
    #expect(
      state.receive(trade(7)) == [.publish(trade(7)), .close(TradeHole(from: 8, to: 7)), .publish(trade(8))])
    #expect(state.follows(trade(9)) == true)
  }

  /// What the terms of a test take away.
  @Test func withoutALongestHoleNothingIsWaitedFor() {
    var state = TradeSequenceState(longestHole: 0)
    _ = state.receive(trade(1))
    #expect(state.receive(trade(3)) == [.drop])
    #expect(state.receive(trade(4)) == [.leave(TradeHole(from: 4, to: 3, lost: 2)), .publish(trade(4))])
  }

  @Test func aCountThatIsBelievedAtOnceKnowsNoRepeat() {
    var state = TradeSequenceState(recount: 1)
    for number in [5, 5, 4] as [Int64] { #expect(state.receive(trade(number)) == [.publish(trade(number))]) }
  }

  @Test func whatTheExchangeDoesNotHaveIsCounted() {
    var state = state(after: 5)
    _ = state.receive(trade(10))
    let actions = state.receiveFetched([trade(7), trade(11)])
    #expect(
      actions == [.publish(trade(7)), .close(TradeHole(from: 10, to: 9, lost: 3)), .publish(trade(10))])
  }

  @Test func aSecondHoleAmongWhatIsHeldIsFoundWhenTheFirstIsFilled() {
    var state = state(after: 1)
    _ = state.receive(trade(3))
    _ = state.receive(trade(6))
    #expect(
      state.receiveFetched([trade(2)]).suffix(2) == [.publish(trade(3)), .open(TradeHole(from: 4, to: 5))])
  }

  @Test func liveDataGoesOnWithoutAHoleThatIsLeft() {
    var state = state(after: 5)
    _ = state.receive(trade(9))
    #expect(state.leave() == [.leave(TradeHole(from: 9, to: 8, lost: 3)), .publish(trade(9))])
    #expect(state.receiveFetched([trade(6)]) == [] && state.leave() == [] && state.last == 9)
  }

  @Test func heldTradesAreBounded() {
    var state = state(after: 1)
    _ = state.receive(trade(3))
    var actions: [TradeSequenceState.Action] = []
    for number in 4...Int64(TradeSequenceState.maxHeld) + 3 { actions = state.receive(trade(number)) }
    #expect(actions.first == .leave(TradeHole(from: 3, to: 2, lost: 1)) && !state.isHolding)
    #expect(actions.count == TradeSequenceState.maxHeld + 2)
  }

  @Test func aHoleTooLongToFillIsLeftWhenTheNextTradeSaysTheSame() {
    var state = state(after: 1)
    let far = TradeSequenceState.maxHole + 3
    #expect(state.receive(trade(far)) == [.drop])
    #expect(state.receive(trade(2)) == [.publish(trade(2))])
    #expect(state.receive(trade(far)).first == .open(TradeHole(from: 3, to: far - 1)))
    _ = state.leave()
    let absurd = Int64.max
    #expect(state.receive(trade(absurd)) == [.drop] && state.receive(trade(absurd)) == [.drop])
    let next = far + TradeSequenceState.maxHole + 5
    #expect(state.receive(trade(next)) == [.drop])
    #expect(
      state.receive(trade(next + 1))
        == [.leave(TradeHole(from: next + 1, to: next, lost: next - far)), .publish(trade(next + 1))])
  }

  @Test func anExchangeThatCountsAnewIsFollowedAgain() {
    var state = state(after: 1_000_000)
    var actions: [TradeSequenceState.Action] = []
    for number in 1...Int64(TradeSequenceState.restart) { actions = state.receive(trade(number)) }
    #expect(actions == [.publish(trade(Int64(TradeSequenceState.restart)))])
  }

  @Test func aTradeWithoutANumberIsHandedOn() throws {
    let id = Trade.ID.text(try #require(Trade.TextID("a")))
    var state = state(after: 5)
    let one = FixedDecimal(1)
    let text = Trade(
      instrument: ToyExchange.alpha, id: id, price: one, quantity: one, aggressor: .buy, exchangeTime: .epoch,
      receiveTime: .epoch)
    #expect(state.receive(text) == [.publish(text)] && !state.follows(text))
    #expect(state.receive(trade(-1)) == [.publish(trade(-1))])
  }

  @Test func theFirstTradeAfterABreakShowsWhatItCost() {
    var state = state(after: 5)
    state.interrupt(gap: 1)
    state.interrupt(gap: 2)
    #expect(state.follows(trade(6)) == false)
    #expect(state.receive(trade(5)) == [.drop] && state.brokenGap == 1)
    #expect(state.receive(trade(6)) == [.followed(gap: 1), .publish(trade(6))])
    state.interrupt(gap: 3)
    #expect(state.receive(trade(8)) == [.open(TradeHole(from: 7, to: 7, gap: 3))])
    state.interrupt(gap: 4)
    #expect(state.receive(trade(9)) == [] && state.heldGaps == [4])
    #expect(
      state.receiveFetched([trade(7)])
        == [
          .publish(trade(7)), .close(TradeHole(from: 8, to: 7, gap: 3)), .publish(trade(8)), .followed(gap: 4),
          .publish(trade(9)),
        ])
  }

  @Test func aBreakBeforeTheFirstTradeCannotBeCounted() {
    var state = TradeSequenceState()
    state.interrupt(gap: 1)
    #expect(state.receive(trade(5)) == [.unknown(gap: 1), .publish(trade(5))])
  }
}
