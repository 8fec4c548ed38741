import Model
import Testing

@testable import Services

@Suite struct ClockLeadTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)
  private static let hour: Int64 = 3_600_000

  private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  /// A state of the candle of a minute since 1970, so long after its begin.
  private func state(_ minute: Int64, after milliseconds: Int64) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: time(minute * 60_000), open: one, high: one,
      low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: false,
      receiveTime: time(minute * 60_000 + milliseconds))
  }

  @Test func withoutProofThereIsNone() {
    let lead = ClockLead()
    #expect(lead.milliseconds == 0)
    #expect(lead.exchangeTime(at: time(5000)) == time(5000))
  }

  @Test func noLeadIsBelievedThatIsLongerThanTheLongest() {
    var lead = ClockLead(longest: 5000)
    lead.note(state(5, after: 67_000), isFurther: true)
    #expect(lead.milliseconds == 5000)
    #expect(lead.exchangeTime(at: time(90_000)) == time(87_000))
  }

  @Test func statesThatComeInTheirTimeProveNothing() {
    var lead = ClockLead()
    for (minute, after) in [(Int64(5), Int64(300)), (5, 30_000), (5, 61_000), (6, 100)] {
      lead.note(state(minute, after: after), isFurther: true)
      #expect(lead.milliseconds == 0)
    }
  }

  @Test func aFurtherStateOfACandleThatIsOverProvesALead() {
    var lead = ClockLead()
    lead.note(state(5, after: 67_000), isFurther: true)
    #expect(lead.milliseconds == 67_000)
    // The first state of the next one tells it better: 7.2 s after its begin by our clock.
    lead.note(state(6, after: 7200), isFurther: false)
    #expect(lead.milliseconds == 7200)
    #expect(lead.exchangeTime(at: time(90_000)) == time(90_000 - 5200))
  }

  @Test func theLeadIsNeverLessThanWasProved() {
    var lead = ClockLead()
    lead.note(state(5, after: 200), isFurther: false)
    lead.note(state(6, after: 69_000), isFurther: true)
    #expect(lead.milliseconds == 9000)
  }

  @Test func aFirstStateMayBeOfACandleLongOver() {
    var lead = ClockLead()
    lead.note(state(5, after: 600_000), isFurther: false)
    #expect(lead.milliseconds == 600_000)
    lead.note(state(15, after: 400), isFurther: false)
    #expect(lead.milliseconds == 400)
  }

  @Test func aClockHoursAheadIsNoticedWithTheFirstState() {
    var lead = ClockLead()
    lead.note(state(5, after: Self.hour + 20_000), isFurther: false)
    #expect(lead.milliseconds == Self.hour + 20_000)
    // The exchange is in the middle of the candle, and we do not think it over.
    #expect(lead.exchangeTime(at: time(5 * 60_000 + Self.hour + 20_000)) <= time(6 * 60_000))
  }

  @Test func anAnswerProvesTheMostItCanBe() {
    var lead = ClockLead()
    lead.note(answerMadeAfter: time(1000), at: time(9000))
    #expect(lead.milliseconds == 8000)
    lead.note(state(5, after: 5000), isFurther: false)
    #expect(lead.milliseconds == 5000)
    lead.note(answerMadeAfter: time(20_000), at: time(20_300))
    #expect(lead.milliseconds == 0)
  }

  @Test func aClockThatIsBehindLeadsByNothing() {
    var lead = ClockLead()
    lead.note(answerMadeAfter: time(100_000), at: time(1000))
    lead.note(state(5, after: -40_000), isFurther: true)
    #expect(lead.milliseconds == 0)
  }
}
