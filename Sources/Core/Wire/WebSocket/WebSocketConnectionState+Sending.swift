/// From what this side says to bytes. What is sent when the connection is not open is dropped: RFC 6455 §5.5.1 forbids
/// it. How much the application queues is for its owner to bound.
extension WebSocketConnectionState {
  /// RFC 6455 §5.5 leaves 125 bytes, of which the code takes two.
  static let maxReasonBytes = WebSocketFrameHeader.maxControlBytes - 2

  /// Queues a text message in one frame. The bytes must be UTF-8.
  public mutating func send(text payload: UnsafeRawBufferPointer) {
    queueMessage(.text, payload)
  }

  /// Queues a binary message in one frame.
  public mutating func send(binary payload: UnsafeRawBufferPointer) {
    queueMessage(.binary, payload)
  }

  /// Queues a ping; a payload longer than 125 bytes is cut.
  public mutating func sendPing(_ payload: [UInt8] = []) {
    guard isOpen else { return }
    queue(.ping, payload.prefix(WebSocketFrameHeader.maxControlBytes))
  }

  /// Queues the close frame; the peer's is then awaited. The reason is cut to 123 bytes between two characters. A code
  /// that no frame may carry, such as `noStatus`, makes a close frame without code and reason.
  public mutating func sendClose(_ code: WebSocketCloseCode, reason: String = "") {
    guard isOpen else { return }
    queueUnansweredPing()
    phase = .closing
    var payload: [UInt8] = []
    if code.isSendable {
      payload = [UInt8(code.number >> 8), UInt8(code.number & 0xff)]
      payload += WebSocketConnectionState.cut(reason)
    }
    queue(.close, payload)
  }

  /// Whether there is something to write.
  public var hasOutput: Bool { !output.isEmpty || unansweredPing != nil }

  /// What must be written to the peer, in order; it is forgotten here.
  public mutating func takeOutput() -> [UInt8] {
    queueUnansweredPing()
    queuedPongs = 0
    defer { output = [] }
    return output
  }

  /// RFC 6455 §5.5.2: a pong "unless it already received a Close frame"; §5.5.3: with the ping's payload, and of several
  /// pings an endpoint "MAY elect to send a Pong frame for only the most recently processed Ping frame".
  mutating func answerPing(_ payload: [UInt8]) {
    if queuedPongs < WebSocketConnectionState.maxQueuedPongs {
      queuedPongs += 1
      queue(.pong, payload)
    } else {
      unansweredPing = payload
    }
  }

  private mutating func queueUnansweredPing() {
    guard let payload = unansweredPing.take() else { return }
    queue(.pong, payload)
  }

  private mutating func queueMessage(_ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer) {
    guard isOpen else { return }
    if let compressed = compressor?.compressed(payload) {
      queue(opcode, compressed, isCompressed: true)
    } else {
      queue(opcode, payload)
    }
  }

  private mutating func queue(
    _ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>, isCompressed: Bool = false
  ) {
    let key = role == .client ? maskKeys?() : nil
    WebSocketFrameHeader(isCompressed: isCompressed, opcode: opcode, maskKey: key, length: payload.count)
      .write(to: &output)
    let start = output.count
    output.append(contentsOf: payload)
    guard let key else { return }
    output.withUnsafeMutableBytes {
      WebSocketMask.apply(key, offset: 0, to: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
    }
  }

  private static func cut(_ reason: String) -> [UInt8] {
    let bytes = Array(reason.utf8)
    guard bytes.count > maxReasonBytes else { return bytes }
    var end = maxReasonBytes
    while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }
}
