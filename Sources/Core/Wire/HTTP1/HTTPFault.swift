/// The peer broke the protocol or a limit. The connection ends: what follows on it cannot be trusted.
public struct HTTPFault: Error, Sendable, Equatable {
  /// What to answer; in the client's role `502`, as it is the exchange's fault.
  public let status: HTTPStatus
  /// A constant sentence for the log and the body; nothing of the peer's bytes.
  public let reason: String

  /// A fault to be answered with `status`.
  public init(status: HTTPStatus, reason: String) {
    self.status = status
    self.reason = reason
  }

  static func badRequest(_ reason: String) -> HTTPFault {
    HTTPFault(status: .badRequest, reason: reason)
  }
}
