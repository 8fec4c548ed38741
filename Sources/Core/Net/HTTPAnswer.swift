public import Wire

/// Answers one request. Called on the connection's loop; must not block.
public typealias HTTPHandler = @Sendable (HTTPRequest, HTTPContext) -> HTTPAnswer

/// What a handler may know beyond the request.
public struct HTTPContext: Sendable {
  /// The loop of the connection, on which the handler runs.
  public let loop: EventLoop
  /// The client's numeric address, without the port.
  public let peerAddress: String
  /// As whom limits know the client.
  public let client: ClientAddress
  /// Made by the server, and sent as `X-Request-Id`.
  public let requestID: String

  /// A context of the given parts; for tests of handlers.
  public init(loop: EventLoop, peerAddress: String, client: ClientAddress, requestID: String) {
    self.loop = loop
    self.peerAddress = peerAddress
    self.client = client
    self.requestID = requestID
  }
}

/// How long an answer to some bytes of a request holds, and what is sent again then. `Age`, `Date` and `X-Request-Id` are
/// made anew each time.
public struct HTTPRepeat: Sendable {
  /// The content as it is sent again.
  public struct Content: Sendable {
    let bytes: SharedBytes
    let age: Int64

    /// Bytes that were true `age` seconds ago.
    public init(_ bytes: SharedBytes, age: Int64) {
      self.bytes = bytes
      self.age = age
    }
  }

  /// The content, while the answer holds.
  let content: @Sendable () -> Content?

  /// An answer that holds while `content` gives it; called on the loop, once for each repetition, and so may count them.
  public init(_ content: @escaping @Sendable () -> Content?) {
    self.content = content
  }
}

/// What becomes of a request.
public enum HTTPAnswer: Sendable {
  /// The answer is known; no task is made.
  case response(HTTPResponse)
  /// The same, and the same bytes of a request may be answered from it again: without the handler, as long as it holds.
  case repeatable(HTTPResponse, HTTPRepeat)
  /// The answer must be waited for: a task that prefers the connection's loop, cancelled when the client resets the
  /// connection. A client that has only sent its end still gets the answer.
  case later(@Sendable () async -> HTTPResponse)
  /// The client may speak WebSocket: the server makes the handshake, then calls this on the loop. A request that is
  /// no valid handshake is refused by the server.
  case webSocket(@Sendable (WebSocketConnection) -> any WebSocketHandler)
}
