internal import Net
internal import Synchronization

/// Says that the process lives, as long as every event loop turns.
///
/// At each beat every loop is asked for an answer, and the last one to answer sends the sign of life. A loop that is
/// stuck does not answer: the round stays open, no other begins, and the signs stop. The beats come from a timer of the
/// first loop, so that they stop with it too.
///
/// Safe to share: the count of answers is atomic, the rest is constant.
final class LoopWatchdog: Sendable {
  private let loops: [EventLoop]
  private let beatMilliseconds: Int64
  private let signOfLife: @Sendable () -> Void
  /// Loops that have not answered in this round.
  private let missing = Atomic<Int>(0)

  init(_ loops: [EventLoop], beatMilliseconds: Int64, signOfLife: @escaping @Sendable () -> Void) {
    self.loops = loops
    self.beatMilliseconds = beatMilliseconds
    self.signOfLife = signOfLife
  }

  /// Begins at once; ends with the loops.
  func start() {
    loops.first?.post { [self] in keepBeating() }
  }

  private func keepBeating() {
    beat()
    loops.first?.schedule(afterMilliseconds: beatMilliseconds) { [self] in keepBeating() }
  }

  /// Begins a round where the one before is over; any thread, but one at a time.
  func beat() {
    guard missing.load(ordering: .acquiring) == 0 else { return }
    missing.store(loops.count, ordering: .releasing)
    for loop in loops { loop.post { [self] in answer() } }
  }

  private func answer() {
    if missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { signOfLife() }
  }
}
