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
    var bytes: [UInt8] = []
    appendISO8601(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of `description`.
  public func appendISO8601(to bytes: inout [UInt8]) {
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: days)
    withUnsafeTemporaryAllocation(byteCount: Timestamp.maxTextLength, alignment: 1) { scratch in
      var writer = DigitWriter(scratch)
      writer.put(date.year, width: 4, then: "-")
      writer.put(date.month, width: 2, then: "-")
      writer.put(date.day, width: 2, then: "T")
      writer.put(time / 3600, width: 2, then: ":")
      writer.put(time / 60 % 60, width: 2, then: ":")
      writer.put(time % 60, width: 2, then: fraction == 0 ? "Z" : ".")
      if fraction % 1000 != 0 {
        writer.put(fraction, width: 6, then: "Z")
      } else if fraction != 0 {
        writer.put(fraction / 1000, width: 3, then: "Z")
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[..<writer.position]))
    }
  }
}

/// Writes numbers of a fixed width one after the other.
private struct DigitWriter {
  private let scratch: UnsafeMutableRawBufferPointer
  private(set) var position = 0

  init(_ scratch: UnsafeMutableRawBufferPointer) {
    self.scratch = scratch
  }

  mutating func put(_ number: Int64, width: Int, then mark: Unicode.Scalar) {
    var rest = UInt64(truncatingIfNeeded: number)
    position += width
    for back in 1...width {
      scratch[position - back] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    scratch[position] = UInt8(ascii: mark)
    position += 1
  }
}
