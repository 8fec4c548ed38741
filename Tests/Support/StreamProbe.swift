public import Net
internal import Wire

/// A WebSocket client for tests: connects over a real socket and keeps what it is sent, to be awaited.
///
/// Crosses threads: what came waits in an inbox; the client itself is used on its loop only.
public final class StreamProbe: WebSocketClientDelegate, @unchecked Sendable {
  /// Something that happened.
  public enum News: Sendable {
    /// The handshake is done.
    case opened
    /// A message.
    case text(String)
    /// The end, with the code and reason the other side gave.
    case closed(WebSocketClosure)
  }

  private let loop: EventLoop
  private let inbox = Inbox<News>()
  private var client: WebSocketClient?

  /// Starts connecting to an address (`ws://…`).
  public init(_ url: String, loop: EventLoop, options: WebSocketClientOptions = WebSocketClientOptions()) {
    self.loop = loop
    loop.post {
      let client = WebSocketClient(loop: loop, url: url, options: options, delegate: self)
      self.client = client
      client.connect()
    }
  }

  /// The next thing that happens; one caller at a time.
  public func next(file: StaticString = #fileID, line: UInt = #line) async throws -> News {
    try await inbox.next(file: file, line: line)
  }

  /// The next message; `nil` when the connection ends first.
  public func nextText(file: StaticString = #fileID, line: UInt = #line) async throws -> String? {
    while true {
      switch try await next(file: file, line: line) {
      case .opened: continue
      case .text(let text): return text
      case .closed: return nil
      }
    }
  }

  /// The next message that satisfies a condition; `nil` when the connection ends first.
  public func nextText(
    file: StaticString = #fileID, line: UInt = #line, where condition: (String) -> Bool
  ) async throws -> String? {
    while let text = try await nextText(file: file, line: line) {
      if condition(text) { return text }
    }
    return nil
  }

  /// Waits for the end.
  public func closure(file: StaticString = #fileID, line: UInt = #line) async throws -> WebSocketClosure {
    while true {
      if case .closed(let closure) = try await next(file: file, line: line) { return closure }
    }
  }

  /// Sends a message once the connection is open, which is when `opened` or a message has been taken.
  public func send(_ text: String) {
    loop.post { self.client?.send(text: text) }
  }

  /// Closes properly.
  public func close() {
    loop.post { self.client?.close(.normal, reason: "") }
  }

  /// Cuts the connection.
  public func abort() {
    loop.post { self.client?.abort() }
  }

  // MARK: WebSocketClientDelegate

  /// Notes it.
  public func opened() { inbox.add(.opened) }
  /// Notes it.
  public func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    inbox.add(.text(String(decoding: text, as: UTF8.self)))
  }
  /// Nothing we serve is binary.
  public func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) { inbox.add(.text("<binary>")) }
  /// Not of interest.
  public func readFinished() {}
  /// Not of interest.
  public func ponged() {}
  /// Notes it.
  public func closed(_ closure: WebSocketClosure) { inbox.add(.closed(closure)) }
}
