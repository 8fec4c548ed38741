internal import Glibc
internal import Wire

/// What became of something that was to be sent.
public enum SendOutcome: Sendable {
  /// It waits for its turn.
  case queued
  /// It took the place of an unsent message of the same key.
  case conflated
  /// It would exceed the limit, or the connection is not open.
  case refused
}

/// One message on its way: shared bytes, all of them or those from an offset on, behind a beginning of its own.
struct OutboxEntry {
  private static let nothing = SharedBytes([])

  private(set) var prefix: SharedBytes?
  private(set) var bytes: SharedBytes
  private(set) var offset = 0

  init(_ bytes: SharedBytes) {
    self.bytes = bytes
  }

  init(prefix: SharedBytes, _ bytes: SharedBytes, from offset: Int) {
    self.prefix = prefix
    self.bytes = bytes
    self.offset = min(offset, bytes.count)
  }

  var count: Int { (prefix?.count ?? 0) + bytes.count - offset }

  /// Lets the references go.
  mutating func release() { self = OutboxEntry(OutboxEntry.nothing) }
}

/// What waits to be written to one client: references to shared bytes, bounded in bytes. Knows no socket.
struct Outbox {
  private struct Entry {
    var message: OutboxEntry
    var conflationKey: UInt64
  }

  var limitBytes: Int
  private(set) var queuedBytes = 0
  private var entries: [Entry] = []
  private var first = 0
  /// Bytes of the first entry that are gone already.
  private var firstOffset = 0
  /// Entries that left since the beginning, so that an entry has a number that does not move.
  private var departed = 0
  private var byKey: [UInt64: Int] = [:]

  init(limitBytes: Int) {
    self.limitBytes = limitBytes
  }

  var isEmpty: Bool { first == entries.count }
  var count: Int { entries.count - first }

  /// Adds a message at the end; with a key other than 0 one of that key that has not begun to leave is replaced where it
  /// stands. Nothing is added when more than the limit would wait; `pastLimit` is for last words.
  mutating func append(_ message: OutboxEntry, conflationKey: UInt64 = 0, pastLimit: Bool = false) -> SendOutcome {
    if conflationKey != 0, let index = unsentIndex(of: conflationKey) {
      let size = queuedBytes - entries[index].message.count + message.count
      guard size <= limitBytes else { return .refused }
      queuedBytes = size
      entries[index].message = message
      return .conflated
    }
    guard pastLimit || message.count <= limitBytes - queuedBytes else { return .refused }
    guard message.count > 0 else { return .queued }
    if conflationKey != 0 { byKey[conflationKey] = departed + entries.count - first }
    entries.append(Entry(message: message, conflationKey: conflationKey))
    queuedBytes += message.count
    return .queued
  }

  private func unsentIndex(of key: UInt64) -> Int? {
    guard let number = byKey[key] else { return nil }
    // The first entry may have left in part: then its place is taken.
    guard number > departed || firstOffset == 0 else { return nil }
    return first + number - departed
  }

  /// The next bytes as vectors for one `writev`; they stay valid as long as the outbox is not changed.
  func withVectors<R>(_ body: (UnsafeMutableBufferPointer<iovec>) -> R) -> R {
    let capacity = min(2 * count, SystemConstant.maxVectors)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: capacity) { vectors in
      var filled = 0
      for index in first..<entries.count {
        let message = entries[index].message
        guard filled + (message.prefix == nil ? 1 : 2) <= capacity else { break }
        var gone = index == first ? firstOffset : 0
        if let prefix = message.prefix {
          let part = min(gone, prefix.count)
          gone -= part
          if part < prefix.count {
            vectors.initializeElement(at: filled, to: Outbox.vector(prefix, from: part))
            filled += 1
          }
        }
        vectors.initializeElement(at: filled, to: Outbox.vector(message.bytes, from: message.offset + gone))
        filled += 1
      }
      return body(UnsafeMutableBufferPointer(rebasing: vectors[..<filled]))
    }
  }

  private static func vector(_ bytes: SharedBytes, from offset: Int) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.base + offset), iov_len: bytes.count - offset)
  }

  /// Takes away what was written. Returns how many entries have left whole.
  mutating func consume(_ written: Int) -> Int {
    var left = min(written, queuedBytes)
    queuedBytes -= left
    let before = departed
    while left > 0 {
      let size = entries[first].message.count - firstOffset
      guard left >= size else {
        firstOffset += left
        break
      }
      left -= size
      departFirst()
    }
    compact()
    return departed - before
  }

  private mutating func departFirst() {
    let key = entries[first].conflationKey
    if key != 0, byKey[key] == departed { byKey[key] = nil }
    // The slot goes later, the reference now.
    entries[first].message.release()
    first += 1
    departed += 1
    firstOffset = 0
  }

  /// Drops the references that have left, at a cost that is constant an entry.
  private mutating func compact() {
    guard first == entries.count || first > 64 && first * 2 > entries.count else { return }
    entries.removeFirst(first)
    first = 0
  }

  /// Drops all that has not begun to leave, but for the first entries that are asked for; the rest of a begun entry
  /// must still be sent or the stream is broken.
  mutating func dropUnsent(keeping kept: Int = 0) {
    let keep = min(max(kept, firstOffset > 0 ? 1 : 0), count)
    entries.removeLast(count - keep)
    byKey = [:]
    queuedBytes = entries[first...].reduce(-firstOffset) { $0 + $1.message.count }
  }
}
