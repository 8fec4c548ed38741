/// A rule that the peer broke, and the code that the connection closes with.
struct WebSocketFault: Error, Sendable, Equatable {
  let code: WebSocketCloseCode
  /// For the close frame: ASCII, at most 123 bytes.
  let reason: String

  static func protocolError(_ reason: String) -> WebSocketFault {
    WebSocketFault(code: .protocolError, reason: reason)
  }
}
