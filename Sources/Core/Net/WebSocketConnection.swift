public import Wire

/// What the application holds of one client socket. Loop-confined.
///
/// Owns the protocol state, the liveness of the client (ping, pong, closing handshake) and the end of its handler. The
/// bytes and their limit are the stream's.
public final class WebSocketConnection: SocketStreamOwner, HTTPServerMember, LoopFlushing {
  /// The loop of the connection: everything here is called on it.
  public var loop: EventLoop { stream.loop }
  /// The client's numeric address, without the port.
  public let peerAddress: String
  private let stream: SocketStream
  private let server: HTTPServerLoop
  private var state: WebSocketConnectionState
  /// Apart from the state, which is being read while the handler answers.
  private var compressor: WebSocketCompressor?
  /// Whether the client takes frames that were compressed for all (`WebSocketFrame.compressed`).
  public let takesCompressedFrames: Bool
  private var handler: (any WebSocketHandler)?
  private let deadline: LoopDeadline
  /// Why it ends; set once, and told once.
  private var ending: (code: WebSocketCloseCode, reason: String)?
  private var isTold = false
  /// The handler reads from `state`, which must not change under it.
  private var isDelivering = false
  /// Where it takes part whenever it has nothing else to send.
  private var common: SharedOutbox?
  /// Entries of the outbox that are no frames: the rest of what HTTP sent.
  private var entriesBeforeFrames: Int

  init(
    _ stream: SocketStream, peerAddress: String, server: HTTPServerLoop, compression: WebSocketCompressionTerms?
  ) {
    self.stream = stream
    self.peerAddress = peerAddress
    self.server = server
    state = WebSocketConnectionState(
      role: .server, limits: server.options.webSocket.limits, compression: compression)
    compressor = compression.map { WebSocketCompressor($0.server) }
    takesCompressedFrames = compression?.server.keepsContext == false
    deadline = LoopDeadline(loop: stream.loop)
    entriesBeforeFrames = stream.outbox.count
  }

  /// Takes the stream over. `remainder` came behind the handshake.
  func begin(_ remainder: [UInt8], _ make: (WebSocketConnection) -> any WebSocketHandler) {
    stream.handOver(to: self, options: server.webSocketStreams)
    server.counters.webSocketsOpen.add(1)
    awaitPing()
    handler = make(self)
    server.replaceMember(of: stream, by: self)
    if !remainder.isEmpty { remainder.withUnsafeBytes { received($0) } }
    if stream.isPeerFinished { peerFinished() }
    stream.resumeReading()
  }

  // MARK: What the application asks

  /// Whether what is sent may still arrive.
  public var isOpen: Bool { ending == nil }

  /// Bytes that wait for the client.
  public var queuedBytes: Int { stream.queuedBytes }

  /// Whether what waits does so because the client does not read, and not only for the end of this turn of the loop.
  public var isBehind: Bool { stream.isBlocked }

  /// Sends a whole server frame (`WebSocketFrame`); all that is sent within one turn of the loop leaves together. With
  /// a key other than 0 an unsent frame of the same key is replaced where it stands. Refused when the connection is not
  /// open, or the frame would exceed the byte limit: then it is closing with 1013 "slow consumer".
  @discardableResult
  public func send(_ frame: SharedBytes, conflationKey: UInt64 = 0) -> SendOutcome {
    send(OutboxEntry(frame), conflationKey: conflationKey)
  }

  /// The same with several whole server frames in one piece, which leave or are refused together.
  public func send(_ bytes: SharedBytes, frames: Int) -> SendOutcome {
    send(OutboxEntry(bytes, frames: frames), conflationKey: 0)
  }

  /// The same with a text message made of a beginning of this client's own and shared bytes from an offset on.
  public func send(
    beginning: String, _ bytes: SharedBytes, from offset: Int, conflationKey: UInt64 = 0
  ) -> SendOutcome {
    var prefix = WebSocketFrame.serverTextHeader(count: beginning.utf8.count + bytes.count - offset)
    prefix += beginning.utf8
    return send(OutboxEntry(prefix: SharedBytes(prefix), bytes, from: offset), conflationKey: conflationKey)
  }

  private func send(_ message: OutboxEntry, conflationKey: UInt64) -> SendOutcome {
    guard isOpen else { return .refused }
    let outcome = stream.send(message, conflationKey: conflationKey)
    if outcome == .refused { endSlowConsumer() }
    return outcome
  }

  /// From now on, whenever it has nothing else to send, takes part in what is sent through an outbox of several clients of
  /// this loop: the given one, or a new one when there is none. Its handler is told when that begins and ends. Gives the
  /// outbox; `nil` when this client must be sent to by itself.
  public func share(_ outbox: SharedOutbox?) -> SharedOutbox? {
    let limit = server.options.webSocket.outboxBytes
    guard isOpen, stream.canShare(limitBytes: outbox?.limitBytes ?? limit) else { return nil }
    let shared = outbox ?? SharedOutbox(loop: loop, limitBytes: limit, counters: server.counters)
    common = shared
    stream.requestFlush()
    return shared
  }

  /// Sends a text message to this client alone.
  public func sendText(_ text: String) {
    var text = text
    text.withUTF8 { send(text: UnsafeRawBufferPointer($0)) }
  }

