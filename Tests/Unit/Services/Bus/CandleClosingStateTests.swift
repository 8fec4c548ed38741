import Model
import Testing

@testable import Services

@Suite struct CandleClosingStateTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  /// The candle of a minute since 1970; `close` tells states of one candle apart.
  private func candle(_ minute: Int64, close: Int = 1, interval: Interval = .oneMinute) -> Candle {
    let price = FixedDecimal(close)
    return Candle(
      instrument: Self.instrument, interval: interval, openTime: time(minute), open: price, high: price, low: price,
      close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch)
  }

  private func time(_ minute: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
    Timestamp(microseconds: (minute * 60_000 + milliseconds) * 1000)
  }

  private func state(after candles: Candle...) -> CandleClosingState {
    var state = CandleClosingState(interval: .oneMinute)
    for candle in candles { #expect(state.receive(candle) == [candle]) }
    return state
  }

  @Test func theNextCandleMakesTheLastStateFinal() {
    var state = state(after: candle(1), candle(1, close: 2))
    #expect(state.receive(candle(2)) == [candle(1, close: 2).closed, candle(2)])
    #expect(state.receive(candle(3)) == [candle(2).closed, candle(3)])
  }

  @Test func aStateThatGoesOnIsTheOneThatBecomesFinal() {
    var state = state(after: candle(1))
    #expect(state.goesOn(with: candle(1, close: 3)) == true)
    #expect(state.goesOn(with: candle(2)) == false)
    #expect(state.goesOn(with: candle(0)) == false)
    #expect(state.receive(candle(2)) == [candle(1, close: 3).closed, candle(2)])
  }

  @Test func nothingGoesOnAfterABreakOrASnapshot() {
    var state = state(after: candle(1))
    state.interrupt()
    #expect(state.goesOn(with: candle(1)) == false)
    #expect(state.receive(candle(1)) == [candle(1)])
    state.receiveSnapshot(candle(1, close: 2))
    #expect(state.goesOn(with: candle(1)) == false)
  }

  @Test func theClockMakesItFinalTwoSecondsAfterTheEnd() {
    var state = state(after: candle(1, close: 5))
    #expect(state.deadline == time(2, 2000))
    #expect(state.tick(now: time(2, 1999)) == nil)
    #expect(state.tick(now: time(2, 2000)) == .final(candle(1, close: 5).closed))
    #expect(state.deadline == nil)
    #expect(state.tick(now: time(9)) == nil)
  }

  @Test func theClockAndTheNextCandleMakeOneFinal() {
    var state = state(after: candle(1))
    #expect(state.tick(now: time(3)) == .final(candle(1).closed))
    #expect(state.receive(candle(2)) == [candle(2)])
  }

  @Test func aLateStateOfAnEndedCandleIsNotFollowed() {
    var state = state(after: candle(1))
    _ = state.tick(now: time(3))
    #expect(state.receive(candle(1, close: 7)) == [candle(1, close: 7)])
    #expect(state.deadline == nil)
    #expect(state.receive(candle(2)) == [candle(2)])
    #expect(state.receive(candle(1)) == [candle(1)])
    #expect(state.receive(candle(3)) == [candle(2).closed, candle(3)])
  }

  @Test func aCandleThatIsNotTheNextSaysNothingOfTheOneBefore() {
    var state = state(after: candle(1))
    #expect(state.receive(candle(3)) == [candle(3)])
    #expect(state.receive(candle(4)) == [candle(3).closed, candle(4)])
  }

  @Test func afterABreakTheNextCandleMakesNoFinal() {
    var state = state(after: candle(1))
    state.interrupt()
    #expect(state.receive(candle(2)) == [candle(2)])
    #expect(state.receive(candle(3)) == [candle(2).closed, candle(3)])
  }

  @Test func afterABreakTheClockAsksForTheFinal() {
    var state = state(after: candle(1))
    state.interrupt()
    #expect(state.tick(now: time(2, 2000)) == .unseen(time(1)))
    #expect(state.deadline == nil)
  }

  @Test func aCandleSeenAgainAfterABreakIsFollowedAgain() {
    var state = state(after: candle(1))
    state.interrupt()
    #expect(state.receive(candle(1, close: 4)) == [candle(1, close: 4)])
    #expect(state.receive(candle(2)) == [candle(1, close: 4).closed, candle(2)])
  }

  @Test func aSnapshotAloneIsNotKnownToItsEnd() {
    var state = CandleClosingState(interval: .oneMinute)
    state.receiveSnapshot(candle(1))
    #expect(state.deadline == time(2, 2000))
    #expect(state.receive(candle(2)) == [candle(2)])
    state = CandleClosingState(interval: .oneMinute)
    state.receiveSnapshot(candle(1))
    #expect(state.tick(now: time(3)) == .unseen(time(1)))
    state.receiveSnapshot(candle(1))
    #expect(state.deadline == nil)
  }

  @Test func oneAbsurdFrameDoesNotEndTheOthers() {
    var state = state(after: candle(1))
    #expect(state.receive(candle(40_000_000)) == [candle(40_000_000)])
    #expect(state.receive(candle(1, close: 2)) == [candle(1, close: 2)])
    #expect(state.receive(candle(2)) == [candle(1, close: 2).closed, candle(2)])
  }

  @Test func monthsEndWhereTheyDo() {
    var state = CandleClosingState(interval: Interval(1, .month)!)
    let february: Int64 = 31 * 1440
    #expect(state.receive(candle(february, interval: Interval(1, .month)!)).count == 1)
    // 1970 was no leap year: 28 days.
    #expect(state.deadline == time(february + 28 * 1440, 2000))
  }
}
