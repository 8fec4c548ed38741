internal import COpenSSL
internal import Glibc

/// Why a certificate and its key cannot be served.
public struct TLSCertificateFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// Which file it is that is wrong.
  public enum File: Sendable, Equatable {
    /// The certificate and those of the authorities between.
    case certificate
    /// The private key.
    case key
  }

  /// The file to look at; `nil` when it is neither.
  public let file: File?
  /// One sentence in OpenSSL's words; names no path.
  public let reason: String

  init(_ file: File?, _ fault: TLSFault) {
    self.file = file
    reason = fault.reason
  }

  /// The sentence.
  public var description: String { reason }
}

/// What a server shows its clients over TLS: a certificate with its key, TLS 1.2 or later, HTTP/1.1.
///
/// Safe to share: OpenSSL counts references and locks inside, and nothing is changed after `init`. A connection keeps
/// the context it began with; a new certificate is a new context.
public final class TLSServerContext: @unchecked Sendable {
  /// How long a client may resume a connection without a new key exchange by certificate, in seconds.
  static let ticketSeconds = 3600
  /// RFC 9325 section 4.2: of TLS 1.2 only what has forward secrecy and authenticated encryption. TLS 1.3 has nothing
  /// else, and keeps OpenSSL's own list.
  private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"

  let raw: OpaquePointer

  /// Reads PEM files: the server's certificate followed by those between it and an authority, and its private key,
  /// which must not need a passphrase.
  ///
  /// - Throws: `TLSCertificateFault` when a file cannot be read, or the two do not belong together.
  public init(certificateFile: String, keyFile: String) throws(TLSCertificateFault) {
    ERR_clear_error()
    guard let raw = SSL_CTX_new(TLS_server_method()) else { throw TLSCertificateFault(nil, .last("no TLS context")) }
    self.raw = raw
    // Without it OpenSSL would ask the terminal.
    SSL_CTX_set_default_passwd_cb(raw) { _, _, _, _ in -1 }
    guard SSL_CTX_use_certificate_chain_file(raw, certificateFile) == 1 else {
      throw TLSCertificateFault(.certificate, .last("cannot read the certificate"))
    }
    guard SSL_CTX_use_PrivateKey_file(raw, keyFile, SSL_FILETYPE_PEM) == 1, SSL_CTX_check_private_key(raw) == 1 else {
      throw TLSCertificateFault(.key, .last("cannot use the key"))
    }
    guard mg_SSL_CTX_set_min_tls12(raw) == 1, SSL_CTX_set_cipher_list(raw, Self.ciphers) == 1 else {
      throw TLSCertificateFault(nil, .last("no TLS 1.2"))
    }
    configure()
  }

  private func configure() {
    // A client that renegotiates makes the server work for nothing (RFC 9325 section 3.5); TLS 1.3 has no such thing.
    SSL_CTX_set_options(raw, mg_SSL_OP_NO_RENEGOTIATION)
    // An idle client must not hold buffers of 17 KB each way.
    _ = mg_SSL_CTX_set_mode(raw, Int(SSL_MODE_RELEASE_BUFFERS))
    // Tickets, encrypted by a key that lives in this context only, and no sessions kept here: what a client may resume
    // costs it memory, not us. One ticket, not two: most clients stay connected and use none.
    _ = mg_SSL_CTX_disable_session_cache(raw)
    SSL_CTX_set_num_tickets(raw, 1)
    SSL_CTX_set_timeout(raw, Self.ticketSeconds)
    SSL_CTX_set_alpn_select_cb(raw, selectProtocol, nil)
  }

  deinit {
    SSL_CTX_free(raw)
  }

  /// From when on clients refuse the certificate, in seconds since 1970; `nil` when it does not say.
  public var expirySeconds: Int64? {
    guard let certificate = SSL_CTX_get0_certificate(raw), let end = X509_get0_notAfter(certificate) else { return nil }
    var time = tm()
    guard ASN1_TIME_to_tm(end, &time) == 1 else { return nil }
    return Int64(timegm(&time))
  }
}

/// RFC 7301 section 3.2: HTTP/1.1 where the client offers it, and the alert no_application_protocol where it offers
/// others only. A client without the extension is not asked; what it speaks is found out by reading.
private func selectProtocol(
  _: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ chosenLength: UnsafeMutablePointer<UInt8>?, _ offer: UnsafePointer<UInt8>?, _ offerLength: UInt32,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  let offered = UnsafeBufferPointer(start: offer, count: Int(offerLength))
  var index = 0
  while index < offered.count {
    let start = index + 1
    let end = start + Int(offered[index])
    guard end <= offered.count else { break }
    if offered[start..<end].elementsEqual("http/1.1".utf8) {
      chosen?.pointee = offer?.advanced(by: start)
      chosenLength?.pointee = offered[index]
      return SSL_TLSEXT_ERR_OK
    }
    index = end
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL
}
