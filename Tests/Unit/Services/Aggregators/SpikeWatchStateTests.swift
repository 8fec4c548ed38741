import Contract
import Model
import Testing

@testable import Services

@Suite struct SpikeWatchStateTests {
  private static let instrument = SpikeSample.instrument("BTCUSDT")
  private static let rule = SpikeRule.all[0]
  private let hour = SpikeSample.hour

  private func watch(now: Timestamp) -> SpikeWatchState {
    SpikeWatchState(Self.instrument, Self.rule, delay: 20_000, now: now)
  }

  private func minutes(_ query: HistoryQuery?) -> [Int64] {
    guard let query, let start = query.start, let end = query.end else { return [] }
    return [start, end].map { $0.milliseconds(since: hour) / 60_000 } + [Int64(query.limit)]
  }

  /// Everything that was asked for comes, as of a quiet exchange.
  private func answer(
    _ watch: inout SpikeWatchState, _ questions: [(half: SpikeWatchState.Half, query: HistoryQuery)], now: Timestamp,
    candles: Bool = true, samples: Bool = true
  ) -> SpikeWatchState.Outcome? {
    var outcome: SpikeWatchState.Outcome?
    for (half, query) in questions {
      let told =
        half == .candle
        ? watch.receive(candles: candles ? SpikeSample.candles(query, now: now) : nil, now: now)
        : watch.receive(samples: samples ? SpikeSample.samples(query, now: now) : nil, now: now)
      outcome = told ?? outcome
    }
    return outcome
  }

  @Test func theFirstBarIsTheNextOneThatEnds() {
    #expect(watch(now: hour).bar == hour + 300)
    #expect(watch(now: hour + 299).bar == hour + 300)
    #expect(watch(now: hour + 300).bar == hour + 600)
    #expect(watch(now: hour).due == hour + 320)
  }

  @Test func nothingIsAskedBeforeItsTime() {
    var watch = watch(now: hour)
    #expect(watch.advance(now: hour + 319).questions.isEmpty)
    #expect(!watch.isAsking)
    #expect(watch.advance(now: hour + 320).questions.count == 2)
    #expect(watch.isAsking)
    #expect(watch.advance(now: hour + 330).questions.isEmpty)
  }

  @Test func theFirstQuestionIsFor51ClosedRowsAndLaterOnesForWhatIsNew() {
    var watch = watch(now: hour)
    let first = watch.advance(now: hour + 320).questions
    #expect(first.map(\.half) == [.candle, .openInterest])
    // The bar that ends at minute 5 opens at minute 0; 50 bars before it, the first one opens at minute -250.
    #expect(minutes(first[0].query) == [-250, 0, 51])
    #expect(minutes(first[1].query) == [-245, 5, 51])
    #expect(answer(&watch, first, now: hour + 320) == SpikeWatchState.Outcome(spike: nil, isLate: false))
    #expect(watch.bar == hour + 600 && watch.due == hour + 620)
    let second = watch.advance(now: hour + 620).questions
    #expect(minutes(second[0].query) == [5, 5, 1])
    #expect(minutes(second[1].query) == [10, 10, 1])
  }

  @Test func aHalfThatFailedIsAskedForAgainAndTheOtherIsNot() {
    var watch = watch(now: hour)
    let first = watch.advance(now: hour + 320).questions
    #expect(answer(&watch, first, now: hour + 321, samples: false) == nil)
    #expect(watch.missing == [.openInterest])
    #expect(watch.due == hour + 341)
    let second = watch.advance(now: hour + 341).questions
    #expect(second.map(\.half) == [.openInterest])
    #expect(minutes(second[0].query) == [-245, 5, 51])
    #expect(answer(&watch, second, now: hour + 342) == SpikeWatchState.Outcome(spike: nil, isLate: false))
  }

  @Test func aSampleThatIsNotPublishedYetIsAskedForAlone() {
    var watch = watch(now: hour)
    for (half, query) in watch.advance(now: hour + 320).questions {
      if half == .candle {
        _ = watch.receive(candles: SpikeSample.candles(query, now: hour + 320), now: hour + 320)
      } else {
        _ = watch.receive(samples: SpikeSample.samples(query, now: hour + 299), now: hour + 320)
      }
    }
    #expect(minutes(watch.advance(now: hour + 340).questions.first?.query) == [5, 5, 1])
  }

  @Test func aCandleThatIsStillOpenIsNotTaken() {
    var watch = watch(now: hour)
    let first = watch.advance(now: hour + 320).questions
    // The exchange's clock is behind ours.
    #expect(answer(&watch, first, now: hour + 299) == nil)
    #expect(watch.missing == [.candle, .openInterest])
  }

