import COpenSSL
import Testing

@testable import Net

@Suite struct CertificateRefusalTests {
  @Test(arguments: [
    (X509_V_ERR_CERT_HAS_EXPIRED, CertificateRefusal.expired), (X509_V_ERR_CERT_NOT_YET_VALID, .notYetValid),
    (X509_V_ERR_HOSTNAME_MISMATCH, .wrongHost), (X509_V_ERR_IP_ADDRESS_MISMATCH, .wrongHost),
    (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, .untrusted), (X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, .untrusted),
    (X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, .untrusted), (X509_V_ERR_INVALID_PURPOSE, .invalid),
    (X509_V_ERR_CERT_REVOKED, .invalid),
  ])
  func aVerdictOfOpenSSLHasAMeaning(verdict: Int32, refusal: CertificateRefusal) {
    #expect(CertificateRefusal(verdict: Int(verdict)) == refusal)
  }
}
