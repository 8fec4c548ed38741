/// An instant in UTC, in microseconds since 1970, between the years 1970 and 9999.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// 1970-01-01T00:00:00Z.
  public static let epoch = Timestamp(unchecked: 0)
  /// The last instant that can be written with four digits of a year.
  public static let latest = Timestamp(unchecked: 253_402_300_799_999_999)

  private init(unchecked microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// An instant; outside 1970…9999 the nearest end, so that arithmetic on it cannot overflow.
  public init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, 0), Timestamp.latest.microseconds)
  }

  /// An instant an exchange or a client gave in milliseconds; `nil` outside 1970…9999.
  public init?(milliseconds: Int64) {
    guard milliseconds >= 0, milliseconds <= Timestamp.latest.milliseconds else { return nil }
    microseconds = milliseconds * 1000
  }

  /// Whole milliseconds since 1970; a fraction is cut off.
  public var milliseconds: Int64 { microseconds / 1000 }

  /// The instant that many milliseconds later, or earlier for a negative number; held at the ends of the range.
  public func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
    let (delta, tooLong) = milliseconds.multipliedReportingOverflow(by: 1000)
    guard !tooLong else { return milliseconds < 0 ? .epoch : .latest }
    let (sum, overflow) = microseconds.addingReportingOverflow(delta)
    guard !overflow else { return delta < 0 ? .epoch : .latest }
    return Timestamp(microseconds: sum)
  }

  /// Milliseconds from another instant to this one; negative when this one is earlier. A fraction is cut off.
  public func milliseconds(since other: Timestamp) -> Int64 {
    (microseconds - other.microseconds) / 1000
  }

  /// Earlier is less.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// The most bytes `appendISO8601` adds: `9999-12-31T23:59:59.999999Z`.
  public static let maxTextLength = 27

  /// ISO 8601 in UTC with `Z`: no fraction when it is zero, else the shorter of 3 or 6 digits that is exact.
  public var description: String {
    withUnsafeTemporaryAllocation(byteCount: Timestamp.maxTextLength, alignment: 1) { text in
      guard let start = text.baseAddress else { return "" }
      return String(decoding: text[..<writeISO8601(at: start)], as: UTF8.self)
    }
  }

  /// Appends the text of `description`.
  public func appendISO8601(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: Timestamp.maxTextLength, alignment: 1) { text in
      guard let start = text.baseAddress else { return }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[..<writeISO8601(at: start)]))
    }
  }

  /// Writes the text of `description` to memory with room for `maxTextLength` bytes; gives how many it took.
  public func writeISO8601(at memory: UnsafeMutableRawPointer) -> Int {
    // Never negative; unsigned, as that divides faster.
    let (seconds, fraction) = UInt64(bitPattern: microseconds).quotientAndRemainder(dividingBy: 1_000_000)
    let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: Int64(bitPattern: days))
    func put(_ pair: UInt64, at offset: Int, then mark: Unicode.Scalar) {
      DecimalDigits.put(pair: pair, at: memory + offset)
      memory.storeBytes(of: UInt8(ascii: mark), toByteOffset: offset + 2, as: UInt8.self)
    }
    let (century, year) = UInt64(bitPattern: date.year).quotientAndRemainder(dividingBy: 100)
    DecimalDigits.put(pair: century, at: memory)
    put(year, at: 2, then: "-")
    put(UInt64(bitPattern: date.month), at: 5, then: "-")
    put(UInt64(bitPattern: date.day), at: 8, then: "T")
    put(time / 3600, at: 11, then: ":")
    put(time / 60 % 60, at: 14, then: ":")
    put(time % 60, at: 17, then: fraction == 0 ? "Z" : ".")
    guard fraction != 0 else { return 20 }
    let digits = fraction % 1000 == 0 ? 3 : 6
    _ = DecimalDigits.put(digits == 3 ? fraction / 1000 : fraction, digits: digits, before: memory + 20 + digits)
    memory.storeBytes(of: UInt8(ascii: "Z"), toByteOffset: 20 + digits, as: UInt8.self)
    return 21 + digits
  }
}
