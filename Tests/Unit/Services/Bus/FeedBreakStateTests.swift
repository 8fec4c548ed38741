import Contract
import Model
import Support
import Testing

@testable import Services

@Suite struct FeedBreakStateTests {
  private let parts = [ToyExchange.alpha, ToyExchange.beta].map { Topic(.trades, of: $0) }
  private let early = Timestamp(microseconds: 1)
  private let late = Timestamp(microseconds: 2)

  @Test func itIsBrokenOnceAndWholeWhenEveryPartIs() {
    var state = FeedBreakState()
    #expect(state.interrupt([parts[0]], now: early, cause: .stall) == early)
    #expect(state.interrupt(parts, now: late, cause: .disconnect) == nil)
    #expect(state.cause == .stall)
    #expect(state.restore([parts[0]]) == nil)
    #expect(state.restore([parts[1]]) == early)
    #expect(state.restore(parts) == nil)
    #expect(state.interrupt(parts, now: late, cause: .disconnect) == late)
    #expect(state.cause == .disconnect)
  }

  @Test func aBreakOfNothingIsNone() {
    var state = FeedBreakState()
    #expect(state.interrupt([], now: early, cause: .stall) == nil)
    #expect(state.restore(parts) == nil)
  }
}
