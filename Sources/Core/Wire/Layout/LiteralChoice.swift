/// Two words of which one must stand at a place, each at most eight bytes.
///
/// Buys: which of the two it is costs no branch, that would be guessed wrong for every second trade.
/// Assumes: eight readable bytes.
public struct LiteralChoice: Sendable {
  @usableFromInline let left: UInt64
  @usableFromInline let leftMask: UInt64
  @usableFromInline let right: UInt64
  @usableFromInline let rightMask: UInt64
  @usableFromInline let leftCount: UInt64
  @usableFromInline let rightCount: UInt64

  /// A choice of two words; `nil` for an empty one, a longer one, or when one begins with the other.
  public init?(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) {
    guard (1...8).contains(left.count), (1...8).contains(right.count), !left.starts(with: right),
      !right.starts(with: left)
    else { return nil }
    func word(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    (self.left, self.right) = (word(left), word(right))
    leftMask = UInt64.max >> UInt64(64 - 8 * left.count)
    rightMask = UInt64.max >> UInt64(64 - 8 * right.count)
    (leftCount, rightCount) = (UInt64(left.count), UInt64(right.count))
  }

  /// How many bytes the word at `start` has, 0 when it is none of the two, and whether it is the first.
  @inlinable @inline(__always) func find(at start: UnsafeRawPointer) -> (count: Int, isLeft: Bool) {
    let word = ByteWord(at: start).bits
    let leftDifferences = (word ^ left) & leftMask
    let rightDifferences = (word ^ right) & rightMask
    // All bits where the word stands, else none; arithmetic, as a comparison would be made a branch.
    let isLeft = ((leftDifferences | (0 &- leftDifferences)) &>> 63) &- 1
    let isRight = ((rightDifferences | (0 &- rightDifferences)) &>> 63) &- 1
    return (Int(truncatingIfNeeded: (isLeft & leftCount) | (isRight & rightCount)), isLeft != 0)
  }
}
