internal import Synchronization

/// How many connections may be open over all loops of a server.
///
/// Safe to share: one atomic.
final class ConnectionSlots: Sendable {
  private let limit: Int
  private let taken = Atomic<Int>(0)

  init(limit: Int) {
    self.limit = limit
  }

  func take() -> Bool {
    guard taken.add(1, ordering: .relaxed).newValue > limit else { return true }
    free()
    return false
  }

  func free() { taken.subtract(1, ordering: .relaxed) }
}

/// Accepts clients on one loop, and pauses where there is no room for more. Loop-confined.
final class Listener: LoopPollable {
  private static let acceptsPerTurn = 64

  private let loop: EventLoop
  private let socket: Socket
  private let slots: ConnectionSlots
  private let retryMilliseconds: Int64
  private var onAccept: ((Socket, SocketAddress) -> Void)?
  private var onPause: (() -> Void)?
  private var retry: LoopTimer?
  private(set) var isPaused = false

  init(
    _ socket: Socket, loop: EventLoop, slots: ConnectionSlots, retryMilliseconds: Int64,
    onAccept: @escaping (Socket, SocketAddress) -> Void, onPause: @escaping () -> Void
  ) {
    self.socket = socket
    self.loop = loop
    self.slots = slots
    self.retryMilliseconds = retryMilliseconds
    self.onAccept = onAccept
    self.onPause = onPause
  }

  /// Level-triggered: clients left waiting by a pause are reported again.
  func start() { _ = loop.register(self, socket.descriptor, .readable) }

  func stop() {
    guard socket.isOpen else { return }
    retry?.cancel()
    loop.unregister(socket.descriptor)
    socket.close()
    onAccept = nil
    onPause = nil
  }

  override func loopEnds() { stop() }

  override func ready(_ events: LoopEvents) {
    for _ in 0..<Listener.acceptsPerTurn {
      guard socket.isOpen, !isPaused else { return }
      guard slots.take() else { return pause() }
      switch socket.accept() {
      case .accepted(let client, let address):
        onAccept?(client, address)
        continue
      case .wouldBlock:
        slots.free()
        return
      case .aborted:
        slots.free()
      case .exhausted:
        slots.free()
        return pause()
      }
    }
  }

  /// A connection of this loop has closed: its slot and its descriptor are free.
  func roomAppeared() {
    guard isPaused, socket.isOpen else { return }
    isPaused = false
    retry?.cancel()
    _ = loop.change(self, socket.descriptor, .readable)
  }

  private func pause() {
    isPaused = true
    onPause?()
    _ = loop.change(self, socket.descriptor, [])
    // Slots and descriptors are also freed on other loops and elsewhere in the process.
    retry = loop.schedule(afterMilliseconds: retryMilliseconds) { [weak self] in self?.roomAppeared() }
  }
}
