import Contract
import Testing

@Suite struct BreakCauseTests {
  @Test func theWordsArePublic() {
    #expect(BreakCause.allCases.map(\.rawValue) == ["disconnect", "stall", "maintenance", "ban"])
  }

  @Test(
    arguments: [
      (403, .ban), (418, .ban), (429, .ban), (nil, .disconnect), (200, .disconnect), (401, .disconnect),
      (503, .disconnect),
    ] as [(Int?, BreakCause)]) func aRefusedHandshakeIsABanOnlyWhereItSaysSo(status: Int?, cause: BreakCause)
  {
    #expect(BreakCause(handshakeStatus: status) == cause)
  }
}
