import Model
import Support
import Testing

@testable import Services

@Suite struct FeedGapStateTests {
  private let alpha = Topic(.trades, of: ToyExchange.alpha)
  private let beta = Topic(.trades, of: ToyExchange.beta)

  @Test func itIsFilledWhenEveryPartIs() {
    var state = FeedGapState(id: 1)
    state.interrupt(alpha, gap: 4)
    state.interrupt(beta, gap: 2)
    #expect(state.settle(alpha, gap: 4, .filled(.stream)) == nil)
    #expect(state.restore() == nil && !state.isSettled)
    // An earlier gap of the part is another matter.
    #expect(state.settle(beta, gap: 1, .unfillable(missing: 9)) == nil)
    #expect(state.settle(beta, gap: 2, .filled(.rest)) == .filled(.rest) && state.isSettled)
    #expect(state.restore() == nil)
  }

  @Test func whatThePartsLostIsAddedUp() {
    var state = FeedGapState(id: 1)
    state.interrupt(alpha, gap: 1)
    state.interrupt(beta, gap: 1)
    _ = state.restore()
    #expect(state.settle(alpha, gap: 1, .unfillable(missing: 3)) == nil)
    #expect(state.settle(beta, gap: 1, .unfillable(missing: 4)) == .unfillable(missing: 7))
  }

  @Test func whereOnePartCannotBeCountedTheSumCannot() {
    var state = FeedGapState(id: 1)
    state.interrupt(alpha, gap: 1)
    state.interrupt(beta, gap: nil)
    #expect(state.settle(alpha, gap: 1, .filled(.rest)) == nil)
    #expect(state.restore() == .unfillable(missing: nil))
  }

  @Test func aPartThatBreaksAgainIsWaitedForAgain() {
    var state = FeedGapState(id: 1)
    state.interrupt(alpha, gap: 1)
    _ = state.restore()
    state.interrupt(beta, gap: 1)
    #expect(state.settle(alpha, gap: 1, .filled(.stream)) == nil)
    #expect(state.settle(beta, gap: 1, .filled(.stream)) == nil)
    #expect(state.restore() == .filled(.stream))
  }
}
