internal import Net
internal import Wire

/// Why a WebSocket is closed right after its handshake: a code and a reason that a browser can read, which the status of a
/// refused handshake is not.
struct StreamRefusal: Equatable {
  let code: WebSocketCloseCode
  let reason: String

  /// What the routes' errors mean for a WebSocket: 1008 when asking again is of no use, 1013 when it is.
  init(_ error: APIError) {
    switch error.code {
    case .upstreamUnavailable, .upstreamLimited, .upstreamTimeout, .upstreamError:
      code = .tryAgainLater
    case .internalFault:
      code = .internalError
    default:
      code = .policyViolation
    }
    reason = error.sentence
  }
}

/// The handler of a socket that is only there to be told why it is closed.
final class RefusedClient: WebSocketHandler {
  init(_ connection: WebSocketConnection, _ refusal: StreamRefusal) {
    connection.close(refusal.code, reason: refusal.reason)
  }

  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}
  func closed(_ code: WebSocketCloseCode, reason: String) {}
}
