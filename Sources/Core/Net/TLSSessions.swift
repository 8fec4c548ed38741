internal import COpenSSL

/// What a server gave a client to resume a TLS connection with: the next one then proves nothing by certificate.
///
/// Buys: a seventh of what a new connection costs (docs/decisions/0025).
///
/// Safe to share: nothing changes it, and OpenSSL counts references with atomics.
final class TLSSession: @unchecked Sendable {
  let raw: OpaquePointer

  /// A copy of what a connection was given, or will begin with. The connection's own is worth nothing once it breaks off without
  /// a goodbye (OpenSSL's `ssl_clear_bad_session`), and connections that break off are those that come back.
  init?(copying session: OpaquePointer) {
    guard let copy = SSL_SESSION_dup(session) else { return nil }
    raw = copy
  }

  deinit {
    SSL_SESSION_free(raw)
  }

  /// RFC 8446 appendix C.4: who uses a ticket twice can be recognized by it. In TLS 1.2 a server need not give another.
  fileprivate var isForOnce: Bool { SSL_SESSION_get_protocol_version(raw) >= TLS1_3_VERSION }
  fileprivate var isResumable: Bool { SSL_SESSION_is_resumable(raw) == 1 }
}

/// The sessions that servers have given, until they are used. How long each may be is known to OpenSSL, which offers none that
/// is too old; a server that takes none agrees on a new one in the same handshake.
///
/// Crosses threads: everything stands behind a lock that is held for a look.
final class TLSSessions: Sendable {
  /// A server, whose certificate has been verified for this name or address.
  struct Server: Hashable {
    let host: String
    let port: UInt16
  }

  /// The most sessions of one server: as many as OpenSSL's own servers give with a connection, for two connections.
  static let mostOfServer = 4
  /// The most servers; whoever comes then begins anew.
  static let mostServers = 64

  private let kept = Lock<[Server: [TLSSession]]>([:])

  /// Remembers a session, in the place of the server's oldest when it has enough.
  func keep(_ session: TLSSession, of server: Server) {
    kept.withLock { kept in
      if kept[server] == nil, kept.count >= TLSSessions.mostServers { kept = [:] }
      var sessions = kept[server] ?? []
      if sessions.count >= TLSSessions.mostOfServer { sessions.removeFirst() }
      kept[server] = sessions + [session]
    }
  }

  /// The latest session of a server, for one connection; `nil` when there is none.
  func take(of server: Server) -> TLSSession? {
    kept.withLock { kept in
      while let session = kept[server]?.last {
        if session.isResumable, !session.isForOnce { return TLSSession(copying: session.raw) }
        kept[server]?.removeLast()
        if session.isResumable { return session }
      }
      return nil
    }
  }
}
