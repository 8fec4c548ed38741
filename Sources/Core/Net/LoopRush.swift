/// Whether messages come from exchanges in a rush, so that the loop should let them gather for a moment: a turn that takes ten of
/// them costs hardly more than one that takes one. What network cards do with interrupts, for the messages behind them.
///
/// Buys: more than half of what a message costs where 1,000 come right behind each other, each in a write of its own
/// (docs/benchmarks.md).
/// Assumes: that in a rush nobody minds a quarter of a millisecond (docs/decisions/0026). What comes evenly, up to 20,000 a second,
/// never waits, nor does a loop that is busy longer than that: there messages gather by themselves.
struct LoopRush {
  /// Turns further apart are no rush, in nanoseconds.
  static let usualGap: Int64 = 50_000
  /// So many turns in a row, each close behind the one before, before anything waits.
  static let turns = 8
  /// A pause that brings fewer messages was not worth it, and ends the rush.
  static let worth = 4

  var gapNanoseconds = LoopRush.usualGap
  private var messages = 0
  private var inRow = 0
  private var lastNanoseconds = Int64.min / 2
  private var hasPaused = false

  /// So many messages were read in this turn.
  mutating func add(_ count: Int) { messages += count }

  /// At the end of a turn that began then: whether the next one should wait for more to read.
  mutating func pausesAfterTurn(at nowNanoseconds: Int64) -> Bool {
    // Most turns have read nothing, and follow no pause.
    guard messages > 0 || hasPaused else { return false }
    if hasPaused {
      if messages < LoopRush.worth { inRow = 0 }
    } else {
      inRow = nowNanoseconds - lastNanoseconds < gapNanoseconds ? inRow + 1 : 0
    }
    (messages, lastNanoseconds) = (0, nowNanoseconds)
    hasPaused = inRow >= LoopRush.turns
    return hasPaused
  }
}
