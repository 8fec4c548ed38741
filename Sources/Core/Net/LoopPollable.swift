/// What an `EventLoop` calls when a registered descriptor is ready. A class, not a protocol, so that epoll can carry
/// its address and the call is one virtual dispatch.
class LoopPollable {
  /// On the loop's thread. Events of one batch may be of the past: the descriptor may have been read since.
  func ready(_ events: LoopEvents) {}

  /// The loop is ending; on its thread. Close what is open and break cycles.
  func loopEnds() {}
}

/// A descriptor that is watched by a closure.
final class DescriptorWatch: LoopPollable {
  private var handler: ((LoopEvents) -> Void)?

  init(_ handler: @escaping (LoopEvents) -> Void) {
    self.handler = handler
  }

  func replace(_ handler: @escaping (LoopEvents) -> Void) { self.handler = handler }

  /// An event of the running batch may still name this watch.
  func end() {
    let last = handler
    handler = nil
    _ = last
  }

  override func ready(_ events: LoopEvents) { handler?(events) }
  override func loopEnds() { end() }
}
