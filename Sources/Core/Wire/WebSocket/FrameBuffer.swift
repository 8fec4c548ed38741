/// Bytes received and not yet used, in one piece.
///
/// Using bytes only moves a mark; the rest moves to the front when at least as much was used as is left, so every byte
/// is moved once on average however small the pieces are in which bytes come.
struct FrameBuffer: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0
  /// The capacity kept when all bytes are used: one huge message must not hold its memory for the connection's life.
  private let retainedBytes: Int

  init(retainedBytes: Int) {
    self.retainedBytes = retainedBytes
  }

  var count: Int { bytes.count - start }
  var capacity: Int { bytes.capacity }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    if start > 0, start >= count { moveToFront() }
    bytes.append(contentsOf: more)
  }

  /// Gives up the first `used` bytes, which must be there.
  mutating func discard(_ used: Int) {
    start += used
    guard start == bytes.count else { return }
    start = 0
    bytes.removeAll(keepingCapacity: bytes.capacity <= retainedBytes)
  }

  /// Calls `body` with all unused bytes.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
  }

  /// Calls `body` with all unused bytes, to unmask them where they are.
  mutating func withMutableBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeMutableBytes { try body(UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
  }

  private mutating func moveToFront() {
    if bytes.capacity > retainedBytes, count < bytes.capacity / 4 {
      bytes = Array(bytes[start...])
    } else {
      bytes.removeFirst(start)
    }
    start = 0
  }
}
