internal import Wire

/// Whom a `SocketStream` belongs to. All calls come on the loop.
protocol SocketStreamOwner: AnyObject {
  /// Bytes from the peer, valid during the call.
  func received(_ bytes: UnsafeRawBufferPointer)
  /// The peer has sent its end; it may still read.
  func peerFinished()
  /// So much has gone to the kernel; entries are counted when their last byte goes.
  func sent(_ progress: Outbox.Progress)
  /// All that was sent has gone to the kernel.
  func drained()
  /// The stream takes part in a shared outbox no longer.
  func parted()
  /// The socket is closed. Exactly once.
  func streamClosed(_ cause: SocketStream.Closure)
}

extension SocketStreamOwner {
  /// Nothing, for those who never take part.
  func parted() {}
}

/// A connected socket on its loop: reads what comes, writes the outbox once a turn, and knows how to end so that the
/// peer gets the last bytes. Over TLS its owner sees the plain bytes and nothing else of it. Loop-confined.
final class SocketStream: LoopPollable, LoopFlushing {
  enum Closure {
    /// We closed it.
    case local
    /// Reset or failed.
    case broken
    /// The peer took nothing for too long.
    case stalled
    /// TLS was not agreed on, or not in time.
    case insecure
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
    var lingerBytes: Int32 = 1024 * 1024
    /// From the start to the end of the TLS handshake.
    var handshakeMilliseconds: Int64 = 10_000
  }

  /// The same for all streams of a kind: each has only a reference.
  final class SharedOptions {
    let values: Options

    init(_ values: Options) {
      self.values = values
    }
  }

  private static let readsPerTurn = 16

  let loop: EventLoop
  private let socket: Socket
  private let tls: TLSServerStream?
  private var shared: SharedOptions
  private var owner: (any SocketStreamOwner)?
  // Without the check of exclusive access: docs/decisions/0023.
  @exclusivity(unchecked) private(set) var outbox: Outbox
  /// Where it takes part: then `outbox` is empty, and what waits, waits there.
  private var common: SharedOutbox?
  /// Made when it is first needed: most streams never are.
  private var deadline: LoopDeadline?
  private var isReadable = false
  /// The peer's bytes are left in the kernel.
  private(set) var isPaused = false
  /// Whether the system has no more room for what is sent, as the peer takes nothing.
  private(set) var isBlocked = false
  private var isFlushRequested = false
  /// The kernel has the peer's end; a read will find it.
  private var hasPeerEnd = false
  /// The peer's end has been read.
  private(set) var isPeerFinished = false
  // What is small stands together: there is one of these for each client.
  private var state = State.open
  /// What the owner is told at the end.
  private var cause = Closure.local
  private var lingered: Int32 = 0
  /// Its place in the shared outbox.
  var place: Int32 = 0

  init(_ socket: Socket, loop: EventLoop, options: SharedOptions, tls: TLSServerStream? = nil) {
    self.socket = socket
    self.tls = tls
    self.loop = loop
    shared = options
    outbox = Outbox(limitBytes: options.values.outboxBytes)
  }

