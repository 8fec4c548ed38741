internal import Contract
internal import Net

extension ExchangeError {
  /// The request could not be sent at all: a fault of ours.
  static let unformed = ExchangeError(.rejected, .never, "the request could not be formed")

  /// What a failed transfer means for the question.
  init(_ error: HTTPClientError) {
    switch error.kind {
    case .timeout: self.init(.timeout, .never, "the exchange did not answer in time")
    case .cancelled: self = .cancelled
    case .bodyTooLarge: self.init(.malformed, .never, "the exchange's answer is too long")
    case .broken: self.init(.malformed, .retry, "the exchange's answer broke off")
    case .invalidRequest: self = .unformed
    case .connect: self.init(.unreachable, .retry, "the exchange cannot be reached")
    case .resolve: self.init(.unreachable, .retry, "the exchange's name has no address")
    case .tls:
      // A certificate that is refused would be refused again: nothing is gained by asking at once.
      self.init(.unreachable, error.refusal == nil ? .retry : .never, ExchangeError.reason(error.refusal))
    }
  }

  /// Whose certificate, and what is wrong with it: who must act differs.
  private static func reason(_ refusal: CertificateRefusal?) -> String {
    switch refusal {
    case .expired: "the exchange's certificate has expired"
    case .notYetValid: "the exchange's certificate is not valid yet"
    case .wrongHost: "the exchange's certificate is for another host"
    case .untrusted: "the exchange's certificate is not trusted"
    case .invalid: "the exchange's certificate is not acceptable"
    case nil: "TLS with the exchange failed"
    }
  }
}
