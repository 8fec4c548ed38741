internal import Glibc

/// A blocking TCP client on loopback that sends exactly the bytes it is told to: what a server must stand. Reads give
/// up after a while, so that a broken test ends.
public final class RawSocket {
  private var descriptor: Int32
  private var buffered: [UInt8] = []

  /// Why a read came to no good end.
  public enum Failure: Error, Equatable {
    /// The connection was refused.
    case refused
    /// The peer reset the connection.
    case reset
    /// The peer sent its end first.
    case ended
    /// Nothing came for as long as the patience lasts.
    case timeout
  }

  /// Connects to 127.0.0.1. A small `receiveBuffer` makes the peer's writes block soon. Reads give up after the patience.
  public init(port: UInt16, receiveBuffer: Int32? = nil, patienceMilliseconds: Int = 20_000) throws(Failure) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if let receiveBuffer { set(SO_RCVBUF, receiveBuffer) }
    var patience = timeval(tv_sec: patienceMilliseconds / 1000, tv_usec: patienceMilliseconds % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw .refused }
  }

  deinit { close() }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Sends all bytes; a peer that is gone is no error.
  public func send(_ bytes: [UInt8]) {
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  /// Sends all characters as UTF-8.
  public func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends as much as the kernel takes without the peer's help; gives how much that was.
  public func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
    var patience = timeval(tv_sec: 0, tv_usec: 50_000)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      offset += count
    }
    return offset
  }

  /// Sends our end; reading goes on.
  public func finishWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes with a reset instead of an end.
  public func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  /// Closes.
  public func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }

  private func fill() throws(Failure) {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count > 0 {
      buffered += chunk[..<count]
      return
    }
    if count == 0 { throw .ended }
    throw errno == EAGAIN ? .timeout : .reset
  }

  /// The next bytes, exactly that many.
  public func read(_ count: Int) throws(Failure) -> [UInt8] {
    while buffered.count < count { try fill() }
    defer { buffered.removeFirst(count) }
    return Array(buffered[..<count])
  }

  /// The next bytes, at least one.
  public func readSome() throws(Failure) -> [UInt8] {
    if buffered.isEmpty { try fill() }
    defer { buffered = [] }
    return buffered
  }

  /// All bytes up to the text and with it.
  public func read(until end: String) throws(Failure) -> String {
    let mark = Array(end.utf8)
    var from = 0
    while true {
      var index = from
      while index + mark.count <= buffered.count {
        if Array(buffered[index..<index + mark.count]) == mark {
          return String(decoding: try read(index + mark.count), as: UTF8.self)
        }
        index += 1
      }
      from = index
      try fill()
    }
  }

  /// All bytes until the peer's end; a reset or a long silence throws.
  public func readToEnd() throws(Failure) -> [UInt8] {
    do throws(Failure) {
      while true { try fill() }
    } catch {
      guard error == .ended else { throw error }
    }
    defer { buffered = [] }
    return buffered
  }

  /// All characters until the peer's end.
  public func readTextToEnd() throws(Failure) -> String { String(decoding: try readToEnd(), as: UTF8.self) }

  /// One HTTP response with a `Content-Length`: its head with the empty line, and its content.
  public func readResponse(hasContent: Bool = true) throws(Failure) -> (head: String, body: String) {
    let head = try read(until: "\r\n\r\n")
    let name = "content-length: "
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name) }
    let length = line.flatMap { Int($0.dropFirst(name.count)) } ?? 0
    guard hasContent, length > 0 else { return (head, "") }
    return (head, String(decoding: try read(length), as: UTF8.self))
  }
}

/// Runs blocking work on a thread of its own, so that it takes none of the few that tasks share.
public func onThread<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
  try await withCheckedThrowingContinuation { continuation in
    let box = ThreadWork { continuation.resume(with: Result { try work() }) }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<ThreadWork>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(box).toOpaque())
    pthread_detach(thread)
  }
}

private final class ThreadWork: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
