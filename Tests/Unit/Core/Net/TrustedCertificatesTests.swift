import Net
import Support
import Testing

@Suite struct TrustedCertificatesTests {
  @Test func aFileOfCertificatesHasNoFault() {
    let certificates = TestCertificates()
    #expect(TrustedCertificates.fault(inFile: certificates.caFile) == nil)
  }

  @Test(arguments: ["/proc/nonexistent/ca.pem", "/etc/hostname", "/dev/null", "/tmp"])
  func whatHoldsNoneIsSaid(path: String) {
    #expect(TrustedCertificates.fault(inFile: path)?.hasPrefix("cannot read the certificates to trust") == true)
  }
}
