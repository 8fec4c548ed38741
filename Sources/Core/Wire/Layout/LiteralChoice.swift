/// Two words of which one must stand at a place, each at most eight bytes.
///
/// Buys: which of the two it is costs no branch, that would be guessed wrong for every second trade.
/// Assumes: eight readable bytes.
public struct LiteralChoice: Sendable {
  @usableFromInline let left: UInt64
  @usableFromInline let leftMask: UInt64
  @usableFromInline let right: UInt64
  @usableFromInline let rightMask: UInt64
  /// How many bytes the first has, and eight bits above it how many the second has.
  @usableFromInline let counts: UInt64

  /// A choice of two words; `nil` for an empty one, a longer one, or when one begins with the other.
  public init?(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) {
    guard (1...8).contains(left.count), (1...8).contains(right.count), !left.starts(with: right),
      !right.starts(with: left)
    else { return nil }
    func word(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    (self.left, self.right) = (word(left), word(right))
    leftMask = UInt64.max >> UInt64(64 - 8 * left.count)
    rightMask = UInt64.max >> UInt64(64 - 8 * right.count)
    counts = UInt64(left.count) | UInt64(right.count) << 8
  }

  /// How many bytes the word at `start` has, whether it is the first, and whether any of the two stands there: if not, the
  /// others say nothing.
  @inlinable @inline(__always) func find(at start: UnsafeRawPointer) -> (count: Int, isLeft: Bool, stands: Bool) {
    let word = ByteWord(at: start).bits
    // One or zero; both counts come with one load, as two would each be loaded behind a branch.
    let isNotLeft = LiteralChoice.isAny((word ^ left) & leftMask)
    let isNotRight = LiteralChoice.isAny((word ^ right) & rightMask)
    let count = counts &>> (isNotLeft &<< 3) & 0xff
    return (Int(truncatingIfNeeded: count), isNotLeft == 0, isNotLeft & isNotRight == 0)
  }

  @inlinable @inline(__always) static func isAny(_ bits: UInt64) -> UInt64 { (bits | (0 &- bits)) &>> 63 }
}
