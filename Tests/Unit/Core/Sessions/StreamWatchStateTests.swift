import Model
import Testing

@testable import Sessions

@Suite struct StreamWatchStateTests {
  private typealias State = StreamWatchState

  /// A stream that has sent a message a second until this instant.
  private func flowing(_ expectation: StreamExpectation = .lively, until end: Int64 = 1_000_000) -> State {
    var state = State(expectation, limits: SilenceLimits())
    state.subscribed(now: 0)
    for now in stride(from: 0, through: end, by: 1000) { _ = state.heard(now: now) }
    return state
  }

  private func reading(_ minute: Int64?, _ volume: Int) -> TradeReading {
    TradeReading(openTime: minute.map { Timestamp(microseconds: $0 * 60_000_000) }, volume: FixedDecimal(volume))
  }

  /// The first outcome within a span, and when.
  private func outcome(_ state: inout State, from: Int64, to: Int64) -> (Int64, State.Outcome)? {
    for now in stride(from: from, through: to, by: 500) {
      if let outcome = state.tick(now: now, mayAsk: true) { return (now, outcome) }
    }
    return nil
  }

  private func finding(_ outcome: (Int64, State.Outcome)?) -> State.Finding? {
    if case .found(let finding) = outcome?.1 { finding } else { nil }
  }

  @Test func aStreamThatGoesOnIsLeftAlone() {
    var state = flowing()
    for now in stride(from: 1_001_000 as Int64, through: 1_100_000, by: 500) {
      if now % 1000 == 0 { _ = state.heard(now: now) }
      #expect(state.tick(now: now, mayAsk: true) == nil)
    }
  }

  /// 500 ms are a burst, and 16.3 times the 500 ms beyond it the bound.
  @Test func oneThatFallsSilentIsSubscribedAnewWithinTenSeconds() throws {
    var state = flowing()
    let found = outcome(&state, from: 1_000_500, to: 1_020_000)
    let finding = try #require(self.finding(found))
    #expect(finding.step == .resubscribe)
    #expect(finding.kind == .fellSilent)
    #expect((8000...9500).contains(finding.silence))
    #expect(found.map { $0.0 - 1_000_000 } == finding.silence)
    #expect(state.silentSince == 1_000_000)
    // Until it is subscribed there is nothing to be said.
    #expect(outcome(&state, from: 1_010_000, to: 1_100_000) == nil)
    state.subscribed(now: 1_100_000)
    #expect(state.heard(now: 1_100_100) == true)
    #expect(state.silentSince == nil)
    #expect(state.heard(now: 1_101_000) == false)
  }

  @Test func withoutProofASilenceHasNoHarsherConsequence() {
    var state = flowing()
    #expect(finding(outcome(&state, from: 1_000_500, to: 1_020_000))?.step == .resubscribe)
    state.subscribed(now: 1_010_000)
    var questions: [Int64] = []
    for now in stride(from: 1_010_000 as Int64, through: 5_000_000, by: 500) {
      switch state.tick(now: now, mayAsk: true) {
      case .ask?:
        questions.append(now)
        state.answered(reading(7, 3), now: now)
      case .found?: Issue.record("found at \(now)")
      case nil: break
      }
    }
    // 4 s and 12 s after the subscription, and then less and less often.
    #expect(questions.prefix(3) == [1_014_000, 1_022_000, 1_037_000])
    #expect(questions.count < 20)
    #expect(!state.isProven)
  }

  @Test func aSilenceThatTheExchangesCandleProvesLeadsToANewConnectionAndThenToDegraded() throws {
    var state = flowing()
    _ = outcome(&state, from: 1_000_500, to: 1_020_000)
    var steps: [(State.Step, Int64)] = []
    var (volume, now) = (1, 1_010_000 as Int64)
    state.subscribed(now: now)
    while now < 1_400_000 {
      now += 500
      switch state.tick(now: now, mayAsk: true) {
      case .ask?:
        state.answered(reading(7, volume), now: now + 50)
        volume += 1
      case .found(let finding)?:
        steps.append((finding.step, now))
        if finding.step == .reconnect { state.subscribed(now: now) }
      case nil: break
      }
    }
    // 15 s after the subscription, 15 s later, and then with pauses that double; degraded after a minute.
    #expect(steps.prefix(3).map(\.0) == [.reconnect, .reconnect, .degraded])
    #expect(steps.map(\.1).prefix(3) == [1_025_000, 1_055_000, 1_060_500])
    #expect(steps.dropFirst(3).map(\.0) == [.reconnect, .reconnect])
    #expect(steps.dropFirst(3).map(\.1) == [1_115_000, 1_235_000])
  }

