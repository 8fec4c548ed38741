/// How an endpoint wants to compress: its side of the negotiation of permessage-deflate (RFC 7692).
///
/// ```
/// Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
/// ```
///
/// By default neither side keeps its window from one message to the next, so a connection holds compression memory only
/// while a message is under way (docs/decisions/0006-compressed-websockets.md).
public struct WebSocketCompression: Sendable, Equatable {
  /// Shorter messages are sent as they are: the few bytes that could be saved are not worth anyone's time.
  public static let minimumBytes = 128

  /// Whether the server may refer to its earlier messages. Its memory for it stays with the connection.
  public var serverKeepsContext: Bool
  /// Whether the client may.
  public var clientKeepsContext: Bool

  /// The given wishes.
  public init(serverKeepsContext: Bool = false, clientKeepsContext: Bool = false) {
    self.serverKeepsContext = serverKeepsContext
    self.clientKeepsContext = clientKeepsContext
  }
}

/// What both sides of a connection agreed on.
public struct WebSocketCompressionTerms: Sendable, Equatable {
  /// The terms of what one side sends.
  public struct Direction: Sendable, Equatable {
    /// Whether a message may refer to those before it.
    public var keepsContext: Bool
    /// The base-2 logarithm of the window in bytes: 8 to 15.
    public var windowBits: Int

    /// The given terms.
    public init(keepsContext: Bool, windowBits: Int = 15) {
      self.keepsContext = keepsContext
      self.windowBits = windowBits
    }
  }

  /// Of what the server sends.
  public var server: Direction
  /// Of what the client sends.
  public var client: Direction

  /// The given terms.
  public init(server: Direction, client: Direction) {
    self.server = server
    self.client = client
  }

  /// The terms of what an endpoint of this role sends.
  func sending(as role: WebSocketRole) -> Direction { role == .server ? server : client }

  /// The terms of what it receives.
  func receiving(as role: WebSocketRole) -> Direction { role == .server ? client : server }
}
