extension UnsafeRawBufferPointer {
  /// The first byte from `start` on that is not plain ASCII text: a quote, a backslash, a control character, a byte
  /// above 0x7F, or the end.
  @inlinable @inline(__always) func plainRunEnd(from start: Int) -> Int {
    var cursor = start
    while count &- cursor >= 8 {
      // Eight bytes at once. A subtraction sets the top bit of the lowest byte that is too small, and of none below it;
      // bytes above that may be wrong, but only the lowest counts.
      let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: cursor, as: UInt64.self))
      let controls = word &- 0x2020_2020_2020_2020
      let quotes = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
      let backslashes = (word ^ 0x5c5c_5c5c_5c5c_5c5c) &- 0x0101_0101_0101_0101
      let special = (controls | quotes | backslashes | word) & 0x8080_8080_8080_8080
      if special != 0 { return cursor &+ special.trailingZeroBitCount &>> 3 }
      cursor &+= 8
    }
    return plainTailEnd(from: cursor)
  }

  /// The same byte by byte, for the last few.
  @usableFromInline func plainTailEnd(from start: Int) -> Int {
    var cursor = start
    while cursor < count {
      let byte = self[cursor]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      cursor += 1
    }
    return cursor
  }
}
