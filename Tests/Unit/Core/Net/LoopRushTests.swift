import Testing

@testable import Net

@Suite struct LoopRushTests {
  /// When it began, in microseconds, and the messages read in it.
  private typealias Turn = (at: Int64, messages: Int)

  /// Whether the loop pauses after each of some turns.
  private func pauses(_ turns: [Turn]) -> [Bool] {
    var rush = LoopRush()
    return turns.map { turn in
      if turn.messages > 0 { rush.add(turn.messages) }
      return rush.pausesAfterTurn(at: turn.at * 1000)
    }
  }

  private func turns(_ count: Int, every microseconds: Int64, from start: Int64 = 0, messages: Int = 1) -> [Turn] {
    (0..<Int64(count)).map { (start + $0 * microseconds, messages) }
  }

  @Test func theNinthTurnCloseBehindTheOthersIsARush() {
    // The tenth was a pause that brought one.
    #expect(pauses(turns(10, every: 10)) == Array(repeating: false, count: 8) + [true, false])
  }

  @Test func aRushGoesOnWhilePausesBringEnough() {
    let turns = turns(9, every: 10) + turns(5, every: 110, from: 200, messages: 4)
    #expect(pauses(turns) == Array(repeating: false, count: 8) + Array(repeating: true, count: 6))
  }

  @Test func aPauseThatBringsLittleEndsTheRushUntilItBeginsAnew() {
    let little = turns(9, every: 10) + [(at: 200, messages: 3)] + turns(8, every: 10, from: 210)
    #expect(pauses(little) == Array(repeating: false, count: 8) + [true] + Array(repeating: false, count: 8) + [true])
  }

  @Test func aPauseThatBringsNothingEndsIt() {
    let nothing = turns(9, every: 10) + [(at: 200, messages: 0)] + turns(7, every: 10, from: 210)
    #expect(pauses(nothing) == Array(repeating: false, count: 8) + [true] + Array(repeating: false, count: 8))
  }

  @Test func whatComesEvenlyIsNoRush() {
    #expect(!pauses(turns(100, every: 50)).contains(true))
    #expect(!pauses(turns(100, every: 1000)).contains(true))
  }

  @Test func turnsThatReadNothingNeitherBeginNorEndOne() {
    let other: [Turn] = (0..<40).map { (Int64($0 * 5), $0 % 2) }
    #expect(pauses(other).firstIndex(of: true) == 17)
    #expect(!pauses(turns(100, every: 1, messages: 0)).contains(true))
  }

  @Test func theMessagesOfSeveralStreamsCountTogether() {
    var rush = LoopRush()
    for turn in 0..<Int64(9) {
      rush.add(1)
      _ = rush.pausesAfterTurn(at: turn * 10_000)
    }
    for _ in 0..<4 { rush.add(1) }
    let pauses = rush.pausesAfterTurn(at: 200_000)
    #expect(pauses)
  }
}
