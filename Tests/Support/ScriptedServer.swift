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

  /// Listens at once; with an identity the script runs over TLS, after a handshake that may fail; an old server speaks
  /// TLS 1.1 at most. A small receive buffer lets clients feel early that a script does not read.
  public init(
    identity: TestCertificates.Identity? = nil, isOld: Bool = false, receiveBufferBytes: Int32? = nil,
    script: @escaping @Sendable (ScriptedPeer) -> Void
  ) {
    signal(SIGPIPE, SIG_IGN)
    self.script = script
    context = identity.map(Self.serverContext)
    if isOld, let context {
      // OpenSSL speaks old versions only when told that nothing is too weak.
      SSL_CTX_set_security_level(context, 0)
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
    }
    (listener, port) = Self.listen(receiveBufferBytes)
    startThread { [self] in acceptAll() }
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
