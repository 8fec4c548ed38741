/// Why a request got no whole answer.
public struct HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What failed, and so who must act.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The host's or the proxy's name has no address.
    case resolve
    /// No connection came about: refused, unreachable, or the proxy would not tunnel.
    case connect
    /// The TLS handshake failed, or the certificate is not one of the host's that the store vouches for.
    case tls
    /// The deadline passed.
    case timeout
    /// The body is longer than the request allowed.
    case bodyTooLarge
    /// The connection ended, or what came cannot be read: truncated, reset, bad encoding, endless headers.
    case broken
    /// The task was cancelled, or the client shut down.
    case cancelled
    /// The request itself cannot be sent.
    case invalidRequest
  }

  /// What failed.
  public let kind: Kind
  /// For `tls`: what was wrong with the certificate; `nil` when it was something else.
  public let refusal: CertificateRefusal?
  /// For the log: the address without its query, and the reason.
  public let message: String

  /// An error of the given properties.
  public init(_ kind: Kind, _ message: String, refusal: CertificateRefusal? = nil) {
    self.kind = kind
    self.refusal = refusal
    self.message = message
  }

  /// The kind and the message.
  public var description: String { "\(kind.rawValue): \(message)" }
}
