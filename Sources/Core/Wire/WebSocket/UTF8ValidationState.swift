/// Checks UTF-8 that comes in pieces (RFC 3629 §4) and refuses the first byte that no continuation could make valid.
struct UTF8ValidationState: Sendable, Equatable {
  /// How many bytes the character under way still lacks.
  private var missing: UInt8 = 0
  /// What the next of them may be: the second byte's range keeps out overlong forms, surrogates and what is above
  /// U+10FFFF.
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xbf

  /// Whether the text so far ends with a whole character.
  var isComplete: Bool { missing == 0 }

  /// Takes the next bytes; false as soon as one is wrong, after which the state means nothing.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
      if missing == 0 {
        index = UTF8ValidationState.endOfASCII(in: bytes, from: index)
        guard index < bytes.count else { return true }
        guard begin(with: bytes[index]) else { return false }
      } else {
        guard bytes[index] >= lowest, bytes[index] <= highest else { return false }
        missing -= 1
        (lowest, highest) = (0x80, 0xbf)
      }
      index += 1
    }
    return true
  }

  private mutating func begin(with byte: UInt8) -> Bool {
    switch byte {
    case 0xc2...0xdf: (missing, lowest, highest) = (1, 0x80, 0xbf)
    case 0xe0: (missing, lowest, highest) = (2, 0xa0, 0xbf)
    case 0xed: (missing, lowest, highest) = (2, 0x80, 0x9f)
    case 0xe1...0xef: (missing, lowest, highest) = (2, 0x80, 0xbf)
    case 0xf0: (missing, lowest, highest) = (3, 0x90, 0xbf)
    case 0xf1...0xf3: (missing, lowest, highest) = (3, 0x80, 0xbf)
    case 0xf4: (missing, lowest, highest) = (3, 0x80, 0x8f)
    default: return false
    }
    return true
  }

  /// Market data is ASCII but for a few names, so what is looked for is a high bit, 32 bytes at a time.
  private static func endOfASCII(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let count = bytes.count
    var index = start
    while count - index >= 32 {
      let words = bytes.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
      guard (words[0] | words[1] | words[2] | words[3]) & 0x8080_8080_8080_8080 == 0 else { break }
      index += 32
    }
    while index < count, bytes[index] < 0x80 { index += 1 }
    return index
  }
}
