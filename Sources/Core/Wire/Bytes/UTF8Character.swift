/// The well-formed byte sequences of one character (RFC 3629 §4).
enum UTF8Character {
  /// The length of the character of two to four bytes at `start`; `nil` when it is not well-formed or cut off.
  static func length(in bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
    let left = bytes.count - start
    guard left >= 2 else { return nil }
    let length: Int
    // The second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF.
    let second: ClosedRange<UInt8>
    switch bytes[start] {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return nil
    }
    guard left >= length, second.contains(bytes[start + 1]) else { return nil }
    for index in start + 2..<start + length where bytes[index] & 0xc0 != 0x80 { return nil }
    return length
  }
}
