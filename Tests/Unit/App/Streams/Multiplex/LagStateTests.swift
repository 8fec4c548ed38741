import Model
import Testing

@testable import App

@Suite struct LagStateTests {
  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  @Test func aStretchBeginsOnceAndEndsWithItsCount() throws {
    var state = LagState()
    #expect(state.take() == nil)
    let notes = [state.note(time(1)), state.note(time(1)), state.note(time(2))]
    #expect(notes == [true, false, false])
    let taken = state.take()
    let told = try #require(taken)
    #expect(told.since == time(1))
    #expect(told.conflated == 3)
    #expect(state.take() == nil)
    #expect(state.note(time(9)) == true)
  }
}
