internal import CLinux
internal import Glibc
internal import Net

/// What waits to be shown. Filled on a loop, which must not wait for a terminal; emptied by the main thread.
///
/// Crosses threads: the items stand behind a lock, a descriptor wakes the reader.
final class TailQueue: Sendable {
  /// Something to be shown.
  enum Item: Sendable, Equatable {
    /// JSON as the API serves it.
    case event([UInt8])
    /// A sentence for standard error.
    case note(String)
  }

  /// Why nothing follows.
  enum End: Sendable, Equatable {
    /// Whoever started it asked for the end.
    case asked
    /// Nobody reads any more.
    case unread
    /// All that was wanted has been shown.
    case complete
    /// The stream cannot be had.
    case failed(String)
  }

  /// The most bytes that wait for a reader who is slow.
  static let limitBytes = 64 << 20

  private struct State {
    var items: [Item] = []
    var bytes = 0
    var dropped = 0
    var end: End?
  }

  /// Readable when something has come.
  let descriptor: Int32
  private let state = Lock(State())
  private let limitBytes: Int

  init(limitBytes: Int = TailQueue.limitBytes) {
    self.limitBytes = limitBytes
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
  }

  deinit { close(descriptor) }

  /// Adds an event. Past the limit it is dropped, counted, and said when there is room again.
  func add(event: [UInt8]) {
    state.withLock { state in
      guard state.bytes + event.count <= limitBytes else {
        state.dropped += 1
        return
      }
      if state.dropped > 0 { state.items.append(.note(TailQueue.loss(of: state.dropped))) }
      state.dropped = 0
      state.items.append(.event(event))
      state.bytes += event.count
    }
    eventfd_write(descriptor, 1)
  }

  /// Adds a sentence.
  func add(note: String) {
    state.withLock { $0.items.append(.note(note)) }
    eventfd_write(descriptor, 1)
  }

  /// Nothing follows. The first call decides.
  func finish(_ end: End) {
    state.withLock { $0.end = $0.end ?? end }
    eventfd_write(descriptor, 1)
  }

  /// All that waits, and the end where it has come.
  func take() -> (items: [Item], end: End?) {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
    return state.withLock { state in
      defer {
        state.items = []
        state.bytes = 0
        if state.end != nil { state.dropped = 0 }
      }
      let loss: [Item] = state.end != nil && state.dropped > 0 ? [.note(TailQueue.loss(of: state.dropped))] : []
      return (state.items + loss, state.end)
    }
  }

  private static func loss(of count: Int) -> String {
    "\(count) events are missing here: the output is read too slowly"
  }
}
