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

/// What becomes of a request.
public enum HTTPAnswer: Sendable {
  /// The answer is known; no task is made.
  case response(HTTPResponse)
  /// The answer must be waited for: a task that prefers the connection's loop, cancelled when the client resets the
  /// connection. A client that has only sent its end still gets the answer.
  case later(@Sendable () async -> HTTPResponse)
  /// The client may speak WebSocket: the server makes the handshake, then calls this on the loop. A request that is
  /// no valid handshake is refused by the server.
  case webSocket(@Sendable (WebSocketConnection) -> any WebSocketHandler)
}
