import COpenSSL
import Glibc

/// Ends TLS before a server that speaks none: what comes decrypted is carried to a port of this machine, and back.
///
/// Crosses threads: what it holds never changes; a connection has a thread, and its TLS state is that thread's alone.
public final class TLSFront: @unchecked Sendable {
  /// Where it listens, on 127.0.0.1.
  public let port: UInt16
  /// Sees each client that would not have the certificate.
  public let refusals = Witness<Void>()
  private let listener: Int32
  private let context: OpaquePointer

  /// Listens at once; whoever connects waits until it is said where to lead.
  public init(identity: TestCertificates.Identity) {
    signal(SIGPIPE, SIG_IGN)
    (port, listener) = ScriptedServer.deafPort()
    precondition(listen(listener, 128) == 0, "cannot listen")
    guard let context = SSL_CTX_new(TLS_server_method()) else { preconditionFailure("no TLS context") }
    SSL_CTX_use_certificate(context, identity.certificate)
    SSL_CTX_use_PrivateKey(context, identity.key)
    self.context = context
  }

  deinit {
    close(listener)
    SSL_CTX_free(context)
  }

  /// Leads every connection to the port from here on; once only.
  public func lead(to target: UInt16) {
    startThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        startThread { [self] in
          guard let relay = TLSRelay(client, context) else { return refusals.see(()) }
          relay.run(to: target)
        }
      }
    }
  }

  /// Refuses connections from here on.
  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// One connection of a front. Used by one thread.
private final class TLSRelay {
  private let client: Int32
  private let tls: OpaquePointer
  private var chunk = [UInt8](repeating: 0, count: 65_536)

  /// Nil when the client will not have the certificate.
  init?(_ client: Int32, _ context: OpaquePointer) {
    self.client = client
    guard let tls = SSL_new(context) else { return nil }
    self.tls = tls
    var noDelay: Int32 = 1
    setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    SSL_set_fd(tls, client)
    guard SSL_accept(tls) == 1 else { return nil }
  }

  deinit {
    SSL_free(tls)
    close(client)
  }

  /// Carries bytes both ways until one side ends.
  func run(to target: UInt16) {
    guard let upstream = TunnelProxy.connect(to: target) else { return }
    defer { close(upstream) }
    // Reads must not block on a record that is there in part, as the other way would wait for it too.
    _ = fcntl(client, F_SETFL, fcntl(client, F_GETFL) | O_NONBLOCK)
    var both = [client, upstream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&both, 2, -1) > 0 {
      if both[0].revents != 0, !carryIn(to: upstream) { return }
      if both[1].revents != 0, !carryOut(from: upstream) { break }
    }
    SSL_shutdown(tls)
  }

  /// What the client has sent; false at its end.
  private func carryIn(to upstream: Int32) -> Bool {
    while true {
      var count = 0
      let result = SSL_read_ex(tls, &chunk, chunk.count, &count)
      guard result == 1 else { return SSL_get_error(tls, result) == SSL_ERROR_WANT_READ }
      guard send(upstream, chunk, count, Int32(MSG_NOSIGNAL)) == count else { return false }
    }
  }

  /// What the server has sent; false at its end.
  private func carryOut(from upstream: Int32) -> Bool {
    let count = recv(upstream, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    var written = 0
    while SSL_write_ex(tls, chunk, count, &written) != 1 {
      guard SSL_get_error(tls, 0) == SSL_ERROR_WANT_WRITE else { return false }
      var room = pollfd(fd: client, events: Int16(POLLOUT), revents: 0)
      guard poll(&room, 1, 10_000) > 0 else { return false }
    }
    return true
  }
}
