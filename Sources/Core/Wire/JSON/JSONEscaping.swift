/// How a text becomes a JSON string (RFC 8259 §7): quotes, backslashes and control characters must be escaped, all else
/// stands as it is.
@usableFromInline enum JSONEscaping {
  /// Writes the text between quotes, in which nothing has to be escaped; `nil` when something has to be, or may have to:
  /// then what has been written means nothing. Takes two bytes more than the text.
  @inlinable @inline(__always) static func copyPlain(_ text: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer)
    -> Int?
  {
    let count = text.count
    memory.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    if let source = text.baseAddress, !copyPlain(source, count, to: memory + 1) { return nil }
    memory.storeBytes(of: UInt8(ascii: "\""), toByteOffset: count + 1, as: UInt8.self)
    return count + 2
  }

  /// Words that overlap at the end, instead of a loop over the last bytes.
  @inlinable @inline(__always) static func copyPlain(
    _ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer
  ) -> Bool {
    if count >= 8 {
      var position = 0
      while true {
        let word = source.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        guard isPlain(word) else { return false }
        target.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
        guard position < count - 8 else { return true }
        position = min(position + 8, count - 8)
      }
    }
    if count >= 4 {
      let first = source.loadUnaligned(as: UInt32.self)
      let last = source.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      guard isPlain(UInt64(first) | UInt64(last) << 32) else { return false }
      target.storeBytes(of: first, as: UInt32.self)
      target.storeBytes(of: last, toByteOffset: count - 4, as: UInt32.self)
      return true
    }
    for position in 0..<count {
      let byte = source.load(fromByteOffset: position, as: UInt8.self)
      guard !mustBeEscaped(byte) else { return false }
      target.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
    }
    return true
  }

  /// Whether none of eight bytes must be escaped; those above 0x7F are looked at with more care.
  @inlinable @inline(__always) static func isPlain(_ word: UInt64) -> Bool {
    // As in `plainRunEnd(from:)`: a subtraction sets the top bit of the lowest byte that is too small.
    let controls = word &- 0x2020_2020_2020_2020
    let quotes = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
    let backslashes = (word ^ 0x5c5c_5c5c_5c5c_5c5c) &- 0x0101_0101_0101_0101
    return (controls | quotes | backslashes | word) & 0x8080_8080_8080_8080 == 0
  }

  @inlinable static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// The most bytes the text takes between its quotes.
  static func escapedCount(_ text: UnsafeRawBufferPointer) -> Int {
    text.reduce(text.count) { $0 + (mustBeEscaped($1) ? 5 : 0) }
  }

  /// Writes the text between quotes; gives how many bytes it took.
  static func copyEscaping(_ text: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) -> Int {
    var length = 0
    func put(_ byte: UInt8) {
      memory.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
      length += 1
    }
    put(UInt8(ascii: "\""))
    for byte in text {
      guard mustBeEscaped(byte) else {
        put(byte)
        continue
      }
      put(UInt8(ascii: "\\"))
      if let letter = letter(for: byte) {
        put(letter)
      } else {
        for digit in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), hex(byte >> 4), hex(byte & 15)] {
          put(digit)
        }
      }
    }
    put(UInt8(ascii: "\""))
    return length
  }

  /// The short escape of a character that has one.
  private static func letter(for byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0a: UInt8(ascii: "n")
    case 0x0c: UInt8(ascii: "f")
    case 0x0d: UInt8(ascii: "r")
    default: nil
    }
  }

  private static func hex(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
