import Model
import Testing

@testable import Services

/// Minutes of a made-up market; the clocks agree and stand where a test puts them.
@Suite struct CandleKeeperTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func candle(_ minute: Int64, closed: Bool = false, close: Int = 1) -> Candle {
    let price = FixedDecimal(close)
    return Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: time(minute), open: price, high: price, low: price,
      close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: closed,
      receiveTime: time(minute, 1000))
  }

  private func final(_ minute: Int64, close: Int = 1) -> Candle { candle(minute, closed: true, close: close) }

  private func time(_ minute: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
    Timestamp(microseconds: (minute * 60_000 + milliseconds) * 1000)
  }

  private func at(_ minute: Int64, _ milliseconds: Int64 = 0) -> Moment {
    let wall = time(minute, milliseconds)
    return Moment(monotonic: wall.milliseconds, wallClock: wall, exchangeTime: wall)
  }

  private func page(_ from: Int64, _ candles: Candle...) -> CandlePage {
    CandlePage(from: time(from), candles: candles, knownThrough: candles.last?.openTime)
  }

  private func keeper(marksFinals: Bool = true, after candles: Candle...) -> CandleKeeper {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    var keeper = CandleKeeper(interval: .oneMinute, marksFinals: marksFinals, terms: terms)
    for candle in candles { #expect(keeper.receive(candle, at(0)) == [.publish(candle)]) }
    return keeper
  }

  private func ask(_ from: Int64, _ to: Int64, question: Int = 0) -> CandleKeeper.Action {
    .ask(question: question, from: time(from), to: time(to))
  }

  // MARK: What simply follows

  @Test(arguments: [true, false]) func aFurtherStateFollowsAndChangesNothingThatIsDue(marksFinals: Bool) {
    var keeper = keeper(marksFinals: marksFinals, after: candle(1))
    let due = keeper.delay(at(1))
    #expect(keeper.follows(candle(1, close: 7)) == true)
    #expect(keeper.delay(at(1)) == due)
    // Where none is marked, the last state that followed is the final.
    #expect(keeper.tick(at(2, 2000)) == (marksFinals ? [] : [.publish(final(1, close: 7))]))
  }

  @Test(arguments: [true, false]) func whatIsNewFinalLateOrAfterABreakDoesNotSimplyFollow(marksFinals: Bool) {
    var keeper = keeper(marksFinals: marksFinals)
    #expect(keeper.follows(candle(1)) == false)
    #expect(keeper.receive(candle(1), at(1)) == [.publish(candle(1))])
    #expect(keeper.follows(candle(2)) == false)
    #expect(keeper.follows(candle(0)) == false)
    #expect(keeper.follows(final(1)) == false)
    _ = keeper.interrupt(.disconnect, at(1, 1000))
    #expect(keeper.follows(candle(1)) == false)
  }

  @Test func nothingSimplyFollowsBeforeAHoleIsFilled() {
    var keeper = keeper(after: final(1))
    #expect(keeper.receive(candle(3), at(3)).contains(ask(2, 2)))
    #expect(keeper.follows(candle(3)) == false)
  }

  @Test func anOpenStateOfAFinalDoesNotFollow() {
    var keeper = keeper(after: candle(1), final(1))
    #expect(keeper.follows(candle(1)) == false)
    #expect(keeper.receive(candle(1), at(2)) == [.drop])
  }

  // MARK: Finals that are due

  @Test func aFinalThatDoesNotComeIsAskedForFiveSecondsAfterItsEnd() {
    var keeper = keeper(after: candle(1))
    #expect(keeper.delay(at(1)) == 65_000)
    #expect(keeper.tick(at(2, 4999)) == [])
    #expect(keeper.tick(at(2, 5000)) == [ask(1, 1)])
    #expect(keeper.delay(at(2, 5000)) == nil && keeper.tick(at(2, 6000)) == [])
    #expect(
      keeper.receiveFetched(page(1, final(1, close: 4), candle(2)), question: 0, at(2, 5100))
        == [
          .gap(.note(.skipped, from: time(1), to: time(2), .filled(.rest))), .publish(final(1, close: 4)),
        ])
    // The stream's own is told no second time.
    #expect(keeper.receive(final(1, close: 4), at(2, 7000)) == [.drop])
  }

  @Test func aFinalIsAskedForWhenItIsDue() {
    var terms = RepairTerms()
    terms.finalDelay = 7000
    var keeper = CandleKeeper(interval: .oneMinute, marksFinals: true, terms: terms)
    _ = keeper.receive(candle(1), at(1))
    #expect(keeper.delay(at(1)) == 67_000 && keeper.tick(at(2, 6999)) == [])
    #expect(keeper.tick(at(2, 7000)) == [ask(1, 1)])
    terms.longestCandleHole = 0
    keeper = CandleKeeper(interval: .oneMinute, marksFinals: true, terms: terms)
    _ = keeper.receive(candle(1), at(1))
    #expect(keeper.delay(at(1)) == nil)
  }

  @Test func aQuietMinuteIsAskedForTooAndOnceOnly() {
    var keeper = keeper(after: final(1))
    #expect(keeper.tick(at(3, 5000)) == [ask(2, 2)])
    // The exchange has nothing yet: the end of the next candle is soon enough.
    #expect(keeper.receiveFetched(page(2), question: 0, at(3, 5100)) == [])
    #expect(keeper.tick(at(3, 30_000)) == [] && keeper.delay(at(3, 30_000)) == 35_000)
    #expect(keeper.tick(at(4, 5000)) == [ask(2, 3)])
    #expect(
      keeper.receiveFetched(page(2, final(3), candle(4)), question: 0, at(4, 5100))
        == [
          .gap(.note(.skipped, from: time(3), to: time(4), .filled(.rest))),
          .gap(.note(.noTrade, from: time(2), to: time(3), .filled(.rest))), .publish(final(3)),
        ])
  }

  @Test func aFinalOfTheStreamIsNeverAskedFor() {
    var keeper = keeper(after: candle(1), final(1))
    #expect(keeper.tick(at(2, 5000)) == [])
    #expect(keeper.delay(at(2, 5000)) == 60_000)
  }

  @Test func whereFinalsAreNotMarkedTheClockMakesThem() {
    var keeper = keeper(marksFinals: false, after: candle(1))
    #expect(keeper.delay(at(1)) == 62_000)
    #expect(keeper.tick(at(2, 2000)) == [.publish(final(1))])
    #expect(keeper.delay(at(2, 2000)) == nil)
  }

  // MARK: Holes

  @Test func aHoleIsAskedForAgainAfterPausesThatGrow() {
    var keeper = keeper(after: final(1))
    let opened = keeper.receive(candle(3), at(3))
    #expect(opened == [.gap(.open(1, .skipped, from: time(2), to: time(3))), ask(2, 2)])
    var pauses: [Int64] = []
    var now: Int64 = 0
    for _ in 0..<7 {
      #expect(keeper.receiveFetched(nil, question: 0, at(3, now)) == [])
      let pause = keeper.delay(at(3, now)) ?? 0
      pauses.append(pause)
      guard now + pause < 120_000 else { break }
      now += pause
      #expect(keeper.tick(at(3, now)) == [ask(2, 2)])
    }
    #expect(pauses == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    #expect(
      keeper.receiveFetched(page(2, final(2), candle(3)), question: 0, at(4))
        == [
          .publish(final(2)), .gap(.change(1, .delivered(at: time(3)))), .gap(.change(1, .filled(.rest))),
          .publish(candle(3)),
        ])
  }

  @Test func whatIsMissingIsAskedForSoonOnceTheStreamIsThereAgain() {
    var keeper = keeper(after: final(1))
    _ = keeper.receive(candle(3), at(3))
    for _ in 0..<7 { _ = keeper.receiveFetched(nil, question: 0, at(3)) }
    #expect(keeper.delay(at(3)) == 30_000)
    keeper.restore(at(3, 2000))
    #expect(keeper.delay(at(3, 2000)) == 1000)
    #expect(keeper.tick(at(3, 3000)) == [ask(2, 2)])
    // And what live data has gone on without.
    _ = keeper.tick(at(5))
    for _ in 0..<7 { _ = keeper.receiveFetched(nil, question: 2, at(5)) }
    keeper.restore(at(5, 1))
    #expect(keeper.tick(at(5, 1001)).last == ask(2, 2, question: 2))
  }

  @Test func afterTwoMinutesLiveDataGoesOnAndWhatComesLaterIsARevision() {
    var keeper = keeper(after: final(1))
    _ = keeper.receive(candle(4), at(4))
    _ = keeper.receiveFetched(nil, question: 0, at(4))
    _ = keeper.tick(at(4, 1000))
    let left = keeper.tick(at(6))
    #expect(left == [.goOn(missing: 2, from: time(2), to: time(3)), .publish(candle(4))])
    // The answer that was on its way says nothing more.
    #expect(keeper.receiveFetched(nil, question: 0, at(6, 10)) == [])
    // The final of the running candle is due by now, too.
    #expect(keeper.tick(at(6, 1000)) == [ask(4, 4), ask(2, 3, question: 2)])
    #expect(keeper.receiveFetched(page(2, final(2)), question: 2, at(6, 1100)) == [.revise(final(2), 1)])
    // The stream may bring the rest by itself.
    #expect(
      keeper.receive(final(3), at(6, 1200)) == [.revise(final(3), 1), .gap(.change(1, .filled(.rest)))])
    #expect(keeper.receive(final(4), at(6, 2000)) == [.publish(final(4))])
  }

  @Test func aQuestionThatIsDueForAHoleThatIsGoneIsForgotten() {
    var keeper = keeper(after: final(1))
    _ = keeper.receive(candle(3), at(3))
    _ = keeper.receiveFetched(nil, question: 0, at(3))
    #expect(keeper.delay(at(3)) == 1000)
    _ = keeper.receive(final(2), at(3, 500))
    #expect(keeper.tick(at(3, 1000)) == [])
    // The end of the running candle is next.
    #expect(keeper.delay(at(3, 1000)) == 64_000)
  }

  @Test func candlesThatStandBesideTheGridAreDueAtTheirOwnEnd() {
    let beside = time(1, 30_000)
    let price = FixedDecimal(1)
    var keeper = keeper()
    let first = Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: beside, open: price, high: price, low: price,
      close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: beside)
    #expect(keeper.receive(first, at(1, 31_000)) == [.publish(first)])
    #expect(keeper.tick(at(2, 35_000)) == [.ask(question: 0, from: beside, to: beside)])
    _ = keeper.receiveFetched(page(1), question: 0, at(2, 36_000))
    #expect(keeper.delay(at(2, 36_000)) == 59_000)
  }

  @Test func whatIsNotHadInAnHourIsGivenUp() {
    var keeper = keeper(after: final(1))
    _ = keeper.receive(candle(3), at(3))
    _ = keeper.tick(at(5))
    #expect(keeper.tick(at(65)).contains(.gap(.change(1, .unfillable(missing: 1)))))
    #expect(keeper.receive(final(2), at(65)) == [.drop])
  }

  @Test func aHoleLongerThanCanBeFilledIsCountedAndGivenUp() {
    var keeper = keeper(after: final(1))
    let next = Int64(CandleSequenceState.maxHole) + 10
    #expect(keeper.receive(candle(next), at(next)) == [.drop])
    let missing = CandleSequenceState.maxHole + 8
    #expect(
      keeper.receive(candle(next), at(next))
        == [
          .goOn(missing: missing, from: time(2), to: time(next - 1)),
          .gap(.open(1, .skipped, from: time(2), to: time(next))),
          .gap(.change(1, .unfillable(missing: Int64(missing)))), .publish(candle(next)),
        ])
  }

  // MARK: Breaks

  @Test func aBreakThatCostNothingIsFilledByTheStream() {
    var keeper = keeper(after: candle(1))
    #expect(
      keeper.interrupt(.disconnect, at(1, 30_000))
        == [.gap(.open(1, .disconnect, from: time(1, 1000), to: nil))])
    #expect(keeper.interrupt(.disconnect, at(1, 31_000)) == [])
    #expect(keeper.interrupt(.ban, at(1, 32_000)) == [.gap(.change(1, .cause(.ban)))])
    #expect(
      keeper.receive(candle(1, close: 2), at(1, 40_000))
        == [.gap(.change(1, .filled(.stream))), .publish(candle(1, close: 2))])
  }

  @Test func aBreakAcrossTheEndOfACandleIsFilledOverREST() {
    var keeper = keeper(after: candle(1))
    _ = keeper.interrupt(.disconnect, at(1, 30_000))
    #expect(keeper.tick(at(2, 5000)) == [ask(1, 1)])
    // The stream is known to be down: its final is no further gap.
    #expect(keeper.receiveFetched(page(1, final(1), candle(2)), question: 0, at(2, 5100)) == [.publish(final(1))])
    #expect(
      keeper.receive(candle(2), at(2, 9000)) == [.gap(.change(1, .filled(.rest))), .publish(candle(2))])
  }

  @Test func aBreakWhoseFinalsCannotBeHadStaysOpenUntilTheyCan() {
    var keeper = keeper(after: candle(1))
    _ = keeper.interrupt(.disconnect, at(1, 30_000))
    _ = keeper.tick(at(2, 5000))
    #expect(keeper.receiveFetched(nil, question: 0, at(2, 5100)) == [])
    // The exchange is back, perhaps: it is asked at once.
    #expect(
      keeper.receive(candle(2), at(2, 5500)) == [.gap(.change(1, .delivered(at: time(2, 5500)))), ask(1, 1)])
    #expect(keeper.receiveFetched(nil, question: 0, at(2, 5600)) == [] && keeper.delay(at(2, 5600)) == 2000)
    #expect(keeper.tick(at(2, 7600)) == [ask(1, 1)])
    #expect(
      keeper.receiveFetched(page(1, final(1), candle(2)), question: 0, at(2, 6200))
        == [
          .publish(final(1)), .gap(.change(1, .delivered(at: time(2)))), .gap(.change(1, .filled(.rest))),
          .publish(candle(2)),
        ])
  }

  @Test func aTopicThatEndsClosesItsGaps() {
    var keeper = keeper(after: final(1))
    _ = keeper.receive(candle(3), at(3))
    _ = keeper.interrupt(.stall, at(3, 500))
    #expect(
      keeper.end() == [.gap(.change(1, .unfillable(missing: nil))), .gap(.change(2, .unfillable(missing: nil)))])
  }

  // MARK: Corrections

  @Test func aFinalThatComesAgainWithOtherValuesIsARevisionAndNoSecondFinal() {
    var keeper = keeper(after: final(1), final(2))
    #expect(keeper.receive(final(1), at(2)) == [.drop])
    #expect(keeper.receive(final(1, close: 5), at(2)) == [.revise(final(1, close: 5), 1)])
    #expect(keeper.receive(final(1, close: 5), at(2)) == [.drop])
    #expect(keeper.receive(final(1, close: 6), at(2)) == [.revise(final(1, close: 6), 2)])
    #expect(keeper.receive(candle(1, close: 7), at(2)) == [.drop])
  }
}