  @Test func attemptsAreBoundedAndThenTheBarIsLookedAtWithWhatThereIs() {
    var watch = watch(now: hour)
    var (now, asked) = (hour + 320, 0)
    var outcome: SpikeWatchState.Outcome?
    while outcome == nil, now < hour + 600 {
      now = max(now, watch.due)
      let (questions, told) = watch.advance(now: now)
      asked += questions.count { $0.half == .openInterest }
      outcome = told ?? answer(&watch, questions, now: now, samples: false)
    }
    #expect(outcome == SpikeWatchState.Outcome(spike: nil, isLate: true))
    // At 20, 40, 80 and 160 s after the bar's end; the fifth would come after the patience.
    #expect(asked == 4)
    #expect(now == hour + 300 + 240)
    #expect(watch.bar == hour + 600)
  }

  @Test func aSpikeByVolumeAloneIsToldWhenThePatienceIsOver() throws {
    var watch = watch(now: hour)
    for (half, query) in watch.advance(now: hour + 320).questions {
      if half == .candle {
        let rows = SpikeSample.candles(query, now: hour + 320).dropLast()
        let last = SpikeSample.candle(Self.instrument, Self.rule.timeframe, opening: hour, volume: 3_000_000)
        #expect(watch.receive(candles: rows + [last], now: hour + 320) == nil)
      } else {
        #expect(watch.receive(samples: SpikeSample.samples(query, now: hour + 299), now: hour + 320) == nil)
      }
    }
    #expect(watch.advance(now: hour + 539).outcome == nil)
    _ = watch.receive(samples: nil, now: hour + 539)
    let outcome = try #require(watch.advance(now: hour + 540).outcome)
    let spike = try #require(outcome.spike)
    #expect(outcome.isLate && spike.barEnd == hour + 300 && spike.openInterestScore == nil && !spike.isConfirmed)
  }

  @Test func aBarIsToldOnce() throws {
    var watch = watch(now: hour)
    var told = 0
    for (half, query) in watch.advance(now: hour + 320).questions {
      var rows = SpikeSample.samples(query, now: hour + 320)
      rows[rows.count - 1] = SpikeSample.sample(Self.instrument, at: hour + 300, value: 9_000_000)
      let outcome =
        half == .candle
        ? watch.receive(candles: SpikeSample.candles(query, now: hour + 320), now: hour + 320)
        : watch.receive(samples: rows, now: hour + 320)
      if outcome?.spike != nil { told += 1 }
    }
    for second in stride(from: Int64(321), to: 600, by: 1) {
      if watch.advance(now: hour + second).outcome != nil { told += 1 }
    }
    #expect(told == 1)
  }

  @Test func answersNobodyWaitsForAreLeftOut() {
    var watch = watch(now: hour)
    #expect(watch.receive(candles: [], now: hour) == nil && watch.receive(samples: nil, now: hour) == nil)
    #expect(watch.due == hour + 320)
  }

  @Test func afterALeapForwardTheBarThatEndedLastIsNext() {
    var watch = watch(now: hour)
    #expect(watch.advance(now: hour + 86_400 + 100).questions.count == 2)
    #expect(watch.bar == hour + 86_400)
  }

  @Test func afterALeapBackTheNextBarIsNextAndNothingIsKnown() {
    var watch = watch(now: hour)
    _ = answer(&watch, watch.advance(now: hour + 320).questions, now: hour + 320)
    let before = hour.advanced(byMilliseconds: -86_400_000)
    #expect(watch.advance(now: before).questions.isEmpty)
    #expect(watch.bar == before + 300)
    let questions = watch.advance(now: before + 320).questions
    #expect(questions.map(\.query.limit) == [51, 51])
    #expect(answer(&watch, questions, now: before + 320) == SpikeWatchState.Outcome(spike: nil, isLate: false))
  }

  @Test func aBarWhoseWholePatienceWasSleptThroughIsLookedAtAsItIs() {
    var watch = watch(now: hour)
    let (questions, outcome) = watch.advance(now: hour + 550)
    #expect(questions.isEmpty)
    #expect(outcome == SpikeWatchState.Outcome(spike: nil, isLate: true))
    #expect(watch.bar == hour + 600)
  }

  @Test func aMovedPlaceCountsFromTheNextBarOn() {
    var watch = watch(now: hour)
    watch.move(to: 90_000)
    #expect(watch.due == hour + 320)
    _ = answer(&watch, watch.advance(now: hour + 320).questions, now: hour + 320)
    #expect(watch.due == hour + 690)
  }
}
