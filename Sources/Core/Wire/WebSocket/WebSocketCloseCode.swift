/// Why a connection closes (RFC 6455 §7.4).
public struct WebSocketCloseCode: Sendable, Hashable {
  /// The code as it stands in a close frame.
  public let number: UInt16

  /// The code of a number; whether it may be sent is `isSendable`.
  public init(_ number: UInt16) {
    self.number = number
  }

  /// 1000: the purpose is fulfilled.
  public static let normal = WebSocketCloseCode(1000)
  /// 1001: the endpoint goes away, such as a server shutting down.
  public static let goingAway = WebSocketCloseCode(1001)
  /// 1002: the peer broke the protocol.
  public static let protocolError = WebSocketCloseCode(1002)
  /// 1003: a kind of message that this endpoint does not take.
  public static let unsupportedData = WebSocketCloseCode(1003)
  /// 1005: the close frame had no code. Never in a frame.
  public static let noStatus = WebSocketCloseCode(1005)
  /// 1006: the connection was lost without a close frame. Never in a frame.
  public static let abnormal = WebSocketCloseCode(1006)
  /// 1007: text that is not UTF-8.
  public static let invalidPayload = WebSocketCloseCode(1007)
  /// 1008: a message against this endpoint's rules.
  public static let policyViolation = WebSocketCloseCode(1008)
  /// 1009: a message longer than this endpoint takes.
  public static let messageTooBig = WebSocketCloseCode(1009)
  /// 1011: the endpoint failed.
  public static let internalError = WebSocketCloseCode(1011)
  /// 1012: the service restarts; come back later.
  public static let serviceRestart = WebSocketCloseCode(1012)
  /// 1013: the service is overloaded, or the client too slow; come back later.
  public static let tryAgainLater = WebSocketCloseCode(1013)

  /// Whether the code may stand in a close frame: RFC 6455 §7.4.2, with 1012 to 1014 of IANA's registry
  /// (https://www.iana.org/assignments/websocket, "WebSocket Close Code Number Registry").
  public var isSendable: Bool {
    switch number {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}
