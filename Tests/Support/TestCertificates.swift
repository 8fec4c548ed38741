import COpenSSL
import Glibc

/// A certificate authority made for one test run, inside this process: no tool, no file of the machine is needed.
public final class TestCertificates: @unchecked Sendable {
  /// A certificate and its key, as a test server holds them.
  public final class Identity: @unchecked Sendable {
    let certificate: OpaquePointer
    let key: OpaquePointer
    /// The certificate as a PEM file, removed with this object.
    public let certificateFile: String
    /// The key as a PEM file, removed with this object.
    public let keyFile: String

    fileprivate init(certificate: OpaquePointer, key: OpaquePointer) {
      self.certificate = certificate
      self.key = key
      certificateFile = TestCertificates.newFile { PEM_write_bio_X509($0, certificate) }
      keyFile = TestCertificates.newFile { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    deinit {
      X509_free(certificate)
      EVP_PKEY_free(key)
      unlink(certificateFile)
      unlink(keyFile)
    }

    /// The key as a PEM file that needs a passphrase, which the caller removes.
    public func lockedKeyFile(passphrase: String) -> String {
      TestCertificates.newFile { file in
        passphrase.withCString { text in
          PEM_write_bio_PrivateKey(
            file, key, EVP_aes_256_cbc(), UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
            Int32(passphrase.utf8.count), nil, nil)
        }
      }
    }
  }

  /// The authority's certificate as a PEM file, removed with this object.
  public let caFile: String
  private let authority: Identity
  private let name: String

  /// A new authority.
  public init() {
    let key = Self.newKey()
    // Names differ as those of authorities do: with one of its own name a client would compare signatures.
    let name = "Test authority \(UInt32.random(in: .min ... .max))"
    self.name = name
    authority = Identity(
      certificate: Self.newCertificate(
        name: name, issuer: name, key: key, signedBy: key, validSeconds: -3_600...86_400,
        extensions: [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign")]), key: key)
    let certificate = authority.certificate
    caFile = Self.newFile { PEM_write_bio_X509($0, certificate) }
  }

  /// A temporary file with what the closure writes.
  fileprivate static func newFile(_ write: (OpaquePointer?) -> Int32) -> String {
    var path = Array("/tmp/marketgate-test-pem-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    precondition(descriptor >= 0, "no temporary file")
    close(descriptor)
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let file = BIO_new_file(name, "w")
    precondition(write(file) == 1, "cannot write the file")
    BIO_free(file)
    return name
  }

  deinit {
    unlink(caFile)
  }

  /// A server's certificate for the names (`DNS:localhost`, `IP:127.0.0.1`), valid for the span of seconds from now.
  public func identity(
    for names: String = "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1",
    validSeconds: ClosedRange<Int> = -3_600...86_400
  ) -> Identity {
    let key = Self.newKey()
    let certificate = Self.newCertificate(
      name: "Test server", issuer: name, key: key, signedBy: authority.key, validSeconds: validSeconds,
      extensions: [(NID_subject_alt_name, names)])
    return Identity(certificate: certificate, key: key)
  }

  private static func newKey() -> OpaquePointer {
    var key: OpaquePointer?
    let context = EVP_PKEY_CTX_new_id(NID_X9_62_id_ecPublicKey, nil)
    defer { EVP_PKEY_CTX_free(context) }
    EVP_PKEY_keygen_init(context)
    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
    EVP_PKEY_keygen(context, &key)
    guard let key else { preconditionFailure("no key") }
    return key
  }

  private static func newCertificate(
    name: String, issuer: String, key: OpaquePointer, signedBy signer: OpaquePointer, validSeconds: ClosedRange<Int>,
    extensions: [(Int32, String)]
  ) -> OpaquePointer {
    guard let certificate = X509_new() else { preconditionFailure("no certificate") }
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...Int(Int32.max)))
    X509_gmtime_adj(X509_getm_notBefore(certificate), validSeconds.lowerBound)
    X509_gmtime_adj(X509_getm_notAfter(certificate), validSeconds.upperBound)
    X509_set_pubkey(certificate, key)
    set(X509_get_subject_name(certificate), commonName: name)
    set(X509_get_issuer_name(certificate), commonName: issuer)
    for (kind, value) in extensions {
      guard let made = X509V3_EXT_conf_nid(nil, nil, kind, value) else { preconditionFailure("bad extension") }
      X509_add_ext(certificate, made, -1)
      X509_EXTENSION_free(made)
    }
    precondition(X509_sign(certificate, signer, EVP_sha256()) > 0, "cannot sign")
    return certificate
  }

  private static func set(_ name: OpaquePointer?, commonName: String) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, commonName, -1, -1, 0)
  }
}
