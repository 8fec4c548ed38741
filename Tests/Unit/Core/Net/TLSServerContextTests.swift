import Glibc
import Support
import Testing

@testable import Net

@Suite struct TLSServerContextTests {
  private let authority = TestCertificates()

  private func fault(_ certificate: String, _ key: String) -> TLSCertificateFault? {
    do throws(TLSCertificateFault) {
      _ = try TLSServerContext(certificateFile: certificate, keyFile: key)
      return nil
    } catch {
      return error
    }
  }

  @Test func aCertificateAndItsKeyAreServed() throws {
    let now = Int64(time(nil))
    let identity = authority.identity(validSeconds: -60...3_600)
    let context = try TLSServerContext(certificateFile: identity.certificateFile, keyFile: identity.keyFile)
    let expiry = try #require(context.expirySeconds)
    #expect((now + 3_590...now + 3_700).contains(expiry))
  }

  @Test func aFileThatCannotBeReadIsNamed() {
    let identity = authority.identity()
    let missing = fault("/proc/nonexistent/cert.pem", identity.keyFile)
    #expect(missing?.file == .certificate)
    #expect(missing?.reason == "cannot read the certificate: No such file or directory")
    let key = fault(identity.certificateFile, "/proc/nonexistent/key.pem")
    #expect(key?.file == .key)
    #expect(key?.reason == "cannot use the key: No such file or directory")
  }

  @Test(arguments: ["/dev/null", "/etc/hostname", "/tmp"]) func whatIsNoCertificateOrKeyIsAFault(path: String) {
    let identity = authority.identity()
    #expect(fault(path, identity.keyFile)?.file == .certificate)
    #expect(fault(identity.certificateFile, path)?.file == .key)
  }

  @Test func theKeyOfAnotherCertificateIsAFault() {
    let (one, other) = (authority.identity(), authority.identity())
    let mismatch = fault(one.certificateFile, other.keyFile)
    #expect(mismatch?.file == .key)
    #expect(mismatch?.reason == "cannot use the key: key values mismatch")
  }

  @Test(.timeLimit(.minutes(1))) func aKeyThatNeedsAPassphraseIsAFaultAndNobodyIsAsked() {
    let identity = authority.identity()
    let locked = identity.lockedKeyFile(passphrase: "secret")
    defer { unlink(locked) }
    #expect(fault(identity.certificateFile, locked)?.file == .key)
  }
}
