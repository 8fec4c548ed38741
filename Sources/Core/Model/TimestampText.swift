/// Writes instants of which one follows the other, as those of rows do: the date is worked out once a day.
///
/// Buys: the divisions of a calendar, which are most of an instant's text, for all rows of a day but the first.
public struct TimestampText: Sendable {
  private var day = UInt64.max
  /// `2026-11-` and `26T`.
  private var date: (UInt64, UInt32) = (0, 0)

  /// Has written nothing yet.
  public init() {}

  /// Writes what `Timestamp.writeISO8601` writes, to memory with room for `maxTextLength` bytes; gives how many it took.
  @inline(__always) public mutating func write(_ instant: Timestamp, at memory: UnsafeMutableRawPointer) -> Int {
    // Never negative; unsigned, as that divides faster.
    let (seconds, fraction) = UInt64(bitPattern: instant.microseconds).quotientAndRemainder(dividingBy: 1_000_000)
    guard fraction == 0 else { return instant.writeISO8601(at: memory) }
    let (day, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
    if day != self.day { begin(day, instant) }
    memory.storeBytes(of: date.0, as: UInt64.self)
    memory.storeBytes(of: date.1, toByteOffset: 8, as: UInt32.self)
    let (minutes, second) = time.quotientAndRemainder(dividingBy: 60)
    let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    DecimalDigits.put(pair: hour, at: memory + 11)
    memory.storeBytes(of: UInt8(ascii: ":"), toByteOffset: 13, as: UInt8.self)
    DecimalDigits.put(pair: minute, at: memory + 14)
    memory.storeBytes(of: UInt8(ascii: ":"), toByteOffset: 16, as: UInt8.self)
    DecimalDigits.put(pair: second, at: memory + 17)
    memory.storeBytes(of: UInt8(ascii: "Z"), toByteOffset: 19, as: UInt8.self)
    return 20
  }

  @inline(never) private mutating func begin(_ day: UInt64, _ instant: Timestamp) {
    self.day = day
    withUnsafeTemporaryAllocation(byteCount: Timestamp.maxTextLength, alignment: 8) { text in
      guard let start = text.baseAddress else { return }
      _ = instant.writeISO8601(at: start)
      date = (start.load(as: UInt64.self), start.load(fromByteOffset: 8, as: UInt32.self))
    }
  }
}
