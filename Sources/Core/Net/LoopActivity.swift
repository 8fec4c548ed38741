internal import Synchronization

/// How long a loop has not been waiting for something to do.
///
/// Safe to share: one word, changed by the loop's thread alone, so that a reader never sees half of a change. While the
/// loop waits, the word is the busy time so far. While it works, it is the complement of the moment at which a loop that
/// never waits would have started: negative, and the busy time is what has passed since then. A loop that is stuck in
/// its work is thus seen to be busy.
struct LoopActivity: ~Copyable, Sendable {
  private let word = Atomic<Int64>(0)

  /// The loop goes to wait.
  func waits(nowNanoseconds now: Int64) {
    word.store(busyNanoseconds(now: now), ordering: .relaxed)
  }

  /// The loop has something to do.
  func works(nowNanoseconds now: Int64) {
    word.store(~(now - busyNanoseconds(now: now)), ordering: .relaxed)
  }

  /// All of its busy time until now.
  func busyNanoseconds(now: Int64) -> Int64 {
    let word = word.load(ordering: .relaxed)
    return word < 0 ? now - ~word : word
  }
}
