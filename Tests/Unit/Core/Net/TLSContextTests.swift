import Glibc
import Support
import Testing

@testable import Net

@Suite struct TLSContextTests {
  @Test func aFileOfCertificatesIsReadOnce() throws {
    let certificates = TestCertificates()
    let first = try TLSContext.trusting(caFile: certificates.caFile)
    let second = try TLSContext.trusting(caFile: certificates.caFile)
    #expect(first === second)
    #expect(try TLSContext.trusting(caFile: nil) !== first)
    #expect(try TLSContext.trusting(caFile: nil) === TLSContext.trusting(caFile: nil))
  }

  @Test(arguments: ["/proc/nonexistent/ca.pem", "/etc/hostname", "/dev/null", "/tmp"])
  func aFileWithoutCertificatesIsAFault(path: String) {
    #expect(throws: TLSFault.self) { try TLSContext.trusting(caFile: path) }
    #expect(throws: TLSFault.self) { try TLSContext.trusting(caFile: path) }
  }

  @Test func aFaultNamesTheAttempt() {
    do throws(TLSFault) {
      _ = try TLSContext.trusting(caFile: "/proc/nonexistent/ca.pem")
      Issue.record("a file that is not there was read")
    } catch {
      #expect(error.reason.hasPrefix("cannot read the certificates to trust: "))
    }
    #expect(TLSFault.last("nothing").reason == "nothing")
  }
}
