internal import Wire

/// Whom a `SocketStream` belongs to. All calls come on the loop.
protocol SocketStreamOwner: AnyObject {
  /// Bytes from the peer, valid during the call.
  func received(_ bytes: UnsafeRawBufferPointer)
  /// The peer has sent its end; it may still read.
  func peerFinished()
  /// So much has gone to the kernel; entries are counted when their last byte goes.
  func sent(bytes: Int, entries: Int)
  /// All that was sent has gone to the kernel.
  func drained()
  /// The socket is closed. Exactly once.
  func streamClosed(_ cause: SocketStream.Closure)
}

/// A connected socket on its loop: reads what comes, writes the outbox once a turn, and knows how to end so that the
/// peer gets the last bytes. Loop-confined.
final class SocketStream: LoopPollable, LoopFlushing {
  enum Closure {
    /// We closed it.
    case local
    /// Reset or failed.
    case broken
    /// The peer took nothing for too long.
    case stalled
  }

  private enum State {
    case open
    /// The outbox is being sent, then our end.
    case finishing
    /// Our end is sent; what the peer still sends is dropped, so that no reset overtakes our last bytes
    /// (RFC 9112 section 9.6).
    case lingering
    case closed
  }

  struct Options {
    var outboxBytes = Int.max
    var writeStallMilliseconds: Int64 = 30_000
    var lingerMilliseconds: Int64 = 2_000
    var lingerBytes = 1024 * 1024
  }

  private static let readsPerTurn = 16

  let loop: EventLoop
  private let socket: Socket
  private var options: Options
  private var owner: (any SocketStreamOwner)?
  private var state = State.open
  private(set) var outbox: Outbox
  private let deadline: LoopDeadline
  private var isReadable = false
  private var isPaused = false
  private var isBlocked = false
  private var isFlushRequested = false
  /// The kernel has the peer's end; a read will find it.
  private var hasPeerEnd = false
  /// The peer's end has been read.
  private(set) var isPeerFinished = false
  private var lingered = 0

  init(_ socket: Socket, loop: EventLoop, options: Options) {
    self.socket = socket
    self.loop = loop
    self.options = options
    outbox = Outbox(limitBytes: options.outboxBytes)
    deadline = LoopDeadline(loop: loop)
  }

  var isClosed: Bool { state == .closed }

  /// Begins to read. False, with the socket closed and nobody told, when the kernel refuses to watch one more.
  func start(_ owner: any SocketStreamOwner) -> Bool {
    socket.disableDelay()
    // Edge-triggered: EPOLLOUT is reported only after a write has found the socket full, without a call to ask for it.
    let events: LoopEvents = [.readable, .writable, .peerClosed, .edgeTriggered]
    guard loop.register(self, socket.descriptor, events) else {
      state = .closed
      socket.close()
      return false
    }
    self.owner = owner
    return true
  }

  /// From here on the bytes are someone else's.
  func handOver(to owner: any SocketStreamOwner, outboxBytes: Int, writeStallMilliseconds: Int64) {
    self.owner = owner
    outbox.limitBytes = outboxBytes
    options.writeStallMilliseconds = writeStallMilliseconds
  }

  // MARK: Reading

  override func ready(_ events: LoopEvents) {
    if events.contains(.failed) { return close(.broken) }
    if events.contains(.hangup), state != .lingering { return close(.broken) }
    if events.contains(.writable), isBlocked {
      isBlocked = false
      requestFlush()
    }
    if !events.isDisjoint(with: [.peerClosed, .hangup]) { hasPeerEnd = true }
    if !events.isDisjoint(with: [.readable, .peerClosed, .hangup]) {
      isReadable = true
      readSome()
    }
  }

  override func loopEnds() { close(.local) }

  /// Leaves the peer's bytes in the kernel.
  func pauseReading() { isPaused = true }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    if isReadable { requestFlush() }
  }

  private func readSome() {
    var reads = 0
    while isReadable, !isPaused, state != .closed {
      // Another socket's turn; this one goes on in the next.
      guard reads < SocketStream.readsPerTurn else { return requestFlush() }
      reads += 1
      readOnce()
    }
  }

  private func readOnce() {
    switch socket.read(into: loop.readBuffer) {
    case .bytes(let count):
      // epoll(7): a stream that gave less than asked for is empty; whatever comes later is a new edge.
      if count < loop.readBuffer.count, !hasPeerEnd { isReadable = false }
      take(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]))
    case .wouldBlock:
      isReadable = false
    case .ended:
      isReadable = false
      isPeerFinished = true
      if state == .lingering { close(.local) } else { owner?.peerFinished() }
    case .failed:
      close(.broken)
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .open: owner?.received(bytes)
    case .finishing, .lingering:
      lingered += bytes.count
      if lingered > options.lingerBytes { close(.local) }
    case .closed: break
    }
  }

  // MARK: Writing

  /// Queues the bytes; all of one turn leave together at its end. False when the outbox is full.
  func send(_ bytes: SharedBytes, conflationKey: UInt64 = 0, pastLimit: Bool = false) -> Bool {
    assert(loop.isCurrent, "streams belong to the loop's thread")
    guard state == .open else { return true }
    guard outbox.append(bytes, conflationKey: conflationKey, pastLimit: pastLimit) else { return false }
    requestFlush()
    return true
  }

  func dropUnsent(keeping kept: Int) { outbox.dropUnsent(keeping: kept) }

  private func requestFlush() {
    guard !isFlushRequested, state != .closed else { return }
    isFlushRequested = true
    loop.flushAtEndOfTurn(self)
  }

  func flush() {
    isFlushRequested = false
    readSome()
    write()
  }

  private func write() {
    guard !isBlocked, state == .open || state == .finishing else { return }
    while !outbox.isEmpty {
      switch outbox.withVectors({ socket.write($0) }) {
      case .wrote(let count):
        let entries = outbox.consume(count)
        owner?.sent(bytes: count, entries: entries)
        deadline.clear()
      case .wouldBlock:
        isBlocked = true
        if !deadline.isSet {
          deadline.set(afterMilliseconds: options.writeStallMilliseconds) { [weak self] in self?.close(.stalled) }
        }
        return
      case .failed:
        return close(.broken)
      }
    }
    if state == .finishing { linger() } else { owner?.drained() }
  }

  // MARK: Ending

  /// Sends what is queued, then our end, waits a little for the peer's and closes.
  func finish() {
    guard state == .open else { return }
    state = .finishing
    isPaused = false
    requestFlush()
  }

  private func linger() {
    state = .lingering
    socket.finishWriting()
    if isPeerFinished { return close(.local) }
    deadline.set(afterMilliseconds: options.lingerMilliseconds) { [weak self] in self?.close(.local) }
    if isReadable { requestFlush() }
  }

  /// Closes at once; what is queued is lost.
  func close() { close(.local) }

  private func close(_ cause: Closure) {
    guard state != .closed else { return }
    state = .closed
    loop.unregister(socket.descriptor)
    socket.close()
    deadline.end()
    outbox = Outbox(limitBytes: 0)
    let last = owner
    owner = nil
    last?.streamClosed(cause)
  }
}