  /// Sends a text message to this client alone, compressed where that was agreed on and helps. The bytes must be UTF-8.
  public func send(text: UnsafeRawBufferPointer) {
    guard isOpen else { return }
    send(compressor?.serverText(text) ?? WebSocketFrame.serverText(Array(text)))
  }

  /// Sends a binary message to this client alone, compressed where that was agreed on and helps.
  public func send(binary: UnsafeRawBufferPointer) {
    guard isOpen else { return }
    send(compressor?.serverBinary(binary) ?? WebSocketFrame.serverBinary(Array(binary)))
  }

  /// Sends the close frame behind what is queued, and waits a bounded time for the client's.
  public func close(_ code: WebSocketCloseCode, reason: String) {
    guard isOpen else { return }
    decide(code, reason)
    sendClose()
  }

  // MARK: What the server asks

  func drain() { close(.goingAway, reason: "server is shutting down") }

  /// Ends the connection at once, without a close frame.
  public func abort() {
    decide(.goingAway, "server is shutting down")
    stream.close()
  }

  // MARK: Bytes in

  func received(_ bytes: UnsafeRawBufferPointer) {
    state.append(bytes)
    let now = EventLoop.monotonicMilliseconds
    while let event = state.nextEvent(nowMilliseconds: now) { obey(event) }
    if ending != nil, state.isOpen { sendClose() } else { sendOutput() }
    guard state.isClosed else { return }
    // RFC 6455 section 7.1.1: the server closes the connection first.
    stream.finish()
    cutLater()
  }

  private func obey(_ event: WebSocketConnectionState.Event) {
    switch event {
    case .text, .binary:
      guard isOpen, let handler else { return }
      // A pong goes before the answer to what came behind its ping.
      sendOutput()
      isDelivering = true
      state.withMessage { event == .text ? handler.received(text: $0) : handler.received(binary: $0) }
      isDelivering = false
    case .ping: break
    case .pong: if isOpen { awaitPing() }
    case .closed(let code, let reason): decide(code, reason)
    case .failed(let code, let reason):
      server.counters.webSocketFailures.add(1)
      decide(code, reason)
    }
  }

  func peerFinished() {
    decide(.abnormal, "ended without a close frame")
    stream.finish()
  }

  // MARK: Bytes out

  func drained() {
    if isOpen, let common, stream.join(common) { handler?.sharingBegan() }
  }

  func parted() { handler?.sharingEnded() }

  func sent(_ progress: Outbox.Progress) {
    let others = min(progress.entries, entriesBeforeFrames)
    entriesBeforeFrames -= others
    server.counters.bytesSent.add(progress.bytes)
    server.counters.framesSent.add(progress.frames - others)
  }

  private func sendOutput() {
    guard state.hasOutput else { return }
    // The close frame must not fail for a full outbox: nothing follows it.
    let isLast = !state.isOpen
    if stream.send(OutboxEntry(SharedBytes(state.takeOutput())), pastLimit: isLast) == .refused { endSlowConsumer() }
  }

  // MARK: Liveness

  private func awaitPing() {
    deadline.set(afterMilliseconds: server.options.webSocket.pingMilliseconds) { [unowned self] in ping() }
  }

  private func ping() {
    state.sendPing()
    sendOutput()
    guard isOpen else { return }
    deadline.set(afterMilliseconds: server.options.webSocket.pongMilliseconds) { [unowned self] in endSilentClient() }
  }

  private func endSilentClient() {
    server.counters.webSocketFailures.add(1)
    stream.dropUnsent(keeping: entriesBeforeFrames)
    close(.policyViolation, reason: "no answer to ping")
  }

  private func endSlowConsumer() {
    guard isOpen else { return }
    server.counters.slowConsumers.add(1)
    stream.dropUnsent(keeping: entriesBeforeFrames)
    close(.tryAgainLater, reason: "slow consumer")
  }

  // MARK: Ending

  /// From here on nothing is sent but the close frame. The handler hears of it at the end of the turn: it may be in
  /// the middle of something now.
  private func decide(_ code: WebSocketCloseCode, _ reason: String) {
    guard ending == nil else { return }
    ending = (code, reason)
    stream.part()
    loop.flushAtEndOfTurn(self)
  }

  private func sendClose() {
    guard let ending, !isDelivering else { return }
    state.sendClose(ending.code, reason: ending.reason)
    sendOutput()
    cutLater()
  }

  private func cutLater() {
    guard !stream.isClosed else { return }
    deadline.set(afterMilliseconds: server.options.webSocket.closeMilliseconds) { [unowned self] in stream.close() }
  }

  func flush() { tell() }

  private func tell() {
    guard let ending, !isTold else { return }
    isTold = true
    server.counters.webSocketsOpen.add(-1)
    let last = handler
    handler = nil
    last?.closed(ending.code, reason: ending.reason)
  }

  func streamClosed(_ cause: SocketStream.Closure) {
    if cause == .stalled, isOpen { server.counters.slowConsumers.add(1) }
    decide(.abnormal, cause == .stalled ? "client took nothing" : "connection broke")
    deadline.end()
    tell()
    server.closed(stream)
  }
}
