import Model
import Support
import Testing

@testable import Services

@Suite struct TradeKeeperTests {
  private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  private func at(_ milliseconds: Int64) -> Moment {
    Moment(monotonic: milliseconds, wallClock: time(milliseconds), exchangeTime: time(milliseconds))
  }

  /// Made, and heard of, at its number in milliseconds.
  private func trade(_ number: Int64) -> Trade {
    let one = FixedDecimal(1)
    return Trade(
      instrument: ToyExchange.alpha, id: .number(number), price: one, quantity: one, aggressor: .buy,
      exchangeTime: time(number), receiveTime: time(number))
  }

  private func keeper(after numbers: Int64...) -> TradeKeeper {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    var keeper = TradeKeeper(terms: terms)
    for number in numbers { #expect(keeper.receive(trade(number), at(number)) == [.publish(trade(number))]) }
    return keeper
  }

  @Test func aHoleIsFetchedPageByPage() {
    var keeper = keeper(after: 5)
    #expect(
      keeper.receive(trade(9), at(20))
        == [.gap(.open(1, .skipped, from: time(5), to: time(20))), .ask(from: 6, count: 3)])
    #expect(keeper.receiveFetched([trade(6), trade(7)], at(30)).last == .ask(from: 8, count: 1))
    #expect(
      keeper.receiveFetched([trade(8)], at(40))
        == [.publish(trade(8)), .gap(.change(1, .filled(.rest))), .publish(trade(9))])
    #expect(keeper.follows(trade(10)) && keeper.delay(at(40)) == nil)
  }

  @Test func whatWasLateCameByTheStream() {
    var keeper = keeper(after: 5)
    _ = keeper.receive(trade(7), at(20))
    #expect(
      keeper.receive(trade(6), at(21))
        == [.publish(trade(6)), .gap(.change(1, .filled(.stream))), .publish(trade(7))])
    // The answer that is still under way is for nothing.
    #expect(keeper.receiveFetched([trade(6)], at(30)) == [] && keeper.delay(at(30)) == nil)
    _ = keeper.receive(trade(9), at(40))
    #expect(keeper.receiveFetched([trade(8)], at(50)).contains(.gap(.change(2, .filled(.rest)))))
  }

  @Test func anExchangeThatCannotBeAskedIsAskedAgainUntilTheHoldIsOver() {
    var keeper = keeper(after: 5)
    _ = keeper.interrupt(.disconnect, at(10))
    #expect(
      keeper.receive(trade(9), at(1000))
        == [.gap(.change(1, .delivered(at: time(1000)))), .ask(from: 6, count: 3)])
    #expect(keeper.receiveFetched(nil, at(2000)) == [] && keeper.delay(at(2000)) == 1000)
    #expect(keeper.tick(at(3000)) == [.ask(from: 6, count: 3)])
    // It has none of them yet.
    #expect(keeper.receiveFetched([], at(3000)) == [] && keeper.delay(at(3000)) == 2000)
    #expect(
      keeper.tick(at(61_000))
        == [
          .goOn(since: time(5), until: time(61_000)), .gap(.change(1, .unfillable(missing: 3))), .publish(trade(9)),
        ])
  }

  @Test func whatIsMissingIsAskedForSoonOnceTheStreamIsThereAgain() {
    var keeper = keeper(after: 5)
    _ = keeper.receive(trade(9), at(10))
    for _ in 0..<6 { _ = keeper.receiveFetched(nil, at(10)) }
    #expect(keeper.delay(at(10)) == 30_000)
    keeper.restore(at(500))
    #expect(keeper.delay(at(500)) == 1000 && keeper.tick(at(1500)) == [.ask(from: 6, count: 3)])
  }

  @Test func aQuestionThatIsDueForAHoleThatIsGoneIsForgotten() {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    terms.tradeHold = 500
    var keeper = TradeKeeper(terms: terms)
    for number in [5, 9] { _ = keeper.receive(trade(Int64(number)), at(10)) }
    _ = keeper.receiveFetched(nil, at(10))
    #expect(keeper.delay(at(10)) == 500)
    #expect(keeper.tick(at(510)).last == .publish(trade(9)))
    #expect(keeper.delay(at(510)) == 500 && keeper.tick(at(1010)) == [] && keeper.delay(at(1010)) == nil)
  }

  @Test func aBreakIsNotedFromTheLastTradeOn() {
    var keeper = keeper(after: 5)
    #expect(keeper.interrupt(.stall, at(900)) == [.gap(.open(1, .stall, from: time(5), to: nil))])
    #expect(keeper.interrupt(.disconnect, at(901)) == [])
    #expect(keeper.interrupt(.ban, at(902)) == [.gap(.change(1, .cause(.ban)))])
    #expect(keeper.receive(trade(6), at(1000)) == [.gap(.change(1, .filled(.stream))), .publish(trade(6))])
  }

  @Test func whatABreakBeforeTheFirstTradeCostCannotBeSaid() {
    var keeper = keeper()
    #expect(keeper.interrupt(.disconnect, at(7)) == [.gap(.open(1, .disconnect, from: time(7), to: nil))])
    #expect(
      keeper.receive(trade(8), at(8)) == [.gap(.change(1, .unfillable(missing: nil))), .publish(trade(8))])
  }

  @Test func aTopicThatEndsClosesItsGaps() {
    var keeper = keeper(after: 5)
    _ = keeper.receive(trade(9), at(9))
    _ = keeper.interrupt(.disconnect, at(10))
    #expect(
      keeper.end() == [.gap(.change(1, .unfillable(missing: nil))), .gap(.change(2, .unfillable(missing: nil)))])
  }

  @Test func repeatedTradesAreLeftOut() {
    var keeper = keeper(after: 5, 6)
    #expect(keeper.receive(trade(5), at(7)) == [.drop])
  }
}
