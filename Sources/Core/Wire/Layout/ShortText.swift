/// A text of at most sixteen bytes as two words, zeros behind its end: a key for tables of short words.
///
/// Buys: two symbols are compared, and hashed, in a handful of instructions, whatever their length.
/// Assumes: no text has a zero byte. Of longer ones it holds the first sixteen bytes.
@frozen public struct ShortText: Hashable, Sendable {
  /// The first eight bytes, the first of them lowest.
  public let low: UInt64
  /// The next eight.
  public let high: UInt64

  /// The most bytes that are held.
  public static let capacity = 16

  @inlinable @inline(__always) init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The text of some bytes, of which no other is read.
  @inlinable public init(_ bytes: UnsafeRawBufferPointer) {
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(16))) }
    (low, high) = (UInt64(littleEndian: words.0), UInt64(littleEndian: words.1))
  }

  /// The bytes below the lowest of some marks; all where there are none.
  @inlinable @inline(__always) static func mask(below marks: UInt64) -> UInt64 {
    (marks & (0 &- marks)) &>> 7 &- 1
  }

  /// A number with its upper bits well mixed, for open addressing.
  @inlinable @inline(__always) public var mixed: UInt64 {
    let product = (low ^ (high &<< 23 | high &>> 41)) &* 0x9e37_79b9_7f4a_7c15
    return (product ^ product &>> 32) &* 0x9e37_79b9_7f4a_7c15
  }
}
