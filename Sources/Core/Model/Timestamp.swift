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

  /// Milliseconds from another instant to this one; negative when this one is earlier.
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
    var bytes: [UInt8] = []
    appendISO8601(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of `description`.
  public func appendISO8601(to bytes: inout [UInt8]) {
    let seconds = microseconds / 1_000_000
    let date = CivilDate(daysSince1970: seconds / 86_400)
    let time = seconds % 86_400
    bytes.appendDigits(date.year, width: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDigits(date.month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDigits(date.day, width: 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendDigits(time / 3600, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDigits(time / 60 % 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDigits(time % 60, width: 2)
    let fraction = microseconds % 1_000_000
    if fraction != 0 {
      bytes.append(UInt8(ascii: "."))
      if fraction % 1000 == 0 {
        bytes.appendDigits(fraction / 1000, width: 3)
      } else {
        bytes.appendDigits(fraction, width: 6)
      }
    }
    bytes.append(UInt8(ascii: "Z"))
  }
}

extension [UInt8] {
  fileprivate mutating func appendDigits(_ value: Int64, width: Int) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
