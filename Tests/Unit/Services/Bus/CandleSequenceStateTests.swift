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

  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  private func state(after candles: Candle...) -> CandleSequenceState {
    var state = CandleSequenceState(interval: .oneMinute)
    for candle in candles { #expect(state.receive(candle) == [.publish(candle)]) }
    return state
  }

  @Test func updatesAndFinalsInOrderAreHandedOn() {
    _ = state(
      after: candle(1), candle(1, close: 2), candle(1, closed: true, close: 3), candle(2), candle(2, closed: true),
      candle(3, closed: true), candle(4))
  }

  @Test func aFinalIsSentOnce() {
    var state = state(after: candle(1), candle(1, closed: true))
    #expect(state.receive(candle(1, closed: true)) == [.drop])
    #expect(state.receive(candle(1)) == [.drop])
  }

  @Test func whatComesTooLateIsDropped() {
    var state = state(after: candle(1, closed: true), candle(2))
    #expect(state.receive(candle(1, closed: true)) == [.drop])
    #expect(state.receive(candle(0)) == [.drop])
  }

  @Test func aLostFinalIsFetchedBeforeTheNextCandleGoesOut() {
    var state = state(after: candle(1))
    #expect(state.receive(candle(2, close: 5)) == [.fetch(from: time(1), to: time(1))])
    #expect(state.receive(candle(2, close: 6)) == [])
    let final = candle(1, closed: true, close: 4)
    #expect(state.receiveFetched([final]) == [.publish(final), .publish(candle(2, close: 6))])
    #expect(state.receive(candle(2, closed: true)) == [.publish(candle(2, closed: true))])
  }

  @Test func candlesMissedInAnOutageComeFirstAndInOrder() {
    var state = state(after: candle(1, closed: true))
    #expect(state.receive(candle(5)) == [.fetch(from: time(2), to: time(4))])
    #expect(state.receive(candle(5, closed: true, close: 7)) == [])
    #expect(state.receive(candle(6)) == [])
    let missed = [candle(2, closed: true), candle(3, closed: true), candle(4, closed: true)]
    #expect(
      state.receiveFetched(missed)
        == missed.map { .publish($0) } + [.publish(candle(5, closed: true, close: 7)), .publish(candle(6))])
  }

  @Test func whatCannotBeHadIsCountedAndTheStreamGoesOn() {
    var state = state(after: candle(1, closed: true))
    _ = state.receive(candle(5))
    #expect(
      state.receiveFetched([candle(3, closed: true)])
        == [
          .publish(candle(3, closed: true)), .missing(2, from: time(2), to: time(4)), .publish(candle(5)),
        ])
    #expect(state.receive(candle(5, closed: true)) == [.publish(candle(5, closed: true))])
  }

  @Test func openAndForeignRowsOfAFetchAreNotFinals() {
    var state = state(after: candle(1, closed: true))
    _ = state.receive(candle(4))
    let actions = state.receiveFetched([
      candle(1, closed: true), candle(2, closed: true), candle(3), candle(4, closed: true),
    ])
    #expect(
      actions
        == [.publish(candle(2, closed: true)), .missing(1, from: time(3), to: time(3)), .publish(candle(4))])
  }

  @Test func aFinalThatComesDuringTheFetchIsNotSentTwice() {
    var state = state(after: candle(1))
    _ = state.receive(candle(2))
    #expect(state.receive(candle(1, closed: true, close: 9)) == [])
    let final = candle(1, closed: true, close: 9)
    #expect(state.receiveFetched([final]) == [.publish(final), .drop, .publish(candle(2))])
  }

  @Test func aFinalThatIsExpectedIsFetchedOnce() {
    var state = state(after: candle(1))
    #expect(state.expectFinal(of: time(0)) == [])
    #expect(state.expectFinal(of: time(1)) == [.fetch(from: time(1), to: time(1))])
    #expect(state.expectFinal(of: time(1)) == [])
    #expect(state.receive(candle(2)) == [])
    let final = candle(1, closed: true, close: 4)
    #expect(state.receiveFetched([final]) == [.publish(final), .publish(candle(2))])
    #expect(state.expectFinal(of: time(1)) == [])
  }

  @Test func aFinalThatCannotBeHadIsAskedForAgainByTheNextCandle() {
    var state = state(after: candle(1))
    _ = state.expectFinal(of: time(1))
    #expect(state.receiveFetched([]) == [.missing(1, from: time(1), to: time(1))])
    #expect(state.receive(candle(2)) == [.fetch(from: time(1), to: time(1))])
    let closed = candle(2, closed: true)
    #expect(state.receiveFetched([candle(1, closed: true)]).count == 2)
    #expect(state.receive(closed) == [.publish(closed)])
    #expect(state.expectFinal(of: time(2)) == [])
  }

  @Test func aFetchNobodyAskedForChangesNothing() {
    var state = state(after: candle(1))
    #expect(state.receiveFetched([candle(0, closed: true)]) == [])
  }

  @Test func aHoleTooLongToFillIsToldAndLeft() {
    var state = state(after: candle(1, closed: true))
    let next = Int64(CandleSequenceState.maxHole) + 10
    #expect(state.receive(candle(next)) == [.drop])
    let missing = CandleSequenceState.Action.missing(
      CandleSequenceState.maxHole + 8, from: time(2), to: time(next - 1))
    #expect(state.receive(candle(next)) == [missing, .publish(candle(next))])
  }

  @Test func oneAbsurdFrameDoesNotEndTheStream() {
    var state = state(after: candle(1, closed: true), candle(2))
    #expect(state.receive(candle(40_000_000, closed: true)) == [.drop])
    #expect(state.receive(candle(2, close: 3)) == [.publish(candle(2, close: 3))])
    #expect(state.receive(candle(40_000_000)) == [.drop])
    #expect(state.receive(candle(2, closed: true)) == [.publish(candle(2, closed: true))])
  }

  @Test func heldFinalsAreBounded() {
    var state = state(after: candle(1, closed: true))
    _ = state.receive(candle(3))
    var actions: [CandleSequenceState.Action] = []
    for minute in 3...Int64(CandleSequenceState.maxHeldFinals + 3) {
      actions = state.receive(candle(minute, closed: true))
    }
    #expect(actions.first == .missing(1, from: time(2), to: time(2)))
    #expect(actions.count == CandleSequenceState.maxHeldFinals + 2)
  }
}
