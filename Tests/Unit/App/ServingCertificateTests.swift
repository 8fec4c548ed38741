import Net
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct ServingCertificateTests {
  private let authority = TestCertificates()

  private func fault(_ values: [String: String]) -> String? {
    ServingCertificate.fault(in: Configuration(values: values))
  }

  @Test func withoutSettingsThereIsNoneAndNoFault() throws {
    #expect(try ServingCertificate.load(Configuration(values: [:])) == nil)
    #expect(fault([:]) == nil)
  }

  @Test func theFaultNamesTheVariableAndTheFile() {
    let (one, other) = (authority.identity(), authority.identity())
    #expect(fault(["TLS_CERT_FILE": one.certificateFile, "TLS_KEY_FILE": one.keyFile]) == nil)
    #expect(
      fault(["TLS_CERT_FILE": "/proc/nonexistent", "TLS_KEY_FILE": one.keyFile])
        == "TLS_CERT_FILE \"/proc/nonexistent\": cannot read the certificate: No such file or directory")
    #expect(
      fault(["TLS_CERT_FILE": one.certificateFile, "TLS_KEY_FILE": other.keyFile])
        == "TLS_KEY_FILE \"\(other.keyFile)\": cannot use the key: key values mismatch")
  }

  @Test func theGatewaySaysThatItServesHTTPS() async throws {
    let identity = authority.identity()
    let bench = try ToyGateway(settings: ["TLS_CERT_FILE": identity.certificateFile, "TLS_KEY_FILE": identity.keyFile])
    #expect(bench.application.address == "https://127.0.0.1:\(bench.application.port)")
    await bench.application.reloadCertificate()
    let loop = EventLoop(name: "secure")
    let web = WebClient(
      bench.application.address, loop: loop, options: HTTPClientOptions(caFile: authority.caFile, proxy: ""))
    let answer = try await web.get("/")
    #expect(answer.status == 200)
    #expect(answer.header("strict-transport-security") == nil)
    await web.shutdown()
    loop.shutdown()
    await bench.stop()
  }
}
