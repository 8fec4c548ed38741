import Model
import Testing

@Suite struct SideTests {
  /// CONTRACT: `"sell"`: a long was liquidated; `"buy"`: a short.
  @Test func aPositionIsClosedByTheOtherSide() {
    #expect(PositionSide.long.closingSide == .sell)
    #expect(PositionSide.short.closingSide == .buy)
  }

  @Test func sidesAreSpelledInLowerCase() {
    #expect([Side.buy, .sell].map(\.rawValue) == ["buy", "sell"])
    #expect([PositionSide.long, .short].map(\.rawValue) == ["long", "short"])
  }
}
