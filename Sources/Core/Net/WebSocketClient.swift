public import Wire

/// One upstream WebSocket, `ws` or `wss`. Loop-confined: every call and every callback is on its loop's thread.
///
/// libcurl brings about the connection, OpenSSL secures it, `WebSocketConnectionState` speaks the protocol; this class
/// carries bytes between them and the delegate. Its loop holds it from `connect()` until `closed`.
public final class WebSocketClient {
  /// Where the connection stands.
  enum Phase { case idle, dialing, securing, upgrading, open, closing, closed }

  /// What the delegate asked for in the middle of a delivery, when the connection's state is being read.
  enum Command {
    case text(String)
    case binary([UInt8])
    case ping
    case close(WebSocketCloseCode, String)
  }

  /// The most bytes read before other sockets of the loop have their turn.
  static let maxBytesPerTurn = 512 << 10

  /// The loop it belongs to.
  public let loop: EventLoop
  let options: WebSocketClientOptions
  private let address: String
  var delegate: (any WebSocketClientDelegate)?

  // Without the check of exclusive access, here and below: docs/decisions/0023.
  @exclusivity(unchecked) var phase = Phase.idle
  var connection: WebSocketConnectionState
  var outbox: WebSocketClientOutbox
  var deferred: [Command] = []
  @exclusivity(unchecked) var isDelivering = false
  var isFlushAsked = false
  /// The peer has sent its end, or the socket has failed: it is read until that shows.
  var hasPeerEnd = false
  /// Of the opening until it is open, then of the closing handshake.
  var deadline: LoopTimer?

  var url: WebSocketClientURL?
  var dialer: WebSocketClientDialer?
  var descriptor: Int32 = -1
  var transport: WebSocketClientTransport?
  var upgrade: WebSocketClientUpgradeState?

  /// A client for the URL; nothing happens before `connect()`.
  public init(
    loop: EventLoop, url: String, options: WebSocketClientOptions = WebSocketClientOptions(),
    delegate: any WebSocketClientDelegate
  ) {
    self.loop = loop
    self.options = options
    self.delegate = delegate
    address = url
    connection = WebSocketConnectionState(role: .client, limits: options.limits) { WebSocketClientRandom.maskKey() }
    outbox = WebSocketClientOutbox(maxBytes: options.maxOutboxBytes)
  }

  /// Whether messages may be sent.
  public var isOpen: Bool { phase == .open }

  /// Begins, once. `opened` or `closed` follows within `connectMilliseconds`.
  public func connect() {
    precondition(loop.isCurrent, "a WebSocket client belongs to its loop")
    guard phase == .idle else { return }
    phase = .dialing
    deadline = loop.schedule(afterMilliseconds: options.connectMilliseconds) { [self] in
      finish(.timeout, "not open within \(options.connectMilliseconds) ms")
    }
    guard let url = WebSocketClientURL(parsing: address) else { return finish(.connect, "not a ws or wss URL") }
    self.url = url
    dialer = WebSocketClientDialer(loop: loop, url: url, options: options) { [weak self] in
      self?.dialed($0)
    }
    if dialer == nil { finish(.connect, "libcurl refuses the connection") }
  }

  /// Sends a text message; nothing when the connection is not open.
  public func send(text: String) { perform(.text(text)) }

  /// Sends a binary message; nothing when the connection is not open.
  public func send(binary: [UInt8]) { perform(.binary(binary)) }

  /// Sends a ping without payload; nothing when the connection is not open.
  public func sendPing() { perform(.ping) }

  /// Begins the closing handshake; `closed` follows within `closeMilliseconds`, and no more messages. A connection that
  /// is not open yet is aborted.
  public func close(_ code: WebSocketCloseCode, reason: String) {
    if phase == .open { perform(.close(code, reason)) } else if phase != .closing { abort() }
  }

  /// Ends it at once, in any phase; `closed` follows in a later turn.
  public func abort() {
    precondition(loop.isCurrent, "a WebSocket client belongs to its loop")
    finish(.local, "aborted")
  }

  /// Ends it in any phase; the first call decides. The delegate hears of it in a later turn, so that it is never called
  /// from inside its own call.
  func finish(_ cause: WebSocketClosure.Cause, _ reason: String) {
    guard phase != .idle, phase != .closed else { return }
    phase = .closed
    deadline?.cancel()
    deadline = nil
    deferred = []
    transport?.end()
    if descriptor >= 0 { loop.unwatch(descriptor) }
    descriptor = -1
    transport = nil
    // Last: it closes the socket.
    dialer?.close()
    dialer = nil
    let delegate = delegate
    self.delegate = nil
    loop.schedule(afterMilliseconds: 0) { delegate?.closed(WebSocketClosure(cause, reason: reason)) }
  }
}
