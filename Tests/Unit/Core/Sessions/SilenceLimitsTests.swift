import Testing

@testable import Sessions

@Suite struct SilenceLimitsTests {
  @Test func whatIsPromisedIsWithinTheUsualLimits() {
    let limits = SilenceLimits()
    // A stream of one message a second that goes mute is found within 10 s, one that never delivers within 15 s.
    #expect(limits.floor + limits.period <= 10_000)
    #expect(limits.suspicion + limits.period <= 10_000)
    #expect(limits.verdict == 15_000)
    #expect(limits.verdict - limits.questionLead + TradeWitness.patience <= limits.verdict)
    #expect(limits.firstQuestion + limits.questionSpacing <= limits.verdict - limits.questionLead)
    #expect(limits.grace < limits.questionLead)
  }
}
