/// From bytes to events.
extension WebSocketConnectionState {
  enum Step {
    case needMore
    /// A frame ended without an event.
    case again
    case event(Event)
  }

  /// Goes on with the frame under way as far as its bytes are there.
  mutating func advance(nowMilliseconds: Int64) throws(WebSocketFault) -> Step {
    if frame == nil {
      let allowsCompression = incomingCompression != nil
      switch input.withBytes({ WebSocketFrameHeader.read($0, as: role, allowsCompression: allowsCompression) }) {
      case .needMore: return .needMore
      case .fault(let fault): throw fault
      case .header(let header, let size):
        if isWholeMessage(header, size) {
          return .event(try receiveWhole(header, size, nowMilliseconds: nowMilliseconds))
        }
        try admit(header, nowMilliseconds: nowMilliseconds)
        input.discard(size)
        frame = IncomingFrame(header: header)
      }
    }
    guard let frame else { return .needMore }
    return frame.header.opcode.isControl ? try receiveControl(frame.header) : try receiveData(frame)
  }

  mutating func releaseMessage() {
    if case .received(let count) = delivery { input.discard(count) }
    delivery = .none
  }

  /// Nothing is read after this: what the peer may have meant is unknown.
  mutating func fail(_ fault: WebSocketFault) -> Event {
    sendClose(fault.code, reason: fault.reason)
    end()
    return .failed(fault.code, reason: fault.reason)
  }

  private mutating func end() {
    phase = .closed
    frame = nil
    message = nil
    keptInflater = nil
    compressor = nil
    input = FrameBuffer(retainedBytes: limits.retainedBytes)
  }

  // MARK: Headers

  /// Judges a frame by its header, before any of its payload is waited for.
  private mutating func admit(_ header: WebSocketFrameHeader, nowMilliseconds: Int64) throws(WebSocketFault) {
    let limit = limits.messagesPerSecond
    if header.opcode.isControl {
      guard controlRate.admit(limit: limit, nowMilliseconds: nowMilliseconds) else {
        throw WebSocketFault(code: .policyViolation, reason: "too many control frames")
      }
      return
    }
    if header.opcode == .continuation {
      // RFC 6455 §5.4: a message is one frame of another opcode, then continuation frames.
      guard message != nil else { throw .protocolError("continuation of no message") }
      message?.fragments += 1
    } else {
      guard message == nil else { throw .protocolError("new message inside a message") }
      guard messageRate.admit(limit: limit, nowMilliseconds: nowMilliseconds) else {
        throw WebSocketFault(code: .policyViolation, reason: "too many messages")
      }
      message = IncomingMessage(header, inflater: header.isCompressed ? try takeInflater() : nil)
    }
    try message?.announce(header, limits: limits)
  }

  private mutating func takeInflater() throws(WebSocketFault) -> MessageInflater {
    guard let terms = incomingCompression,
      let inflater = keptInflater.take() ?? MessageInflater(windowBits: terms.windowBits)
    else { throw .noMemory }
    return inflater
  }

  // MARK: Messages

  /// Whether a message is all of one plain frame, and all of that is here: as nearly every one is. It needs no memory of
  /// what has come of it.
  private func isWholeMessage(_ header: WebSocketFrameHeader, _ size: Int) -> Bool {
    header.isFinal && !header.isCompressed && (header.opcode == .text || header.opcode == .binary) && message == nil
      && input.count - size >= header.length
  }

  private mutating func receiveWhole(
    _ header: WebSocketFrameHeader, _ size: Int, nowMilliseconds: Int64
  ) throws(WebSocketFault) -> Event {
    guard messageRate.admit(limit: limits.messagesPerSecond, nowMilliseconds: nowMilliseconds) else {
      throw WebSocketFault(code: .policyViolation, reason: "too many messages")
    }
    guard header.length <= limits.maxMessageBytes else { throw .messageTooBig }
    input.discard(size)
    if let key = header.maskKey {
      input.withMutableBytes {
        WebSocketMask.apply(key, offset: 0, to: UnsafeMutableRawBufferPointer(rebasing: $0[..<header.length]))
      }
    }
    if header.opcode == .text {
      var text = UTF8ValidationState()
      let isValid = input.withBytes { text.accept(UnsafeRawBufferPointer(rebasing: $0[..<header.length])) }
      guard isValid else { throw .invalidText }
      guard text.isComplete else { throw WebSocketFault(code: .invalidPayload, reason: "text ends inside a character") }
    }
    delivery = .received(count: header.length)
    return header.opcode == .text ? .text : .binary
  }

  /// Unmasks and checks what has come of a data frame's payload since the last time.
  private mutating func receiveData(_ frame: IncomingFrame) throws(WebSocketFault) -> Step {
    guard var message = self.message.take() else { return .needMore }
    var frame = frame
    let kept = message.isAssembled ? 0 : frame.received
    let count = min(input.count - kept, frame.header.length - frame.received)
    let fault = input.withMutableBytes { bytes in
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[kept..<kept + count])
      WebSocketMask.apply(frame.header.maskKey ?? 0, offset: frame.received, to: part)
      return message.take(UnsafeRawBufferPointer(part), limits: limits)
    }
    if let fault { throw fault }
    frame.received += count
    if message.isAssembled { input.discard(count) }
    guard frame.received == frame.header.length else {
      (self.frame, self.message) = (frame, message)
      return .needMore
    }
    self.frame = nil
    guard frame.header.isFinal else {
      self.message = message
      return .again
    }
    return try finishMessage(message, lastFrameBytes: frame.received)
  }

  private mutating func finishMessage(_ message: IncomingMessage, lastFrameBytes: Int) throws(WebSocketFault) -> Step {
    var message = message
    if let fault = message.finish(limits: limits) { throw fault }
    if incomingCompression?.keepsContext == true, message.isCompressed { keptInflater = message.inflater }
    delivery = message.isAssembled ? .assembled(message.assembled) : .received(count: lastFrameBytes)
    return .event(message.isText ? .text : .binary)
  }

  // MARK: Control frames

  private mutating func receiveControl(_ header: WebSocketFrameHeader) throws(WebSocketFault) -> Step {
    guard input.count >= header.length else { return .needMore }
    var payload = input.withBytes { Array($0[..<header.length]) }
    payload.withUnsafeMutableBytes { WebSocketMask.apply(header.maskKey ?? 0, offset: 0, to: $0) }
    input.discard(header.length)
    frame = nil
    switch header.opcode {
    case .ping:
      answerPing(payload)
      return .event(.ping(payload))
    case .close:
      return .event(try receiveClose(payload))
    default:
      return .event(.pong(payload))
    }
  }

  /// RFC 6455 §5.5.1: an optional code of two bytes, then an optional reason in UTF-8; "the endpoint typically echos the
  /// status code it received" in its reply.
  private mutating func receiveClose(_ payload: [UInt8]) throws(WebSocketFault) -> Event {
    var code = WebSocketCloseCode.noStatus
    if !payload.isEmpty {
      guard payload.count >= 2 else { throw .protocolError("close code cut off") }
      code = WebSocketCloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
      guard code.isSendable else { throw .protocolError("invalid close code") }
    }
    var text = UTF8ValidationState()
    let reason = payload.dropFirst(2)
    guard reason.withUnsafeBytes({ text.accept($0) }), text.isComplete else {
      throw WebSocketFault(code: .invalidPayload, reason: "close reason is not UTF-8")
    }
    sendClose(code)
    end()
    return .closed(code, reason: String(decoding: reason, as: UTF8.self))
  }
}
