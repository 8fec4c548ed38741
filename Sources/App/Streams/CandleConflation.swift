internal import Net
internal import Services
internal import Sessions

/// Holds back open candles of one client who wants few of them: `ConflationState` with a timer, which is there only while
/// a candle is held. Belongs to the client's loop.
final class CandleConflation {
  private let loop: EventLoop
  private let clock: any TimeSource
  private let send: (NumberedEvent) -> Void
  private var state: ConflationState<NumberedEvent>
  private var timer: LoopTimer?

  /// At most one open candle in so many milliseconds. `send` is for those that were held.
  init(milliseconds: Int64, loop: EventLoop, clock: any TimeSource, send: @escaping (NumberedEvent) -> Void) {
    self.loop = loop
    self.clock = clock
    self.send = send
    state = ConflationState(intervalMilliseconds: milliseconds)
  }

  /// What became of an event; `nil` when it is to be sent now.
  func hold(_ event: NumberedEvent) -> DeliveryOutcome? {
    guard event.event.conflationKey != 0 else {
      if state.close() { end() }
      return nil
    }
    switch state.open(event, now: clock.monotonicMilliseconds) {
    case .send: return nil
    case .replaced: return .conflated
    case .hold(let milliseconds):
      timer = loop.schedule(afterMilliseconds: milliseconds) { [weak self] in self?.wake() }
      return .queued
    }
  }

  /// Nothing is sent any more.
  func end() {
    timer?.cancel()
    timer = nil
    _ = state.close()
  }

  private func wake() {
    timer = nil
    if let event = state.wake(now: clock.monotonicMilliseconds) { send(event) }
  }
}
