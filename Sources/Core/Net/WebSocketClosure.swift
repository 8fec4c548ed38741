public import Wire

/// How an upstream WebSocket ended, or why it never began.
public struct WebSocketClosure: Sendable, Equatable {
  /// What ended it, and so whether to try again.
  public enum Cause: Sendable, Equatable {
    /// The server answered the upgrade with another status, or (`nil`) with what is no HTTP answer.
    case handshake(status: Int?)
    /// No connection came about: refused, unreachable, the proxy would not tunnel, or the URL is none.
    case connect
    /// The host's or the proxy's name has no address.
    case resolve
    /// The TLS handshake failed, or the certificate is not one of the host's that the store vouches for.
    case tls
    /// The server closed it with this code.
    case peerClosed(WebSocketCloseCode)
    /// The connection ended without a close frame.
    case broken
    /// The server broke the WebSocket protocol or a limit.
    case protocolError
    /// This side asked for it.
    case local
    /// The connection was not open before its deadline.
    case timeout
  }

  /// What ended it.
  public let cause: Cause
  /// The peer's reason of a close frame, or a sentence for the log.
  public let reason: String

  /// A closure of the given properties.
  public init(_ cause: Cause, reason: String) {
    self.cause = cause
    self.reason = reason
  }
}
