import Glibc

// The standard library's own search and comparison call a witness for each byte where nothing is optimized, as in tests:
// of megabytes that is most of a test's time.

extension [UInt8] {
  /// Whether a text is somewhere in it.
  public func holds(_ text: String) -> Bool { place(of: Array(text.utf8)) != nil }

  /// Where some bytes, not none, begin for the first time at or behind a place.
  public func place(of part: [UInt8], from start: Int = 0) -> Int? {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var place = start
      // The last place at which all of the part fits.
      let last = bytes.count - part.count
      while place <= last, let found = memchr(base + place, Int32(part[0]), last - place + 1) {
        if memcmp(found, part, part.count) == 0 { return UnsafeRawPointer(found) - base }
        place = UnsafeRawPointer(found) - base + 1
      }
      return nil
    }
  }

  /// Whether both are the same bytes.
  public func isSame(as other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBytes { mine in
      other.withUnsafeBytes { theirs in
        guard let (mine, theirs) = mine.baseAddress.flatMap({ mine in theirs.baseAddress.map { (mine, $0) } }) else {
          return true
        }
        return memcmp(mine, theirs, count) == 0
      }
    }
  }

  /// So many bytes, which are these over and over again.
  public init(repeating part: [UInt8], count: Int) {
    self = part
    reserveCapacity(count * 2)
    while self.count < count { self += self }
    removeLast(self.count - count)
  }
}
