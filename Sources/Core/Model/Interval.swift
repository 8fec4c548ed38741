/// The length of a candle, and the grid its candles stand on (UTC; weeks start on Monday, months on their first day).
public struct Interval: Sendable, Hashable, CustomStringConvertible {
  /// The letters of an interval's text: case matters, `1m` is a minute and `1M` a month.
  public enum Unit: Character, Sendable, Hashable {
    /// `s`
    case second = "s"
    /// `m`
    case minute = "m"
    /// `h`
    case hour = "h"
    /// `d`
    case day = "d"
    /// `w`
    case week = "w"
    /// `M`
    case month = "M"

    /// Same letter; said here, as two characters are compared by the rules of Unicode, and units with every event.
    public static func == (left: Unit, right: Unit) -> Bool { left.letter == right.letter }

    /// Feeds the letter's byte.
    public func hash(into hasher: inout Hasher) { hasher.combine(letter) }

    /// The letter as a byte.
    var letter: UInt8 {
      switch self {
      case .second: UInt8(ascii: "s")
      case .minute: UInt8(ascii: "m")
      case .hour: UInt8(ascii: "h")
      case .day: UInt8(ascii: "d")
      case .week: UInt8(ascii: "w")
      case .month: UInt8(ascii: "M")
      }
    }

    /// Nominal milliseconds: a month counts 30 days.
    var milliseconds: Int64 {
      switch self {
      case .second: 1000
      case .minute: 60_000
      case .hour: 3_600_000
      case .day: 86_400_000
      case .week: 604_800_000
      case .month: 2_592_000_000
      }
    }
  }

  /// How many units long, 1…999.
  public let count: Int
  /// The unit.
  public let unit: Unit

  /// An interval of 1…999 units; `nil` outside.
  public init?(_ count: Int, _ unit: Unit) {
    guard (1...999).contains(count) else { return nil }
    self.count = count
    self.unit = unit
  }

  /// The interval of a text such as `1m`, `4h`, `1M`; `nil` for anything else.
  public init?(_ text: String) {
    var text = text
    guard let interval = text.withUTF8({ Interval(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = interval
  }

  /// The interval that some bytes name: digits, not beginning with a zero, and a unit's letter.
  public init?(utf8 text: UnsafeRawBufferPointer) {
    guard (2...4).contains(text.count), text[0] != UInt8(ascii: "0"), let letter = text.last,
      let unit = Unit(rawValue: Character(Unicode.Scalar(letter)))
    else { return nil }
    var count = 0
    for byte in text.dropLast() {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      count = count * 10 + Int(digit)
    }
    self.init(count, unit)
  }

  /// The intervals of a list such as `1m 5m 1h`; words that are none are left out.
  public static func list(_ words: String) -> [Interval] {
    words.split(separator: " ").compactMap { Interval(String($0)) }
  }

  private init(fixed count: Int, _ unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// `1m`.
  public static let oneMinute = Interval(fixed: 1, .minute)
  /// `1h`.
  public static let oneHour = Interval(fixed: 1, .hour)

  /// `1m`, `4h`, `1M`.
  public var description: String { "\(count)\(unit.rawValue)" }

  /// The most bytes of a text: three digits and a letter.
  public static let maxTextLength = 4

  /// Writes the text of `description` to memory with room for `maxTextLength` bytes; gives how many it took.
  public func write(at memory: UnsafeMutableRawPointer) -> Int {
    let digits = DecimalDigits.count(of: UInt64(count))
    _ = DecimalDigits.put(UInt64(count), digits: digits, before: memory + digits)
    memory.storeBytes(of: unit.letter, toByteOffset: digits, as: UInt8.self)
    return digits + 1
  }

  /// Nominal length in milliseconds; a month counts 30 days, so it orders intervals but places no candle.
  public var nominalMilliseconds: Int64 { Int64(count) * unit.milliseconds }

  /// The open time of the candle that holds an instant.
  ///
  /// Candles of several units count from 1970-01-01, those of several weeks from the Monday before it.
  public func openTime(containing instant: Timestamp) -> Timestamp {
    let milliseconds = instant.milliseconds
    switch unit {
    case .month:
      let date = CivilDate(daysSince1970: milliseconds / Unit.day.milliseconds)
      let months = date.year * 12 + date.month - 1
      return Interval.firstOfMonth(months - (months - 1970 * 12) % Int64(count))
    case .week:
      // 1970-01-01 was a Thursday: the Monday before it is the 29th of December.
      let shifted = milliseconds + 3 * Unit.day.milliseconds
      return Timestamp(microseconds: (milliseconds - shifted % nominalMilliseconds) * 1000)
    default:
      return Timestamp(microseconds: (milliseconds - milliseconds % nominalMilliseconds) * 1000)
    }
  }

  /// The open time `steps` candles after the one that opens at `openTime`, or before it for a negative number.
  public func openTime(_ steps: Int, after openTime: Timestamp) -> Timestamp {
    guard unit == .month else {
      let (delta, overflow) = nominalMilliseconds.multipliedReportingOverflow(by: Int64(steps))
      return openTime.advanced(byMilliseconds: overflow ? (steps < 0 ? .min : .max) : delta)
    }
    let date = CivilDate(daysSince1970: openTime.milliseconds / Unit.day.milliseconds)
    // More steps than there are months end at the end of time all the same.
    let months = Int64(min(max(steps, -Interval.allMonths), Interval.allMonths)) * Int64(count)
    return Interval.firstOfMonth(date.year * 12 + date.month - 1 + months)
  }

  /// The first instant after the candle that opens at `openTime`.
  public func endTime(ofCandleAt openTime: Timestamp) -> Timestamp {
    guard unit == .month else { return openTime.advanced(byMilliseconds: nominalMilliseconds) }
    return self.openTime(1, after: openTime)
  }

  /// More than there are from 1970 to 9999.
  private static let allMonths = 100_000

  private static func firstOfMonth(_ months: Int64) -> Timestamp {
    guard months >= 1970 * 12 else { return .epoch }
    guard months < 10_000 * 12 else { return .latest }
    let days = CivilDate.daysSince1970(year: months / 12, month: months % 12 + 1)
    return Timestamp(microseconds: days * Unit.day.milliseconds * 1000)
  }
}
