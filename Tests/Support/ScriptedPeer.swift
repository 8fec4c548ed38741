import COpenSSL
import Glibc

/// The server's end of one connection, in the hands of a script. Blocking; used by one thread; closed with its last
/// reference.
public final class ScriptedPeer {
  private let descriptor: Int32
  private var tls: OpaquePointer?
  private var buffered: [UInt8] = []
  private var isClosed = false

  /// Nil when the TLS handshake fails.
  init?(descriptor: Int32, context: OpaquePointer?) {
    self.descriptor = descriptor
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var noDelay: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    guard let context else { return }
    tls = SSL_new(context)
    SSL_set_fd(tls, descriptor)
    guard SSL_accept(tls) == 1 else { return nil }
  }

  deinit {
    close()
    SSL_free(tls)
  }

  /// The next bytes; empty when the client has ended the connection.
  public func read() -> [UInt8] {
    if !buffered.isEmpty {
      defer { buffered = [] }
      return buffered
    }
    return [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      if let tls {
        if SSL_read_ex(tls, raw.baseAddress, raw.count, &count) != 1 { count = 0 }
      } else {
        count = max(0, recv(descriptor, raw.baseAddress, raw.count, 0))
      }
    }
  }

  /// Exactly that many bytes; fewer when the client ends the connection before.
  public func read(count: Int) -> [UInt8] {
    var bytes = buffered
    buffered = []
    while bytes.count < count {
      let more = read()
      if more.isEmpty { break }
      bytes += more
    }
    buffered = Array(bytes.dropFirst(count))
    return Array(bytes.prefix(count))
  }

  /// A request's head with its empty line; nil when the client ends the connection before.
  public func readHead() -> String? {
    var bytes: [UInt8] = []
    while true {
      let more = read()
      if more.isEmpty { return nil }
      bytes += more
      for end in 4..<(bytes.count + 1) where bytes[(end - 4)..<end].elementsEqual([13, 10, 13, 10]) {
        buffered = Array(bytes[end...])
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
    }
  }

  /// Blocks until the client has ended the connection.
  public func waitForEnd() {
    while !read().isEmpty {}
  }

  /// Writes all of it.
  public func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      var count = 0
      let isWritten = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        if let tls { return SSL_write_ex(tls, rest.baseAddress, rest.count, &count) == 1 }
        count = send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        return count > 0
      }
      guard isWritten else { return }
      sent += count
    }
  }

  /// Writes all of it.
  public func write(_ text: String) { write(Array(text.utf8)) }

  /// Carries bytes both ways until one side ends; closes the other descriptor.
  func relay(to other: Int32) {
    defer { Glibc.close(other) }
    var both = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    both.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0))
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while poll(&both, 2, 10_000) > 0 {
      for (from, to) in [(0, 1), (1, 0)] where both[from].revents != 0 {
        let count = recv(both[from].fd, &chunk, chunk.count, 0)
        guard count > 0, send(both[to].fd, chunk, count, Int32(MSG_NOSIGNAL)) == count else { return }
      }
    }
  }

  /// Over TLS: whether the client has said that it ends.
  public var hasCleanEnd: Bool { SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN != 0 }

  /// Over TLS 1.3: asks the client to change its keys as this side does (RFC 8446 section 4.6.3).
  public func requestKeyUpdate() {
    SSL_key_update(tls, SSL_KEY_UPDATE_REQUESTED)
    SSL_do_handshake(tls)
  }

  /// The name that the client asked for in its TLS hello; nil for none.
  public var serverName: String? {
    SSL_get_servername(tls, Int32(TLSEXT_NAMETYPE_host_name)).map { String(cString: $0) }
  }

  /// Over TLS: whether the client has resumed a connection of before, and no certificate was shown.
  public var isResumed: Bool { SSL_session_reused(tls) == 1 }

  /// The protocol agreed on in TLS (RFC 7301); nil for none.
  public var agreedProtocol: String? {
    var (name, count): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
    SSL_get0_alpn_selected(tls, &name, &count)
    return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
  }

  /// Ends the connection in order.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    if let tls { SSL_shutdown(tls) }
    Glibc.close(descriptor)
  }

  /// Ends the connection with a reset.
  public func reset() {
    guard !isClosed else { return }
    isClosed = true
    var abrupt = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(descriptor)
  }
}
