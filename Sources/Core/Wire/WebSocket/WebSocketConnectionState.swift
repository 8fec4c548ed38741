/// One side of a WebSocket connection after the handshake (RFC 6455 §5 to §8): bytes in, events out.
///
/// It does no IO, reads no clock and draws no random numbers. Its owner appends what the socket gave, takes events until
/// there is none, and writes `takeOutput()`:
///
/// ```swift
/// state.append(received)
/// while let event = state.nextEvent(nowMilliseconds: now) {
///   if event == .text { state.withMessage { decode($0) } }
/// }
/// if state.hasOutput { write(state.takeOutput()) }
/// if state.isClosed { /* a server closes the TCP connection once that is written, a client waits for it */ }
/// ```
///
/// **Receiving.** A frame's payload is unmasked and its text checked as the bytes arrive, so a wrong byte fails the
/// connection before the rest of its message is there. The payload of a message in one frame is handed out where it
/// was received; fragments are put together in memory of their own, which is given back with the next event.
///
/// **Replies.** A ping is answered with a pong and a close frame with a close frame, in the output. A peer cannot make
/// the output grow by pings: past `maxQueuedPongs` not yet taken, only the latest ping is answered (§5.5.3 allows that).
///
/// **The end.** A connection is open until a close frame is queued, then waits for the peer's, and is closed when both
/// went by. A peer that breaks a rule closes it at once: `failed` is the last event, and further bytes are dropped.
///
/// **Compression.** Where the handshake agreed on permessage-deflate (RFC 7692), compressed messages are decompressed as
/// they arrive, and held to the same limits and rules. Without kept contexts, memory of zlib is there only while such a
/// message is under way.
public struct WebSocketConnectionState: Sendable {
  /// What the peer did.
  public enum Event: Sendable, Equatable {
    /// A text message, in UTF-8; see `withMessage`.
    case text
    /// A binary message; see `withMessage`.
    case binary
    /// A ping; the pong is queued.
    case ping([UInt8])
    /// A pong, asked for or not.
    case pong([UInt8])
    /// The peer's close frame, `noStatus` when it had no code; the reply is queued. The last event.
    case closed(WebSocketCloseCode, reason: String)
    /// The peer broke a rule; the close frame that says so is queued. The last event.
    case failed(WebSocketCloseCode, reason: String)
  }

  enum Phase: Sendable {
    case open
    /// Our close frame is queued, the peer's has not come.
    case closing
    case closed
  }

  /// A frame whose header was read, and how much of its payload was unmasked and checked.
  struct IncomingFrame: Sendable {
    let header: WebSocketFrameHeader
    var received = 0
  }

  /// Where the message of the last event is.
  enum Delivery: Sendable {
    case none
    /// At the start of the receive buffer.
    case received(count: Int)
    case assembled([UInt8])
  }

  /// The most pongs that wait in the output at a time, beside the latest.
  public static let maxQueuedPongs = 16

  let role: WebSocketRole
  let limits: WebSocketLimits
  let maskKeys: (@Sendable () -> UInt32)?

  var phase = Phase.open
  var input: FrameBuffer
  var frame: IncomingFrame?
  /// A message whose last frame has not ended.
  var message: IncomingMessage?
  /// Of what the peer sends; nil without compression.
  let incomingCompression: WebSocketCompressionTerms.Direction?
  /// The window of the peer's earlier messages, where it may refer to them.
  var keptInflater: MessageInflater?
  var compressor: WebSocketCompressor?
  var delivery = Delivery.none
  var messageRate = WebSocketRateState()
  var controlRate = WebSocketRateState()
  var output: [UInt8] = []
  var queuedPongs = 0
  /// The payload of the latest ping, when too many pongs wait already.
  var unansweredPing: [UInt8]?

  /// A connection just after its handshake. A client needs a source of `maskKeys` that the peer cannot foresee
  /// (RFC 6455 §5.3: "derived from a strong source of entropy"); a server uses none.
  public init(
    role: WebSocketRole, limits: WebSocketLimits, compression: WebSocketCompressionTerms? = nil,
    maskKeys: (@Sendable () -> UInt32)? = nil
  ) {
    precondition(role == .server || maskKeys != nil, "a client must mask what it sends")
    self.role = role
    self.limits = limits
    self.maskKeys = maskKeys
    input = FrameBuffer(retainedBytes: limits.retainedBytes)
    incomingCompression = compression?.receiving(as: role)
    compressor = (compression?.sending(as: role)).map { WebSocketCompressor($0) }
  }

  /// Whether messages may still be sent: no close frame was sent or received, no rule broken.
  public var isOpen: Bool { phase == .open }

  /// Whether nothing more will come: both close frames went by, or the peer broke a rule.
  public var isClosed: Bool { phase == .closed }

  /// Takes bytes from the peer; `nextEvent` says what they mean. Bytes after the end are dropped.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard phase != .closed else { return }
    input.append(bytes)
  }

  /// The next thing the peer did; nil until more bytes come. Ends the life of the last message.
  public mutating func nextEvent(nowMilliseconds: Int64) -> Event? {
    releaseMessage()
    while phase != .closed {
      do throws(WebSocketFault) {
        switch try advance(nowMilliseconds: nowMilliseconds) {
        case .needMore: return nil
        case .again: continue
        case .event(let event): return event
        }
      } catch {
        return fail(error)
      }
    }
    return nil
  }

  /// The same as `withMessage` for an owner who does not touch the state meanwhile: he then need not copy it first.
  public mutating func lendMessage(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch delivery {
    case .none: body(UnsafeRawBufferPointer(start: nil, count: 0))
    case .received(let count): input.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    case .assembled(let bytes): bytes.withUnsafeBytes(body)
    }
  }

  /// Calls `body` with the payload of the last `text` or `binary`, which lives until the next `nextEvent`; empty after
  /// other events.
  public func withMessage<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    switch delivery {
    case .none: try body(UnsafeRawBufferPointer(start: nil, count: 0))
    case .received(let count): try input.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    case .assembled(let bytes): try bytes.withUnsafeBytes(body)
    }
  }
}
