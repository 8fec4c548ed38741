/// Eight bytes of a text as one number, the first of them the lowest: a question is asked of all eight at once.
///
/// Answers are marks: the top bit of each byte that is meant. Only the lowest mark counts, as those above it may be wrong
/// where bytes beyond ASCII stand; what lies before it is right.
///
/// Buys: where a number ends in five instructions instead of four a digit.
/// Assumes: nothing but eight readable bytes.
@frozen public struct ByteWord: Equatable {
  /// The bytes.
  public let bits: UInt64

  /// A word of the given bytes.
  @inlinable @inline(__always) public init(_ bits: UInt64) { self.bits = bits }

  /// The eight bytes from `start` on.
  @inlinable @inline(__always) public init(at start: UnsafeRawPointer) {
    bits = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
  }

  /// The top bit of every byte.
  @usableFromInline static let tops: UInt64 = 0x8080_8080_8080_8080

  /// Marks the bytes of this value.
  @inlinable @inline(__always) func marks(of byte: UInt8) -> UInt64 {
    let zeros = bits ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
    return (zeros &- 0x0101_0101_0101_0101) & ~zeros & ByteWord.tops
  }

  /// Marks what is no plain text: quotes, backslashes, control characters, bytes above 0x7F.
  @inlinable @inline(__always) var specials: UInt64 {
    // As in `plainRunEnd`.
    let controls = bits &- 0x2020_2020_2020_2020
    let quotes = (bits ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
    let backslashes = (bits ^ 0x5c5c_5c5c_5c5c_5c5c) &- 0x0101_0101_0101_0101
    return (controls | quotes | backslashes | bits) & ByteWord.tops
  }

  /// How many bytes of two words stand before the first that is no plain text; 16 when all are plain. Without a branch, as
  /// the lengths of texts that follow one another have nothing to do with each other.
  @inlinable @inline(__always) static func plainCount(_ first: ByteWord, _ second: ByteWord) -> Int {
    let (marks, later) = (first.specials, second.specials)
    // All bits where the first word has no mark, else none.
    let beyond = Int(truncatingIfNeeded: (marks | (0 &- marks)) &>> 63) &- 1
    return marks.trailingZeroBitCount &>> 3 &+ (later.trailingZeroBitCount &>> 3) & beyond
  }

  /// Where the first byte of this value stands; 8 when there is none.
  @inlinable @inline(__always) public func first(_ byte: UInt8) -> Int {
    marks(of: byte).trailingZeroBitCount &>> 3
  }

  /// The bytes with the value of each digit in its place.
  @inlinable @inline(__always) var digits: DigitWord { DigitWord(bits ^ 0x3030_3030_3030_3030) }
}

/// Eight bytes of which those that were digits are their values, the first the lowest.
@frozen @usableFromInline struct DigitWord {
  @usableFromInline let bits: UInt64

  @inlinable @inline(__always) init(_ bits: UInt64) { self.bits = bits }

  /// Marks the bytes that are no digits: 0x76 more than a digit is below 0x80, and than any other byte of ASCII above.
  @inlinable @inline(__always) var others: UInt64 {
    ((bits &+ 0x7676_7676_7676_7676) | bits) & ByteWord.tops
  }

  /// The digits before a mark as the last ones of a word, zeros before them; the mark's bit is 15 at least.
  @inlinable @inline(__always) func before(markAt bit: Int) -> DigitWord {
    DigitWord(bits &<< UInt64(truncatingIfNeeded: 71 &- bit))
  }

  /// The number that all eight digits name, the first the highest: three multiplications instead of eight.
  @inlinable @inline(__always) var number: UInt64 {
    // Pairs, then fours, then all eight.
    let pairs = (bits &* 10) &+ (bits &>> 8)
    let high = (pairs & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
    let low = ((pairs &>> 16) & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
    return (high &+ low) &>> 32
  }
}
