/// Text of at most sixteen bytes that must stand at a place to the letter, compared as two words.
///
/// Buys: a run such as `","nq":"` costs two loads and a branch, where a reader of names finds two quotes, a colon, a
/// comma and which of the names it is.
/// Assumes: sixteen readable bytes.
public struct LiteralRun: Sendable {
  /// The longest run; a longer text is several.
  public static let maxCount = 16

  @usableFromInline let low: UInt64
  @usableFromInline let lowMask: UInt64
  @usableFromInline let high: UInt64
  @usableFromInline let highMask: UInt64
  /// How many bytes it has.
  public let count: Int

  /// A run of the given bytes; `nil` for more than `maxCount`.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count <= LiteralRun.maxCount else { return nil }
    (low, lowMask) = LiteralRun.word(bytes.prefix(8))
    (high, highMask) = LiteralRun.word(bytes.dropFirst(8))
    count = bytes.count
  }

  private static func word(_ bytes: some Collection<UInt8>) -> (bits: UInt64, mask: UInt64) {
    bytes.reversed().reduce((0, 0)) { ($0.0 << 8 | UInt64($1), $0.1 << 8 | 0xff) }
  }

  /// Whether the run stands at `start`.
  @inlinable @inline(__always) func stands(at start: UnsafeRawPointer) -> Bool {
    ((ByteWord(at: start).bits ^ low) & lowMask) | ((ByteWord(at: start + 8).bits ^ high) & highMask) == 0
  }
}
