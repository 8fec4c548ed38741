import COpenSSL
import Glibc
import Synchronization

/// A server on the loopback that does what a test's script says, byte by byte: each connection has a thread, on which
/// the script reads and writes and blocks. A peer that hangs is given up after some seconds.
public final class ScriptedServer: @unchecked Sendable {
  /// Where it listens, on 127.0.0.1.
  public let port: UInt16
  private let listener: Int32
  private let context: OpaquePointer?
  private let script: @Sendable (ScriptedPeer) -> Void
  private let accepted = Atomic<Int>(0)

  /// The newest version of TLS that a server speaks.
  public enum Version: Int32, Sendable {
    /// TLS 1.1, which is too old for a client of today.
    case old = 0x0302
    /// TLS 1.2.
    case second = 0x0303
    /// TLS 1.3.
    case third = 0x0304
  }

  /// Listens at once; with an identity the script runs over TLS, after a handshake that may fail. A small receive buffer lets
  /// clients feel early that a script does not read.
  public init(
    identity: TestCertificates.Identity? = nil, version: Version = .third, receiveBufferBytes: Int32? = nil,
    script: @escaping @Sendable (ScriptedPeer) -> Void
  ) {
    signal(SIGPIPE, SIG_IGN)
    self.script = script
    context = identity.map(Self.serverContext)
    if let context {
      // OpenSSL speaks old versions only when told that nothing is too weak.
      SSL_CTX_set_security_level(context, version == .old ? 0 : 2)
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version.rawValue), nil)
    }
    (listener, port) = Self.listen(receiveBufferBytes)
    startThread { [self] in acceptAll() }
  }

  /// Whoever is told to resume a connection of before is a stranger from here on: new keys for the tickets.
  public func forgetSessions() {
    var keys = (0..<80).map { _ in UInt8.random(in: 0...255) }
    SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_TICKET_KEYS, keys.count, &keys)
  }

  /// Agrees on the first protocol that a client offers, whatever the script then speaks.
  public func agreesOnFirstProtocol() {
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, chosen, count, offer, offered, _ in
        guard let offer, offered > 0, offered > UInt32(offer.pointee) else { return SSL_TLSEXT_ERR_NOACK }
        chosen?.pointee = offer + 1
        count?.pointee = offer.pointee
        return SSL_TLSEXT_ERR_OK
      }, nil)
  }

  /// How many connections came.
  public var connectionCount: Int { accepted.load(ordering: .sequentiallyConsistent) }

  /// Refuses connections from here on.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// A port on which nobody listens: bound, and never listened on, until the descriptor is closed.
  public static func deafPort() -> (port: UInt16, descriptor: Int32) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    return (bindToLoopback(descriptor), descriptor)
  }

  /// How many sockets of this process are connected to this server, by the server's own count excluded.
  public var clientDescriptorCount: Int {
    (0..<4096).count { descriptor in
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(Int32(descriptor), $0, &length) }
      }
      return result == 0 && Int32(address.sin_family) == AF_INET && UInt16(bigEndian: address.sin_port) == port
    }
  }

  private func acceptAll() {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      accepted.add(1, ordering: .sequentiallyConsistent)
      startThread { [self] in
        if let peer = ScriptedPeer(descriptor: descriptor, context: context) { script(peer) }
      }
    }
    close(listener)
  }

  // The threads of connections hold the server, and so the context that they begin with.
  deinit { SSL_CTX_free(context) }

  private static func listen(_ receiveBufferBytes: Int32?) -> (Int32, UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var bytes = receiveBufferBytes {
      setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    let port = bindToLoopback(listener)
    precondition(Glibc.listen(listener, 512) == 0, "cannot listen")
    return (listener, port)
  }

  private static func bindToLoopback(_ descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    precondition(isBound, "cannot bind")
    return UInt16(bigEndian: address.sin_port)
  }

  private static func serverContext(_ identity: TestCertificates.Identity) -> OpaquePointer {
    guard let context = SSL_CTX_new(TLS_server_method()) else { preconditionFailure("no TLS context") }
    SSL_CTX_use_certificate(context, identity.certificate)
    SSL_CTX_use_PrivateKey(context, identity.key)
    return context
  }
}

/// Runs the closure on a thread of its own, which may block.
func startThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let failure = pthread_create(&thread, nil, runThread, box.toOpaque())
  precondition(failure == 0, "no thread left")
  pthread_detach(thread)
}

private final class ThreadBody {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThread(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let raw { Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().body() }
  return nil
}