  @Test func oneThatNeverDeliversIsFoundAfterFifteenSecondsIfItsInstrumentTrades() {
    var state = State(.lively, limits: SilenceLimits())
    state.subscribed(now: 0)
    #expect(outcome(&state, from: 0, to: 14_500)?.1 == .ask)
    state.answered(reading(1, 5), now: 4100)
    #expect(outcome(&state, from: 4500, to: 14_500)?.0 == 12_000)
    state.answered(reading(2, 1), now: 12_100)
    let found = outcome(&state, from: 12_500, to: 20_000)
    #expect(found?.0 == 15_000)
    #expect(finding(found) == State.Finding(step: .resubscribe, kind: .neverDelivered, silence: 15_000))
    #expect(state.isProven)
  }

  @Test func aQuietInstrumentIsNoAlarm() {
    var state = State(.lively, limits: SilenceLimits())
    state.subscribed(now: 0)
    for now in stride(from: 0 as Int64, through: 3_600_000, by: 500) {
      guard let outcome = state.tick(now: now, mayAsk: true) else { continue }
      #expect(outcome == .ask)
      state.answered(reading(nil, 0), now: now)
    }
    #expect(state.silentSince == nil)
  }

  @Test func aMessageBeforeTheVerdictEndsTheQuestion() {
    var state = State(.lively, limits: SilenceLimits())
    state.subscribed(now: 0)
    _ = outcome(&state, from: 0, to: 5000)
    state.answered(reading(1, 5), now: 4100)
    _ = outcome(&state, from: 4500, to: 12_500)
    state.answered(reading(1, 6), now: 14_900)
    #expect(outcome(&state, from: 15_000, to: 16_500) == nil)
    #expect(state.heard(now: 16_600) == false)
    #expect(outcome(&state, from: 16_700, to: 100_000) == nil)
  }

  @Test func aReadingOfASlowerServerProvesNothing() {
    let (early, late) = (reading(1, 5), reading(1, 6))
    #expect(late.isBeyond(early) && !early.isBeyond(late) && !early.isBeyond(early))
    #expect(reading(2, 1).isBeyond(late) && !late.isBeyond(reading(2, 1)))
    #expect(early.isBeyond(reading(nil, 0)) && !reading(nil, 0).isBeyond(early))
  }

  @Test func aQuestionThatMayNotBeAskedStaysDue() {
    var state = State(.lively, limits: SilenceLimits())
    state.subscribed(now: 0)
    #expect(state.tick(now: 5000, mayAsk: false) == nil)
    #expect(state.tick(now: 5500, mayAsk: true) == .ask)
    #expect(state.tick(now: 6000, mayAsk: true) == nil)
  }

  @Test func fromTheSecondAlarmOnPatienceDoublesAndCalmRestoresIt() {
    var state = flowing()
    var now: Int64 = 1_000_000
    var silences: [Int64] = []
    for _ in 0..<4 {
      let found = outcome(&state, from: now + 500, to: now + 200_000)
      guard let found, let finding = self.finding(found) else { break }
      if finding.step == .suspected {
        guard let later = outcome(&state, from: found.0, to: now + 200_000) else { break }
        silences.append(later.0 - now)
        now = later.0
      } else {
        silences.append(finding.silence)
        now = found.0
      }
      state.subscribed(now: now)
      now += 1000
      _ = state.heard(now: now)
    }
    #expect(silences.count == 4)
    #expect(silences[1] <= silences[0] + 500 && silences[2] > silences[1] * 3 / 2 && silences[3] > silences[2] * 3 / 2)
    // One alarm is forgotten an hour.
    let end = now + 5 * 3_600_000
    while now < end {
      now += 1000
      _ = state.heard(now: now)
      if now % 600_000 < 1000 { _ = state.tick(now: now, mayAsk: false) }
    }
    #expect(finding(outcome(&state, from: now + 500, to: now + 9500))?.step == .resubscribe)
  }

  @Test func aBrokenConnectionIsNoSilenceAndNeitherIsARefusal() {
    var state = flowing()
    state.interrupted()
    #expect(outcome(&state, from: 1_000_500, to: 1_100_000) == nil)
    #expect(state.heard(now: 1_100_000) == false)
    state.subscribed(now: 1_100_000)
    #expect(state.heard(now: 1_101_000) == false)
    _ = outcome(&state, from: 1_101_500, to: 1_120_000)
    #expect(state.silentSince != nil)
    state.refused()
    #expect(state.silentSince == nil)
  }

  @Test func liquidationsAreGivenTime() {
    var one = State(.nothing, limits: SilenceLimits())
    one.subscribed(now: 0)
    #expect(outcome(&one, from: 0, to: 1_000_000) == nil)
    var all = flowing(.sparse)
    let found = outcome(&all, from: 1_000_500, to: 3_000_000)
    #expect(finding(found)?.step == .suspected)
    let alarm = outcome(&all, from: 1_011_000, to: 3_000_000)
    #expect(alarm?.0 == 1_900_000)
    all.subscribed(now: 1_900_000)
    #expect(outcome(&all, from: 1_900_000, to: 3_000_000) == nil)
  }
}
