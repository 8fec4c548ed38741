/// Which side of a connection this is: a client masks what it sends, a server does not (RFC 6455 §5.1).
public enum WebSocketRole: Sendable, Hashable {
  /// The side that opened the connection.
  case client
  /// The side that accepted it.
  case server
}
