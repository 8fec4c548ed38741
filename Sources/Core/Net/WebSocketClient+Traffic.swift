internal import Wire

/// Bytes in, messages to the delegate; commands in, bytes out.
extension WebSocketClient: LoopFlushing {
  /// The socket is ready, for reading or writing; TLS may need either for the other, so both are tried.
  func ready(_ events: LoopEvents) {
    if !events.isDisjoint(with: [.peerClosed, .hangup, .failed]) { hasPeerEnd = true }
    ready()
  }

  private func ready() {
    switch phase {
    case .securing: advanceHandshake()
    case .upgrading, .open, .closing:
      readTurn()
      if !outbox.isEmpty { askFlush() }
    case .idle, .dialing, .closed: break
    }
  }

  // MARK: Receiving

  /// Reads until the socket is empty, since it tells of changes only; but not for ever, since others wait.
  func readTurn() {
    // The delegate may let go of the last reference but the loop's, or the loop of its own.
    let delegate = delegate
    var delivered = 0
    var left = Self.maxBytesPerTurn
    reading: while isReading, let transport {
      switch transport.read(into: loop.readBuffer) {
      case .bytes(let count):
        delivered += receive(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]))
        // epoll(7): a stream that gave less than asked for is empty; whatever comes later is a new edge.
        if !hasPeerEnd, transport.isDrained(by: count, of: loop.readBuffer.count) { break reading }
        left -= count
        if left <= 0 {
          loop.schedule(afterMilliseconds: 0) { [weak self] in self?.ready() }
          break reading
        }
      case .wouldBlock: break reading
      case .end: lost("the server ended the connection")
      case .failed(let reason): lost(reason)
      }
    }
    if delivered > 0 {
      loop.turn.rush.add(delivered)
      delegate?.readFinished()
    }
    if isReading, connection.hasOutput { queueOutput() }
  }

  private var isReading: Bool { phase == .upgrading || phase == .open || phase == .closing }

  private func lost(_ reason: String) {
    finish(phase == .closing ? .local : .broken, reason)
  }

  /// How many messages were delivered.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    if phase == .upgrading { receiveUpgrade(bytes) } else { connection.append(bytes) }
    guard phase == .open || phase == .closing else { return 0 }
    let receiveMicroseconds = EventLoop.wallClockMicroseconds
    let now = loop.turnMilliseconds
    var delivered = 0
    while phase == .open || phase == .closing, let event = connection.nextEvent(nowMilliseconds: now) {
      switch event {
      case .text, .binary:
        guard phase == .open else { continue }
        deliver(isText: event == .text, receiveMicroseconds)
        delivered += 1
      case .ping: break
      case .pong: if phase == .open { delegate?.ponged() }
      case .closed(let code, let reason): farewell(.peerClosed(code), reason)
      case .failed(_, let reason): farewell(.protocolError, reason)
      }
    }
    return delivered
  }

  private func deliver(isText: Bool, _ receiveMicroseconds: Int64) {
    isDelivering = true
    // Nothing of it is touched meanwhile: what the delegate asks for is put off.
    connection.lendMessage { payload in
      if isText {
        delegate?.received(text: payload, receiveMicroseconds: receiveMicroseconds)
      } else {
        delegate?.received(binary: payload, receiveMicroseconds: receiveMicroseconds)
      }
    }
    isDelivering = false
    guard !deferred.isEmpty else { return }
    let commands = deferred
    deferred = []
    for command in commands { perform(command) }
  }

  /// The server's last frame came: ours goes out if the socket takes it, and that is all.
  private func farewell(_ cause: WebSocketClosure.Cause, _ reason: String) {
    if outbox.append(connection.takeOutput()), let transport { _ = outbox.flush(to: transport) }
    finish(phase == .closing ? .local : cause, reason)
  }

  // MARK: Sending

  func perform(_ command: Command) {
    precondition(loop.isCurrent, "a WebSocket client belongs to its loop")
    guard phase == .open else { return }
    guard !isDelivering else { return deferred.append(command) }
    switch command {
    case .text(var text): text.withUTF8 { connection.send(text: UnsafeRawBufferPointer($0)) }
    case .binary(let bytes): bytes.withUnsafeBytes { connection.send(binary: $0) }
    case .ping: connection.sendPing()
    case .close(let code, let reason):
      connection.sendClose(code, reason: reason)
      phase = .closing
      deadline = loop.schedule(afterMilliseconds: options.closeMilliseconds) { [self] in
        finish(.local, "no close frame within \(options.closeMilliseconds) ms")
      }
    }
    queueOutput()
  }

  /// What the connection's state wants to say leaves at the end of the turn, in one write.
  private func queueOutput() {
    guard outbox.append(connection.takeOutput()) else {
      return finish(.broken, "more than \(options.maxOutboxBytes) bytes wait to be sent")
    }
    askFlush()
  }

  private func askFlush() {
    guard !isFlushAsked else { return }
    isFlushAsked = true
    loop.flushAtEndOfTurn(self)
  }

  func flush() {
    isFlushAsked = false
    guard isReading, let transport else { return }
    if let reason = outbox.flush(to: transport) { lost(reason) }
  }
}
