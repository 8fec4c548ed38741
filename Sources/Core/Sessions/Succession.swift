internal import Contract
internal import Net

/// A session and the one that takes its place. Belongs to the exchange's loop.
final class Succession {
  let old: ExchangeSession
  let new: ExchangeSession
  var overlap = OverlapState()
  private(set) var state: SuccessionState
  private let loop: EventLoop
  private let clock: any TimeSource
  private let act: (Succession, SuccessionState.Action) -> Void
  private var timer: LoopTimer?

  /// `act` is called when something is to be done.
  init(
    from old: ExchangeSession, to new: ExchangeSession, overlap: Int64, loop: EventLoop, clock: any TimeSource,
    act: @escaping (Succession, SuccessionState.Action) -> Void
  ) {
    (self.old, self.new) = (old, new)
    (self.loop, self.clock, self.act) = (loop, clock, act)
    state = SuccessionState(overlap: overlap)
  }

  /// Whether the old connection carries a topic.
  func stillCarries(_ name: UpstreamTopic) -> Bool {
    guard state.isOldThere, case .live = old.state.phase else { return false }
    return old.state.ledger.confirmed.contains(name)
  }

  /// The new session has changed.
  func look() {
    if case .live = new.state.phase {
      state.changed(new.state.ledger.isSettled ? .settled : .subscribing, now: clock.monotonicMilliseconds)
    } else {
      state.changed(.down, now: clock.monotonicMilliseconds)
    }
    rearm()
  }

  /// The old session is over.
  func oldEnded() {
    state.oldEnded(now: clock.monotonicMilliseconds)
    rearm()
  }

  func stop() {
    timer?.cancel()
    timer = nil
  }

  private func rearm() {
    stop()
    guard let deadline = state.nextDeadline else { return }
    let delay = max(0, deadline - clock.monotonicMilliseconds)
    timer = loop.schedule(afterMilliseconds: delay) { [weak self] in self?.tick() }
  }

  private func tick() {
    let action = state.tick(now: clock.monotonicMilliseconds, isApart: overlap.isApart)
    rearm()
    if let action { act(self, action) }
  }
}