  private var options: Options { shared.values }

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
    if tls != nil {
      setDeadline(options.handshakeMilliseconds) { $0.close(.insecure) }
    }
    return true
  }

  /// From here on the bytes are someone else's.
  func handOver(to owner: any SocketStreamOwner, options: SharedOptions) {
    self.owner = owner
    shared = options
    outbox.limitBytes = options.values.outboxBytes
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

  func pauseReading() { isPaused = true }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    if isReadable { requestFlush() }
  }

  private func readSome() {
    var reads = 0
    while isReadable, !isPaused, !isHeld, state != .closed {
      // Another socket's turn; this one goes on in the next.
      guard reads < SocketStream.readsPerTurn else { return requestFlush() }
      reads += 1
      readOnce()
    }
  }

  /// The peer makes TLS answer, and does not take the answers.
  private var isHeld: Bool { (tls?.outputCount ?? 0) > TLSServerStream.maxOutputBytes }

  private func readOnce() {
    let buffer = tls == nil ? loop.readBuffer : secretRoom
    switch socket.read(into: buffer) {
    case .bytes(let count):
      // epoll(7): a stream that gave less than asked for is empty; whatever comes later is a new edge.
      if count < buffer.count, !hasPeerEnd { isReadable = false }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    case .wouldBlock:
      isReadable = false
    case .ended:
      isReadable = false
      peerEnded()
    case .failed:
      close(.broken)
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .open: if let tls { decrypt(bytes, tls) } else { owner?.received(bytes) }
    case .finishing, .lingering:
      lingered += Int32(clamping: bytes.count)
      if lingered > options.lingerBytes { close(cause) }
    case .closed: break
    }
  }

  /// The peer's end: of the socket, or of TLS before it.
  private func peerEnded() {
    let isNews = !isPeerFinished
    isPeerFinished = true
    if state == .lingering { return close(cause) }
    if let tls, tls.phase == .handshake { return close(.insecure) }
    if isNews { owner?.peerFinished() }
  }

  // MARK: Writing

  /// Queues a message; all of one turn leave together at its end. Refused when the outbox is full.
  func send(_ message: OutboxEntry, conflationKey: UInt64 = 0, pastLimit: Bool = false) -> SendOutcome {
    assert(loop.isCurrent, "streams belong to the loop's thread")
    guard state == .open else { return .queued }
    part()
    let outcome = outbox.append(message, conflationKey: conflationKey, pastLimit: pastLimit)
    if outcome != .refused { requestFlush() }
    return outcome
  }

  /// The same with all of some bytes.
  func send(_ bytes: SharedBytes) -> SendOutcome { send(OutboxEntry(bytes)) }

  func dropUnsent(keeping kept: Int) {
    part()
    outbox.dropUnsent(keeping: kept)
  }

  func requestFlush() {
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
    let isAllWritten = if let tls { writeSecret(tls) } else { writePlain() }
    guard isAllWritten else { return }
    if state == .finishing { linger() } else { owner?.drained() }
  }

  // MARK: Sharing

  /// Bytes that wait for the peer, its own and those it shares.
  var queuedBytes: Int { common?.queuedBytes ?? outbox.queuedBytes }

  /// Whether it may take part in outboxes of this limit. Over TLS every peer is sent other bytes.
  func canShare(limitBytes: Int) -> Bool { tls == nil && outbox.limitBytes == limitBytes }

  /// Takes part where nothing of its own waits. False where something does.
  func join(_ outbox: SharedOutbox) -> Bool {
    guard state == .open, common == nil, !isBlocked, self.outbox.isEmpty else { return false }
    common = outbox
    place = outbox.add(self, socket.descriptor)
    return true
  }

  /// Takes part no longer; what waits is its own from now on.
  func part() {
    guard let common else { return }
    part(with: common.remove(at: place))
    if !outbox.isEmpty { requestFlush() }
  }

  /// Has left a shared outbox in which this waited.
  func part(with waiting: Outbox) {
    common = nil
    outbox = waiting
    owner?.parted()
  }

  /// Goes on after an attempt to write all that waits.
  func goOn(after result: Socket.WriteResult) {
    if let count = write(result) { owner?.sent(outbox.consume(count)) }
    write()
  }

  /// Whether all is written.
  private func writePlain() -> Bool {
    while !outbox.isEmpty {
      guard let count = write(outbox.withVectors { socket.write($0) }) else { return false }
      owner?.sent(outbox.consume(count))
    }
    return true
  }

  /// What an attempt to write came to: how many bytes went, or `nil` when none can for now or ever.
  private func write(_ result: Socket.WriteResult) -> Int? {
    switch result {
    case .wrote(let count):
      if !isShakingHands { deadline?.clear() }
      return count
    case .wouldBlock:
      isBlocked = true
      watchStall()
    case .failed:
      close(.broken)
    }
    return nil
  }

  private func watchStall() {
    guard deadline?.isSet != true else { return }
    setDeadline(options.writeStallMilliseconds) { $0.close(.stalled) }
  }

  private func setDeadline(_ milliseconds: Int64, _ work: @escaping (SocketStream) -> Void) {
    let deadline = deadline ?? LoopDeadline(loop: loop)
    self.deadline = deadline
    deadline.set(afterMilliseconds: milliseconds) { [weak self] in
      if let self { work(self) }
    }
  }

  // MARK: TLS

  private var isShakingHands: Bool { tls?.phase == .handshake }

  /// The loop's buffer in two halves: what came from a socket, and what it says. On the way out the second half is
  /// where small frames are put together; nothing is read meanwhile.
  private var secretRoom: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: loop.readBuffer[..<(loop.readBuffer.count / 2)])
  }
  private var plainRoom: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: loop.readBuffer[(loop.readBuffer.count / 2)...])
  }

  private func decrypt(_ bytes: UnsafeRawBufferPointer, _ tls: TLSServerStream) {
    let wasShakingHands = isShakingHands
    let outcome = tls.receive(bytes, into: plainRoom) { plain in
      if state == .open { owner?.received(plain) }
    }
    guard state == .open || state == .finishing else { return }
    if wasShakingHands, tls.isEstablished {
      deadline?.clear()
      if isBlocked { watchStall() }
    }
    if tls.outputCount > 0 { requestFlush() }
    switch outcome {
    case .needsMore: break
    case .ended: peerEnded()
    case .failed: breakOff(tls.isEstablished ? .broken : .insecure)
    }
  }

  /// The peer is told by an alert, if TLS has one for it, and gets nothing more.
  private func breakOff(_ cause: Closure) {
    self.cause = cause
    outbox = Outbox(limitBytes: 0)
    finish()
  }

  /// Whether all is written: what is encrypted first, then the outbox batch by batch, last our goodbye.
  private func writeSecret(_ tls: TLSServerStream) -> Bool {
    let wasHeld = isHeld
    while true {
      while tls.outputCount > 0 {
        guard let count = write(tls.withOutput { socket.write($0) }) else { return false }
        tls.sent(count)
      }
      if tls.phase == .open, !outbox.isEmpty {
        guard let count = outbox.withVectors({ tls.encrypt($0, scratch: plainRoom) }) else {
          breakOff(.broken)
          continue
        }
        owner?.sent(outbox.consume(count))
      } else if tls.phase == .open, state == .finishing {
        tls.end()
      } else {
        break
      }
    }
    if wasHeld, isReadable { requestFlush() }
    return outbox.isEmpty || state == .finishing
  }

  // MARK: Ending

  /// Sends what is queued, then our end, waits a little for the peer's and closes.
  func finish() {
    guard state == .open else { return }
    part()
    state = .finishing
    isPaused = false
    requestFlush()
  }

  private func linger() {
    state = .lingering
    socket.finishWriting()
    if isPeerFinished { return close(cause) }
    setDeadline(options.lingerMilliseconds) { $0.close($0.cause) }
    if isReadable { requestFlush() }
  }

  /// Closes at once; what is queued is lost.
  func close() { close(.local) }

  private func close(_ cause: Closure) {
    guard state != .closed else { return }
    part()
    state = .closed
    loop.unregister(socket.descriptor)
    socket.close()
    deadline?.end()
    outbox = Outbox(limitBytes: 0)
    let last = owner
    owner = nil
    // What broke TLS off stays the cause, however the peer then ends.
    last?.streamClosed(self.cause == .local ? cause : self.cause)
  }
}
