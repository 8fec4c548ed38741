internal import COpenSSL
internal import Glibc

/// A failure of OpenSSL, in its words.
struct TLSFault: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// The thread's oldest queued error, and what was tried when there is none. Empties the queue.
  static func last(_ attempt: String) -> TLSFault {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0, let text = text(of: code) else { return TLSFault(attempt) }
    return TLSFault("\(attempt): \(String(cString: text))")
  }

  /// OpenSSL 3 keeps the system's errors apart by a flag (ERR_SYSTEM_FLAG) and has no text for them.
  private static func text(of code: UInt) -> UnsafePointer<CChar>? {
    guard code & 0x8000_0000 != 0 else { return ERR_reason_error_string(code) }
    return UnsafePointer(strerror(Int32(truncatingIfNeeded: code & 0x7FFF_FFFF)))
  }
}

/// OpenSSL's settings for connections to servers: the certificates trusted, TLS 1.2 or later, HTTP/1.1.
///
/// Safe to share: OpenSSL counts references and locks inside, and nothing is changed after `init` but what `sessions` locks.
final class TLSContext: @unchecked Sendable {
  let raw: OpaquePointer
  /// Only servers that this context has verified are in it.
  let sessions = TLSSessions()

  /// Reading the system's store costs milliseconds and half a megabyte: one context for each file of certificates.
  private static let contexts = Lock<[String?: TLSContext]>([:])

  /// The context that trusts the certificates of the PEM file, or of the system's store.
  static func trusting(caFile: String?) throws(TLSFault) -> TLSContext {
    if let known = contexts.withLock({ $0[caFile] }) { return known }
    let context = try TLSContext(caFile: caFile)
    return contexts.withLock { contexts in
      // Whoever was first keeps its place.
      if let known = contexts[caFile] { return known }
      contexts[caFile] = context
      return context
    }
  }

  private init(caFile: String?) throws(TLSFault) {
    ERR_clear_error()
    guard let raw = SSL_CTX_new(TLS_client_method()) else { throw .last("no TLS context") }
    self.raw = raw
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
    guard mg_SSL_CTX_set_min_tls12(raw) == 1 else { throw .last("no TLS 1.2") }
    if let caFile {
      guard SSL_CTX_load_verify_locations(raw, caFile, nil) == 1 else {
        throw .last("cannot read the certificates to trust")
      }
    } else {
      guard SSL_CTX_set_default_verify_paths(raw) == 1 else { throw .last("no certificate store") }
    }
    // RFC 7301 section 3.1: a list of names, each after its length. Here zero means success.
    let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
    guard SSL_CTX_set_alpn_protos(raw, protocols, UInt32(protocols.count)) == 0 else { throw .last("no ALPN") }
    // OpenSSL would look for sessions by their ids, which is a server's way.
    mg_SSL_CTX_hand_out_sessions(raw)
    SSL_CTX_sess_set_new_cb(raw, TLSStream.keepSession)
  }

  deinit {
    SSL_CTX_free(raw)
  }
}
