/// Received bytes that are not yet understood, read line by line.
///
/// A line is searched from where the last search ended, so that a message that comes byte by byte costs no more than one
/// that comes whole; and a fault is found at the first byte that makes it one, so that both give the same result.
struct ReceiveBuffer {
  /// What `nextLine` found.
  enum Line {
    case incomplete
    /// Consumed with its CRLF; `line` is where it stands.
    case complete
    case tooLong
    /// A bare CR or LF: RFC 9112 §2.2 lets a recipient take a lone LF for a line end, but two recipients that differ in
    /// it see different messages, so both are faults here.
    case bareLineEnd
  }

  private var storage: [UInt8] = []
  private var start = 0
  private var scanned = 0
  /// The last line found, without its CRLF; valid until the next `append`.
  private(set) var line = 0..<0

  /// Emptied storage above this size is given back: most connections are idle most of the time.
  private static let keptCapacity = 4096

  var count: Int { storage.count - start }
  var isEmpty: Bool { count == 0 }
  var first: UInt8? { isEmpty ? nil : storage[start] }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    discardConsumed()
    storage.append(contentsOf: bytes)
  }

  /// The next line, if it has come and has no more than `limit` bytes.
  mutating func nextLine(limit: Int) -> Line {
    let searched = storage.withUnsafeBufferPointer { bytes in
      search(bytes, limit: limit)
    }
    scanned = searched.end
    guard case .complete = searched.line else { return searched.line }
    line = start..<searched.end
    start = searched.end + 2
    scanned = start
    return .complete
  }

  private func search(_ bytes: ByteView, limit: Int) -> (line: Line, end: Int) {
    var index = scanned
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .lineFeed { return (.bareLineEnd, index) }
      if byte == .carriageReturn {
        guard index + 1 < bytes.count else { return (.incomplete, index) }
        return (bytes[index + 1] == .lineFeed ? .complete : .bareLineEnd, index)
      }
      if index - start >= limit { return (.tooLong, index) }
      index += 1
    }
    return (.incomplete, index)
  }

  /// Reads the last line.
  func withLine<R, E: Error>(_ body: (ByteView) throws(E) -> R) throws(E) -> R {
    try storage.withUnsafeBufferPointer { bytes throws(E) -> R in try body(bytes[part: line]) }
  }

  /// Moves up to `limit` bytes to the end of `body`; how many.
  mutating func moveBytes(upTo limit: Int, to body: inout [UInt8]) -> Int {
    let moved = min(limit, count)
    body.append(contentsOf: storage[start..<(start + moved)])
    skip(moved)
    return moved
  }

  mutating func skip(_ bytes: Int) {
    start += min(bytes, count)
    scanned = start
  }

  /// Everything not consumed; nothing is left.
  mutating func takeAll() -> [UInt8] {
    let rest = [UInt8](storage[start...])
    removeAll()
    return rest
  }

  mutating func removeAll() {
    storage = []
    start = 0
    scanned = 0
  }

  /// Moves the rest to the front when it is the smaller part, so that a byte is moved a bounded number of times.
  private mutating func discardConsumed() {
    guard start > 0, start >= storage.count - start else { return }
    scanned -= start
    if start == storage.count {
      storage.removeAll(keepingCapacity: storage.capacity <= ReceiveBuffer.keptCapacity)
    } else {
      storage.removeSubrange(..<start)
    }
    start = 0
  }
}
