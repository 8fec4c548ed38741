/// A rule that the peer broke, and the code that the connection closes with.
struct WebSocketFault: Error, Sendable, Equatable {
  let code: WebSocketCloseCode
  /// For the close frame: ASCII, at most 123 bytes.
  let reason: String

  static func protocolError(_ reason: String) -> WebSocketFault {
    WebSocketFault(code: .protocolError, reason: reason)
  }

  static let invalidText = WebSocketFault(code: .invalidPayload, reason: "text is not UTF-8")
  static let messageTooBig = WebSocketFault(code: .messageTooBig, reason: "message too big")
  static let inflatesTooFar = WebSocketFault(code: .messageTooBig, reason: "message compressed too far")
  static let noMemory = WebSocketFault(code: .internalError, reason: "no memory to decompress")
}
