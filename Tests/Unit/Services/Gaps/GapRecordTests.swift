import Contract
import Testing

@testable import Services

@Suite struct GapRecordTests {
  @Test func everyCauseOfABreakIsACauseOfAGapByTheSameWord() {
    for cause in BreakCause.allCases { #expect(GapCause(cause).rawValue == cause.rawValue) }
  }

  @Test func wordsAreThoseOfThePublicInterface() {
    #expect(
      GapCause.allCases.map(\.rawValue)
        == [
          "disconnect", "stall", "ban", "maintenance", "slow_consumer", "recording", "skipped", "no_trade",
        ])
  }
}
