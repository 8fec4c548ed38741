internal import Glibc
internal import Wire

/// What waits to be written to one client: references to shared bytes, bounded in bytes. Knows no socket.
struct Outbox {
  private struct Entry {
    var bytes: SharedBytes
    var conflationKey: UInt64
  }

  private static let nothing = SharedBytes([])

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

  /// Adds the bytes at the end; with a key other than 0 an entry of that key that has not begun to leave is replaced
  /// where it stands. False, and nothing added, when more than the limit would wait; `pastLimit` is for last words.
  mutating func append(_ bytes: SharedBytes, conflationKey: UInt64 = 0, pastLimit: Bool = false) -> Bool {
    if conflationKey != 0, let index = unsentIndex(of: conflationKey) {
      let size = queuedBytes - entries[index].bytes.count + bytes.count
      guard size <= limitBytes else { return false }
      queuedBytes = size
      entries[index].bytes = bytes
      return true
    }
    guard pastLimit || bytes.count <= limitBytes - queuedBytes else { return false }
    guard bytes.count > 0 else { return true }
    if conflationKey != 0 { byKey[conflationKey] = departed + entries.count - first }
    entries.append(Entry(bytes: bytes, conflationKey: conflationKey))
    queuedBytes += bytes.count
    return true
  }

  private func unsentIndex(of key: UInt64) -> Int? {
    guard let number = byKey[key] else { return nil }
    // The first entry may have left in part: then its place is taken.
    guard number > departed || firstOffset == 0 else { return nil }
    return first + number - departed
  }

  /// The next bytes as vectors for one `writev`; they stay valid as long as the outbox is not changed.
  func withVectors<R>(_ body: (UnsafeMutableBufferPointer<iovec>) -> R) -> R {
    let count = min(self.count, SystemConstant.maxVectors)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
      for index in 0..<count {
        let bytes = entries[first + index].bytes
        let offset = index == 0 ? firstOffset : 0
        let base = UnsafeMutableRawPointer(mutating: bytes.base + offset)
        vectors.initializeElement(at: index, to: iovec(iov_base: base, iov_len: bytes.count - offset))
      }
      return body(vectors)
    }
  }

  /// Takes away what was written. Returns how many entries have left whole.
  mutating func consume(_ written: Int) -> Int {
    var left = min(written, queuedBytes)
    queuedBytes -= left
    let before = departed
    while left > 0 {
      let size = entries[first].bytes.count - firstOffset
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
    entries[first].bytes = Outbox.nothing
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
    queuedBytes = entries[first...].reduce(-firstOffset) { $0 + $1.bytes.count }
  }
}
