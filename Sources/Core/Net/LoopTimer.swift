/// Work scheduled on an `EventLoop`. Loop-confined; letting go of it does not cancel it.
public class LoopTimer {
  /// When the heap gives it out; changed only while the heap does not hold it.
  final var deadlineNanoseconds: Int64
  /// Where the heap holds it; nil when it has run, or was cancelled.
  final fileprivate(set) var slot: Int?
  final var work: (() -> Void)?
  final unowned let loop: EventLoop

  init(deadlineNanoseconds: Int64, loop: EventLoop, work: (() -> Void)?) {
    self.deadlineNanoseconds = deadlineNanoseconds
    self.loop = loop
    self.work = work
  }

  /// Whether the work is still to come.
  public final var isScheduled: Bool { slot != nil }

  /// The work will not run, and what it captured is released. On the loop's thread; harmless when it has run.
  public final func cancel() {
    guard slot != nil else { return }
    loop.remove(self)
    work = nil
  }

  /// Its time has come, and the heap has let it go.
  func fire() {
    let due = work
    work = nil
    due?()
  }

  final func discard() {
    slot = nil
    work = nil
  }
}

/// Timers by deadline: a binary heap in which each timer knows its slot, so that cancelling costs a few moves and
/// leaves nothing behind (most deadlines of a server are cancelled, not reached).
struct TimerHeap {
  private var timers: [LoopTimer] = []

  var count: Int { timers.count }
  var earliestNanoseconds: Int64? { timers.first?.deadlineNanoseconds }

  mutating func insert(_ timer: LoopTimer) {
    timers.append(timer)
    timer.slot = timers.count - 1
    rise(from: timers.count - 1)
  }

  mutating func remove(_ timer: LoopTimer) {
    guard let slot = timer.slot, slot < timers.count, timers[slot] === timer else { return }
    timer.slot = nil
    let last = timers.removeLast()
    guard last !== timer else { return }
    place(last, at: slot)
    rise(from: slot)
    sink(from: last.slot ?? slot)
  }

  /// Takes the earliest timer if it is due.
  mutating func popDue(nowNanoseconds: Int64) -> LoopTimer? {
    guard let first = timers.first, first.deadlineNanoseconds <= nowNanoseconds else { return nil }
    remove(first)
    return first
  }

  /// For a heap that is no longer used: none of its timers will run.
  func discardAll() {
    for timer in timers { timer.discard() }
  }

  private mutating func place(_ timer: LoopTimer, at slot: Int) {
    timers[slot] = timer
    timer.slot = slot
  }

  private mutating func rise(from start: Int) {
    var slot = start
    let timer = timers[slot]
    while slot > 0 {
      let parent = (slot - 1) / 2
      guard timer.deadlineNanoseconds < timers[parent].deadlineNanoseconds else { break }
      place(timers[parent], at: slot)
      slot = parent
    }
    place(timer, at: slot)
  }

  private mutating func sink(from start: Int) {
    var slot = start
    let timer = timers[slot]
    while true {
      var child = 2 * slot + 1
      guard child < timers.count else { break }
      if child + 1 < timers.count, timers[child + 1].deadlineNanoseconds < timers[child].deadlineNanoseconds {
        child += 1
      }
      guard timers[child].deadlineNanoseconds < timer.deadlineNanoseconds else { break }
      place(timers[child], at: slot)
      slot = child
    }
    place(timer, at: slot)
  }
}
