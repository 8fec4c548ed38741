/// What a cursor needs beside the frame: room for a copy of its end, and a table. Made once, for one reader.
public struct LayoutScratch: @unchecked Sendable {
  /// How far a field may be read beyond its first byte.
  @usableFromInline static let margin = 24
  /// How far is read from the start of a run.
  @usableFromInline static let reach = LiteralRun.maxCount + margin

  @usableFromInline let memory: UnsafeMutableRawPointer
  /// 10^0 to 10^8: which one is wanted depends on the number, and a choice of them would be guessed at.
  @usableFromInline let powersOfTen: UnsafePointer<UInt64>

  /// A new scratch, to be deallocated by its owner.
  public init() {
    memory = UnsafeMutableRawPointer.allocate(byteCount: 3 * LayoutScratch.reach, alignment: 8)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * LayoutScratch.reach)
    let powers = UnsafeMutablePointer<UInt64>.allocate(capacity: 9)
    var power: UInt64 = 1
    for exponent in 0...8 {
      (powers + exponent).initialize(to: power)
      power *= 10
    }
    powersOfTen = UnsafePointer(powers)
  }

  /// Ends it, and all its copies.
  public func deallocate() {
    memory.deallocate()
    powersOfTen.deallocate()
  }

  /// Copies the last `reach` bytes before `end`: always as many, so that the zeros behind them stay, and no call is made.
  @inlinable @inline(__always) func copy(upTo end: UnsafeRawPointer) {
    let start = end - LayoutScratch.reach
    for offset in stride(from: 0, to: LayoutScratch.reach, by: 8) {
      memory.storeBytes(
        of: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self), toByteOffset: offset, as: UInt64.self)
    }
  }
}
