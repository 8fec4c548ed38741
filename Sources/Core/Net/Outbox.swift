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

/// One message on its way: shared bytes, all of them or those from an offset on, behind a beginning of its own; or several
/// messages in one piece.
struct OutboxEntry {
  private static let nothing = SharedBytes([])

  private(set) var prefix: SharedBytes?
  private(set) var bytes: SharedBytes
  private(set) var offset: Int32 = 0
  /// How many messages these are.
  private(set) var frames: Int32 = 1

  init(_ bytes: SharedBytes, frames: Int = 1) {
    self.bytes = bytes
    self.frames = Int32(clamping: frames)
  }

  init(prefix: SharedBytes, _ bytes: SharedBytes, from offset: Int) {
    self.prefix = prefix
    self.bytes = bytes
    self.offset = Int32(clamping: min(offset, bytes.count))
  }

  var count: Int { (prefix?.count ?? 0) + bytes.count - Int(offset) }

  /// Lets the references go.
  mutating func release() { self = OutboxEntry(OutboxEntry.nothing) }
}

/// What waits to be written to one client: references to shared bytes, bounded in bytes. Knows no socket.
///
/// Most clients have nothing waiting, or one entry until the end of the turn: that one stands in place, and only what waits
/// behind it needs memory of its own.
struct Outbox {
  /// What has left.
  struct Progress: Equatable {
    var bytes = 0
    /// Entries that have left whole.
    var entries = 0
    /// The messages in them.
    var frames = 0
  }

  private struct Entry {
    var message: OutboxEntry
    var conflationKey: UInt64
  }

  /// Room for so many entries is kept when all have left.
  private static let keptCapacity = 8

  var limitBytes: Int
  private(set) var queuedBytes = 0
  /// The oldest.
  private var head: Entry?
  /// Those behind it, and before them places of entries that have left.
  private var rest: [Entry] = []
  private var left = 0
  /// Bytes of the head that are gone already.
  private var headOffset = 0
  /// Entries that left since the beginning, so that an entry has a number that does not move.
  private var departed = 0
  private var byKey: [UInt64: Int] = [:]

  init(limitBytes: Int) {
    self.limitBytes = limitBytes
  }

  var isEmpty: Bool { head == nil }
  var count: Int { head == nil ? 0 : 1 + rest.count - left }

  /// Adds a message at the end; with a key other than 0 one of that key that has not begun to leave is replaced where it
  /// stands. Nothing is added when more than the limit would wait; `pastLimit` is for last words.
  mutating func append(_ message: OutboxEntry, conflationKey: UInt64 = 0, pastLimit: Bool = false) -> SendOutcome {
    if conflationKey != 0, let outcome = replaceUnsent(conflationKey, by: message) { return outcome }
    guard pastLimit || message.count <= limitBytes - queuedBytes else { return .refused }
    guard message.count > 0 else { return .queued }
    if conflationKey != 0 { byKey[conflationKey] = departed + count }
    let entry = Entry(message: message, conflationKey: conflationKey)
    if head == nil { head = entry } else { rest.append(entry) }
    queuedBytes += message.count
    return .queued
  }

  /// `nil` when none of the key waits that has not begun to leave.
  private mutating func replaceUnsent(_ key: UInt64, by message: OutboxEntry) -> SendOutcome? {
    guard let number = byKey[key] else { return nil }
    if number == departed {
      // The head may have left in part: then its place is taken.
      guard headOffset == 0, let old = head?.message else { return nil }
      guard take(message, inPlaceOf: old) else { return .refused }
      head?.message = message
    } else {
      let index = left + number - departed - 1
      guard take(message, inPlaceOf: rest[index].message) else { return .refused }
      rest[index].message = message
    }
    return .conflated
  }

  private mutating func take(_ message: OutboxEntry, inPlaceOf old: OutboxEntry) -> Bool {
    let size = queuedBytes - old.count + message.count
    guard size <= limitBytes else { return false }
    queuedBytes = size
    return true
  }

  /// The next bytes as vectors for one `writev`; they stay valid as long as the outbox is not changed.
  /// Changes nothing, but is used where it stands: else a stream would copy its outbox for the time of the call.
  mutating func withVectors<R>(_ body: (UnsafeMutableBufferPointer<iovec>) -> R) -> R {
    let capacity = min(2 * count, SystemConstant.maxVectors)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: capacity) { vectors in
      var filled = 0
      if let head { filled = Outbox.fill(vectors, from: 0, with: head.message, gone: headOffset) }
      for index in left..<rest.count {
        guard filled + (rest[index].message.prefix == nil ? 1 : 2) <= capacity else { break }
        filled = Outbox.fill(vectors, from: filled, with: rest[index].message, gone: 0)
      }
      return body(UnsafeMutableBufferPointer(rebasing: vectors[..<filled]))
    }
  }

  /// Gives how many vectors are filled then.
  private static func fill(
    _ vectors: UnsafeMutableBufferPointer<iovec>, from index: Int, with message: borrowing OutboxEntry, gone: Int
  ) -> Int {
    var (filled, gone) = (index, gone)
    if let prefix = message.prefix {
      let part = min(gone, prefix.count)
      gone -= part
      if part < prefix.count {
        vectors.initializeElement(at: filled, to: vector(prefix, from: part))
        filled += 1
      }
    }
    vectors.initializeElement(at: filled, to: vector(message.bytes, from: Int(message.offset) + gone))
    return filled + 1
  }

  private static func vector(_ bytes: SharedBytes, from offset: Int) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.base + offset), iov_len: bytes.count - offset)
  }

  /// Takes away what was written.
  mutating func consume(_ written: Int) -> Progress {
    var remaining = min(written, queuedBytes)
    queuedBytes -= remaining
    var progress = Progress(bytes: remaining)
    while remaining > 0, let message = head?.message {
      let size = message.count - headOffset
      guard remaining >= size else {
        headOffset += remaining
        break
      }
      remaining -= size
      progress.entries += 1
      progress.frames += Int(message.frames)
      departHead()
    }
    return progress
  }

  private mutating func departHead() {
    if let key = head?.conflationKey, key != 0, byKey[key] == departed { byKey[key] = nil }
    departed += 1
    headOffset = 0
    guard left < rest.count else {
      head = nil
      return
    }
    head = rest[left]
    // The place goes later, the reference now.
    rest[left].message.release()
    left += 1
    compact()
  }

  /// Drops the places of what has left, at a cost that is constant an entry.
  private mutating func compact() {
    if left == rest.count {
      rest.removeAll(keepingCapacity: rest.capacity <= Outbox.keptCapacity)
      left = 0
    } else if left > 64, left * 2 > rest.count {
      rest.removeFirst(left)
      left = 0
    }
  }

  /// Drops all that has not begun to leave, but for the first entries that are asked for; the rest of a begun entry
  /// must still be sent or the stream is broken.
  mutating func dropUnsent(keeping kept: Int = 0) {
    let keep = min(max(kept, headOffset > 0 ? 1 : 0), count)
    if keep == 0 {
      head = nil
      rest = []
      left = 0
    } else {
      rest.removeLast(count - keep)
    }
    byKey = [:]
    queuedBytes = rest[left...].reduce((head?.message.count ?? 0) - headOffset) { $0 + $1.message.count }
  }
}
