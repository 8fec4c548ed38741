internal import COpenSSL

/// What one attempt to read a socket came to.
enum StreamRead: Equatable {
  case bytes(Int)
  /// Nothing more until the socket is ready again, for whatever it is.
  case wouldBlock
  /// The peer has sent its end.
  case end
  case failed(String)
}

/// What one attempt to write to a socket came to.
enum StreamWrite: Equatable {
  /// Perhaps fewer than were given.
  case bytes(Int)
  /// The next attempt must start with the same bytes.
  case wouldBlock
  case failed(String)
}

/// What one attempt to go on with the TLS handshake came to.
enum StreamHandshake: Equatable {
  case done
  case wouldBlock
  /// The peer ended the connection.
  case broken(String)
  /// The peer's certificate, or what it speaks, is not acceptable.
  case refused(String)
}

/// TLS over a connected, non-blocking socket that stays its owner's. Loop-confined.
///
/// TLS reads may need to write and the other way round (key updates, RFC 8446 section 4.6.3), so after any readiness
/// of the socket both directions are to be tried.
final class TLSStream {
  /// Reads of many records at once: 144 system calls instead of 40,000 for 20,000 small frames.
  private static let readAheadBytes = 64 << 10

  private let raw: OpaquePointer
  private let context: TLSContext
  private let server: TLSSessions.Server
  /// Not 0 when the last read of the socket gave less than there was room for.
  private let wasShort: UnsafeMutablePointer<Int32>
  private var isBroken = false
  private var isHandshakeDone = false

  /// A client's side towards that server, whose certificate must carry its name or address.
  init(
    _ context: TLSContext, descriptor: Int32, server: TLSSessions.Server, isAddress: Bool
  ) throws(TLSFault) {
    ERR_clear_error()
    guard let raw = SSL_new(context.raw) else { throw .last("no TLS connection") }
    self.raw = raw
    self.context = context
    self.server = server
    let host = server.host
    wasShort = .allocate(capacity: 1)
    wasShort.initialize(to: 0)
    guard SSL_set_fd(raw, descriptor) == 1 else { throw .last("no TLS socket") }
    if isAddress {
      // RFC 6066 section 3: addresses are not permitted as a server name; no SNI.
      guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(raw), host) == 1 else { throw .last("not an address") }
    } else {
      guard SSL_set1_host(raw, host) == 1, mg_SSL_set_sni(raw, host) == 1 else { throw .last("not a host name") }
      SSL_set_hostflags(raw, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    }
    // The outbox may move its bytes between attempts, and is content with a part.
    _ = mg_SSL_set_mode(raw, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    SSL_set_read_ahead(raw, 1)
    SSL_set_default_read_buffer_len(raw, Self.readAheadBytes)
    SSL_set_connect_state(raw)
    mg_BIO_note_reads(SSL_get_rbio(raw), wasShort)
    SSL_set_ex_data(raw, Self.ownSlot, Unmanaged.passUnretained(self).toOpaque())
    // It takes a reference of its own. One that does not fit is no fault: a whole handshake follows.
    if let session = context.sessions.take(of: server) { SSL_set_session(raw, session.raw) }
  }

  deinit {
    SSL_free(raw)
    wasShort.deallocate()
  }

  /// Goes on with the handshake.
  func handshake() -> StreamHandshake {
    ERR_clear_error()
    let result = SSL_do_handshake(raw)
    if result == 1 {
      isHandshakeDone = true
      return .done
    }
    switch SSL_get_error(raw, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
    case SSL_ERROR_SSL where !hasUnexpectedEnd:
      isBroken = true
      return .refused(handshakeReason)
    default:
      isBroken = true
      ERR_clear_error()
      return .broken("the connection ended in the TLS handshake")
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamRead {
    guard !isBroken else { return .failed("the TLS connection has failed") }
    ERR_clear_error()
    var count = 0
    let result = SSL_read_ex(raw, buffer.baseAddress, buffer.count, &count)
    if result == 1 { return .bytes(count) }
    switch SSL_get_error(raw, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
    case SSL_ERROR_ZERO_RETURN: return .end
    default:
      isBroken = true
      return .failed(TLSFault.last("the TLS connection broke").reason)
    }
  }

  /// Whether nothing is left to be read now: the socket gave less than there was room for (epoll(7): then it is empty),
  /// and OpenSSL keeps none of it. One more read would say the same, for the price of a system call.
  var isDrained: Bool { wasShort.pointee != 0 && SSL_has_pending(raw) == 0 }

  func write(_ bytes: UnsafeRawBufferPointer) -> StreamWrite {
    guard !isBroken else { return .failed("the TLS connection has failed") }
    ERR_clear_error()
    var count = 0
    let result = SSL_write_ex(raw, bytes.baseAddress, bytes.count, &count)
    if result == 1 { return .bytes(count) }
    switch SSL_get_error(raw, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
    default:
      isBroken = true
      return .failed(TLSFault.last("the TLS connection broke").reason)
    }
  }

  /// OpenSSL's slot for what belongs to the application (SSL_get_app_data(3)).
  private static let ownSlot: Int32 = 0

  /// OpenSSL's callback for a session that the server has given (SSL_CTX_sess_set_new_cb(3)): in a handshake of TLS 1.2, in any
  /// read of TLS 1.3. Gives 0, as nothing of OpenSSL's is kept.
  static let keepSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { connection, session in
    guard let session, let own = SSL_get_ex_data(connection, ownSlot) else { return 0 }
    Unmanaged<TLSStream>.fromOpaque(own)._withUnsafeGuaranteedRef { stream in
      if let copy = TLSSession(copying: session) { stream.context.sessions.keep(copy, of: stream.server) }
    }
    return 0
  }

  /// Says goodbye if the socket takes it; does not wait for an answer.
  func end() {
    // SSL_shutdown(3): not after a fatal error, and not during the handshake.
    guard isHandshakeDone, !isBroken else { return }
    isBroken = true
    ERR_clear_error()
    SSL_shutdown(raw)
    ERR_clear_error()
  }

  /// OpenSSL 3 reports an end without close_notify as an error of the protocol.
  private var hasUnexpectedEnd: Bool {
    let code = ERR_peek_error()
    return Int32(truncatingIfNeeded: code & 0x7F_FFFF) == SSL_R_UNEXPECTED_EOF_WHILE_READING
  }

  private var handshakeReason: String {
    let verdict = SSL_get_verify_result(raw)
    guard verdict == Int(X509_V_OK) else {
      ERR_clear_error()
      return "certificate not accepted: \(String(cString: X509_verify_cert_error_string(verdict)))"
    }
    return TLSFault.last("TLS handshake").reason
  }
}
