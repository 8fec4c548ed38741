/// A message of which frames are still to come, or parts of one.
struct IncomingMessage: Sendable {
  let isText: Bool
  /// RSV1 of its first frame (RFC 7692 §6): its frames together are one compressed message.
  let isCompressed: Bool
  /// Whether its bytes leave the receive buffer as they come: of a message in one plain frame they do not.
  let isAssembled: Bool
  var fragments = 1
  /// The payload bytes of its frames so far, of the one under way as its header says.
  private(set) var announcedBytes = 0
  private(set) var assembled: [UInt8] = []
  private var text = UTF8ValidationState()
  /// Set while a compressed message is under way.
  var inflater: MessageInflater?

  init(_ header: WebSocketFrameHeader, inflater: MessageInflater?) {
    isText = header.opcode == .text
    isCompressed = header.isCompressed
    isAssembled = !header.isFinal || header.isCompressed
    self.inflater = inflater
  }

  /// Judges a further frame by its header.
  mutating func announce(_ header: WebSocketFrameHeader, limits: WebSocketLimits) throws(WebSocketFault) {
    guard fragments <= limits.maxFragments else {
      throw WebSocketFault(code: .policyViolation, reason: "too many fragments")
    }
    let most = isCompressed ? limits.maxCompressedBytes : limits.maxMessageBytes
    guard header.length <= most - announcedBytes else { throw .messageTooBig }
    announcedBytes += header.length
  }

  /// Takes the next bytes of the payload, unmasked; the fault in them, if there is one.
  mutating func take(_ part: UnsafeRawBufferPointer, limits: WebSocketLimits) -> WebSocketFault? {
    if isCompressed { return inflate(limits) { $0.inflate(part, room: $1, $2) } }
    guard !isText || text.accept(part) else { return .invalidText }
    if isAssembled { assembled.append(contentsOf: part) }
    return nil
  }

  /// Ends the message; the fault that only its end shows, if there is one.
  mutating func finish(limits: WebSocketLimits) -> WebSocketFault? {
    if isCompressed, let fault = inflate(limits, { $0.finish(room: $1, $2) }) { return fault }
    return text.isComplete ? nil : WebSocketFault(code: .invalidPayload, reason: "text ends inside a character")
  }

  private typealias Work = (
    inout MessageInflater, _ room: () -> Int, _ body: (UnsafeRawBufferPointer) -> Bool
  ) -> MessageInflater.Outcome

  /// Lets zlib work and looks at each piece of what it gives: a wrong byte of text, or one above the limits, is found
  /// before more is made. What is found does not depend on how the bytes were cut.
  private mutating func inflate(_ limits: WebSocketLimits, _ work: Work) -> WebSocketFault? {
    guard var inflater = inflater.take() else { return .noMemory }
    let most = limits.maxInflatedBytes(ofCompressed: announcedBytes)
    var (assembled, text) = (assembled, text)
    self.assembled = []
    var fault: WebSocketFault?
    // One more than may be, to see that there is one.
    let outcome = work(&inflater, { most - assembled.count + 1 }) { piece in
      let fitting = UnsafeRawBufferPointer(rebasing: piece.prefix(most - assembled.count))
      guard !isText || text.accept(fitting) else {
        fault = .invalidText
        return false
      }
      guard fitting.count == piece.count else {
        fault = most == limits.maxMessageBytes ? .messageTooBig : .inflatesTooFar
        return false
      }
      assembled.append(contentsOf: piece)
      return true
    }
    (self.assembled, self.text, self.inflater) = (assembled, text, inflater)
    switch outcome {
    case .done, .stopped: return fault
    case .malformed: return WebSocketFault(code: .invalidPayload, reason: "message is not compressed correctly")
    case .noMemory: return .noMemory
    }
  }
}
