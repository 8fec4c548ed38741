internal import COpenSSL

/// What was wrong with a server's certificate.
public enum CertificateRefusal: Sendable, Hashable, CaseIterable {
  /// Its time is over, or that of a certificate behind it.
  case expired
  /// Its time has not come; or this machine's clock is behind.
  case notYetValid
  /// It was made out to another name or address than was asked for.
  case wrongHost
  /// No authority that is trusted here vouches for it.
  case untrusted
  /// It may not be used for this, or is broken, or too weakly signed.
  case invalid

  /// What OpenSSL's verdict (X509_STORE_CTX_get_error(3)) means, when it is a refusal.
  init(verdict: Int) {
    switch Int32(clamping: verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
    case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .wrongHost
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
      // An authority of the name is trusted, but this was signed by another of the same name.
      X509_V_ERR_CERT_SIGNATURE_FAILURE:
      self = .untrusted
    default: self = .invalid
    }
  }
}
