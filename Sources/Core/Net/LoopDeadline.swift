/// A deadline that moves often and is seldom reached. Moving it later costs no work on the loop's heap: the timer
/// finds on waking that it is early, and sleeps on. Loop-confined.
///
/// It is its own timer, as there is one for each connection. The heap keeps it while it sleeps, so whoever lets go of it
/// calls `end` first.
final class LoopDeadline: LoopTimer {
  /// `.max` when nothing is set. Without the check of exclusive access: docs/decisions/0023.
  @exclusivity(unchecked) private var dueNanoseconds: Int64 = .max

  init(loop: EventLoop) {
    super.init(deadlineNanoseconds: .max, loop: loop, work: nil)
  }

  var isSet: Bool { dueNanoseconds != .max }

  /// Replaces deadline and work.
  func set(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) {
    self.work = work
    dueNanoseconds = EventLoop.monotonicNanoseconds + milliseconds * 1_000_000
    if isScheduled {
      guard dueNanoseconds < deadlineNanoseconds else { return }
      loop.remove(self)
    }
    sleep()
  }

  /// Puts off what is set, from the beginning of this turn of the loop on, so that no clock is read; nothing where nothing
  /// is set.
  func postpone(milliseconds: Int64) {
    guard isSet else { return }
    dueNanoseconds = loop.turn.nowNanoseconds + milliseconds * 1_000_000
  }

  /// Leaves the timer asleep: the next deadline will most likely find it early enough.
  func clear() {
    dueNanoseconds = .max
    work = nil
  }

  /// Clears, and leaves nothing on the loop.
  func end() {
    clear()
    if isScheduled { loop.remove(self) }
  }

  private func sleep() {
    deadlineNanoseconds = dueNanoseconds
    loop.insert(self)
  }

  override func fire() {
    guard isSet else { return }
    guard dueNanoseconds <= EventLoop.monotonicNanoseconds else { return sleep() }
    let due = work
    clear()
    due?()
  }
}
