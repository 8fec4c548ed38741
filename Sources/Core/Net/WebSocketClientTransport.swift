internal import CLinux
internal import Glibc

/// The bytes' way of one upstream WebSocket: the socket itself, or TLS over it.
enum WebSocketClientTransport {
  case plain(descriptor: Int32)
  case secure(TLSStream)

  func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamRead {
    switch self {
    case .plain(let descriptor): Self.read(descriptor, into: buffer)
    case .secure(let stream): stream.read(into: buffer)
    }
  }

  /// Whether a read that brought `count` bytes, with room for `room`, has shown that nothing is left to be read now.
  func isDrained(by count: Int, of room: Int) -> Bool {
    switch self {
    case .plain: count < room
    case .secure(let stream): stream.isDrained
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> StreamWrite {
    switch self {
    case .plain(let descriptor): Self.write(descriptor, bytes)
    case .secure(let stream): stream.write(bytes)
    }
  }

  /// Before the socket is closed.
  func end() {
    if case .secure(let stream) = self { stream.end() }
  }

  private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> StreamRead {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      default: return .failed(String(cString: strerror(errno)))
      }
    }
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> StreamWrite {
    while true {
      let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, SystemConstant.noSignal)
      if count >= 0 { return .bytes(count) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      default: return .failed(String(cString: strerror(errno)))
      }
    }
  }
}

/// Bytes that wait for an upstream socket, in order and bounded.
struct WebSocketClientOutbox {
  private let maxBytes: Int
  private var bytes: [UInt8] = []
  private var sent = 0

  init(maxBytes: Int) { self.maxBytes = maxBytes }

  var count: Int { bytes.count - sent }
  var isEmpty: Bool { sent == bytes.count }

  /// False, and nothing is taken, when there is no room.
  mutating func append(_ more: [UInt8]) -> Bool {
    guard more.count <= maxBytes - count else { return false }
    if isEmpty {
      bytes = more
      sent = 0
    } else {
      bytes.append(contentsOf: more)
    }
    return true
  }

  /// Writes until nothing is left or the socket is full; the reason of a failure.
  mutating func flush(to transport: WebSocketClientTransport) -> String? {
    while !isEmpty {
      let outcome = bytes.withUnsafeBytes { transport.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
      switch outcome {
      case .bytes(let count): sent += count
      case .wouldBlock:
        dropSent()
        return nil
      case .failed(let reason): return reason
      }
    }
    bytes.removeAll(keepingCapacity: true)
    sent = 0
    return nil
  }

  /// What was sent is let go, so that a queue that never empties does not grow.
  private mutating func dropSent() {
    bytes.removeFirst(sent)
    sent = 0
  }
}
