import Support
import Testing

@testable import App

@Suite struct StartCheckTests {
  private func faults(_ values: [String: String]) -> [String] { StartCheck.faults(of: Configuration(values: values)) }

  @Test func theDefaultsHaveNone() {
    #expect(faults([:]).isEmpty)
  }

  /// 192.0.2.0/24 is for documents (RFC 5737): no machine has it.
  @Test(arguments: ["no such host", "256.1.1.1", "192.0.2.1"]) func anAddressOfAnotherMachineIsAFault(host: String) {
    let faults = faults(["APP_HOST": host])
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("APP_HOST \"\(host)\" is no address of this machine") == true)
  }

  @Test(arguments: ["127.0.0.1", "0.0.0.0", "localhost"]) func anAddressOfThisMachineIsNone(host: String) {
    #expect(faults(["APP_HOST": host]).isEmpty)
  }

  @Test func certificatesAreReadBeforeTheyAreNeeded() {
    let certificates = TestCertificates()
    #expect(faults(["UPSTREAM_CA_FILE": certificates.caFile]).isEmpty)
    for path in ["/proc/nonexistent/ca.pem", "/dev/null"] {
      let faults = faults(["UPSTREAM_CA_FILE": path])
      #expect(faults.count == 1)
      #expect(faults.first?.hasPrefix("UPSTREAM_CA_FILE \"\(path)\" cannot be used: ") == true)
    }
  }

  @Test func recordingsAreAFolder() {
    #expect(faults(["RECORDINGS": "\(Repository.root)/Recordings"]).isEmpty)
    for path in ["/proc/nonexistent", "\(Repository.root)/LICENSE"] {
      #expect(faults(["RECORDINGS": path]) == ["RECORDINGS \"\(path)\" is no folder"])
    }
  }

  @Test func everyFaultHasItsLine() {
    let values = ["APP_HOST": "192.0.2.1", "UPSTREAM_CA_FILE": "/proc/nonexistent", "RECORDINGS": "/proc/nonexistent"]
    #expect(faults(values).count == 3)
  }
}
