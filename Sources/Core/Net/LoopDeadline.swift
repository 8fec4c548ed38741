/// A deadline that moves often and is seldom reached. Moving it later costs no work on the loop's heap: the timer
/// finds on waking that it is early, and sleeps on. Loop-confined.
final class LoopDeadline {
  private let loop: EventLoop
  private var timer: LoopTimer?
  private var deadlineNanoseconds: Int64?
  private var work: (() -> Void)?

  init(loop: EventLoop) {
    self.loop = loop
  }

  var isSet: Bool { deadlineNanoseconds != nil }

  /// Replaces deadline and work.
  func set(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) {
    self.work = work
    let deadline = EventLoop.monotonicNanoseconds + milliseconds * 1_000_000
    deadlineNanoseconds = deadline
    if let timer, timer.isScheduled, timer.deadlineNanoseconds <= deadline { return }
    timer?.cancel()
    sleep(milliseconds)
  }

  /// Leaves the timer asleep: the next deadline will most likely find it early enough.
  func clear() {
    deadlineNanoseconds = nil
    work = nil
  }

  /// Clears, and leaves nothing on the loop.
  func end() {
    clear()
    timer?.cancel()
    timer = nil
  }

  private func sleep(_ milliseconds: Int64) {
    timer = loop.schedule(afterMilliseconds: milliseconds) { [weak self] in self?.wake() }
  }

  private func wake() {
    timer = nil
    guard let deadlineNanoseconds else { return }
    let left = deadlineNanoseconds - EventLoop.monotonicNanoseconds
    guard left <= 0 else { return sleep((left - 1) / 1_000_000 + 1) }
    let due = work
    clear()
    due?()
  }
}
