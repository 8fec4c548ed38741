import Glibc

/// A client with blocking reads, for one test; gives up on an answer after five seconds.
final class RecordedLoopbackClient {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var deadline = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafeBytes(of: &address) { bytes in
      connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
    guard status == 0 else { throw Failure() }
  }

  struct Failure: Error {}

  deinit { Glibc.close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// What comes until the text is enough, or the connection ends.
  func readText(_ isEnough: (String) -> Bool) -> String {
    while !isEnough(String(decoding: buffer, as: UTF8.self)), readMore() {}
    defer { buffer = [] }
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Asks for a WebSocket; gives the head of the answer.
  @discardableResult func openWebSocket(_ path: String) -> String {
    send(
      "GET \(path) HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    let end = Array("\r\n\r\n".utf8)
    while true {
      for index in buffer.indices where buffer[index...].starts(with: end) {
        defer { buffer.removeFirst(index + end.count) }
        return String(decoding: buffer[..<index], as: UTF8.self)
      }
      guard readMore() else { return String(decoding: buffer, as: UTF8.self) }
    }
  }

  /// Sends a short or medium text message, masked with zeros.
  func sendText(_ text: String) {
    let bytes = Array(text.utf8)
    let length: [UInt8] =
      bytes.count < 126
      ? [0x80 | UInt8(bytes.count)] : [0xFE, UInt8(bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)]
    send([0x81] + length + [0, 0, 0, 0] + bytes)
  }

  /// The next text message, or `close` and its code; `nil` when the connection ended without one.
  func readFrame() -> String? {
    guard fill(2) else { return nil }
    var (header, count) = (2, Int(buffer[1]))
    if count == 126 {
      guard fill(4) else { return nil }
      (header, count) = (4, Int(buffer[2]) << 8 | Int(buffer[3]))
    }
    guard fill(header + count) else { return nil }
    let payload = buffer[header..<header + count]
    defer { buffer.removeFirst(header + count) }
    if buffer[0] == 0x88 { return "close \(payload.prefix(2).reduce(0) { $0 << 8 | Int($1) })" }
    return String(decoding: payload, as: UTF8.self)
  }

  private func fill(_ count: Int) -> Bool {
    while buffer.count < count { guard readMore() else { return false } }
    return true
  }

  private func readMore() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { chunk in
      let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
      if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
      return count > 0
    }
  }

  private func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}
