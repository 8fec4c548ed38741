/// The date format of HTTP (RFC 9110 §5.6.7).
public enum HTTPDate {
  /// IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`; an instant outside 1970…9999 is written as the nearest end.
  public static func text(secondsSince1970: Int64) -> String {
    let seconds = min(max(secondsSince1970, 0), 253_402_300_799)
    let days = seconds / 86_400
    let time = seconds % 86_400
    let (year, month, day) = civilDate(daysSince1970: days)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(29)
    // 1970-01-01 was a Thursday.
    bytes.append(contentsOf: name("SunMonTueWedThuFriSat", (days + 4) % 7))
    bytes.append(contentsOf: ", ".utf8)
    appendTwoDigits(day, to: &bytes)
    bytes.append(.space)
    bytes.append(contentsOf: name("JanFebMarAprMayJunJulAugSepOctNovDec", month - 1))
    bytes.append(.space)
    appendTwoDigits(year / 100, to: &bytes)
    appendTwoDigits(year % 100, to: &bytes)
    for (separator, value) in [(UInt8.space, time / 3600), (.colon, time / 60 % 60), (.colon, time % 60)] {
      bytes.append(separator)
      appendTwoDigits(value, to: &bytes)
    }
    bytes.append(contentsOf: " GMT".utf8)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Seconds since 1970 of an IMF-fixdate of 1970…9999; `nil` for any other text. The two obsolete forms are not read:
  /// no sender may make them (RFC 9110 §5.6.7), and a date nobody can read is as good as none.
  public static func secondsSince1970(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 29 else { return nil }
    let names = "JanFebMarAprMayJunJulAugSepOctNovDec".utf8
    let monthName = bytes[8..<11]
    guard let month = (0..<12).first(where: { names.dropFirst($0 * 3).prefix(3).elementsEqual(monthName) }),
      let day = number(bytes[5..<7]), let year = number(bytes[12..<16]), let hour = number(bytes[17..<19]),
      let minute = number(bytes[20..<22]), let second = number(bytes[23..<25]), year >= 1970, day >= 1, day <= 31,
      hour < 24, minute < 60
    else { return nil }
    // A leap second is the last one of its minute; a day beyond its month's end moves the text, and is none.
    let seconds = days(year, Int64(month), day) * 86_400 + hour * 3600 + minute * 60 + min(second, 59)
    guard second <= 60, second == 60 || self.text(secondsSince1970: seconds) == text else { return nil }
    return seconds
  }

  /// Days since 1970 of a date; years are counted from March, so that the leap day is the last of its year.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month < 2 ? year - 1 : year
    let (era, yearOfEra) = (marchYear / 400, marchYear % 400)
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard digit.isDigit else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// The Gregorian date. Years are counted from March, so that the leap day is the last of its year.
  private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let days = daysSince1970 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }

  private static func name(_ names: StaticString, _ index: Int64) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: names.utf8Start + Int(index) * 3, count: 3)
  }

  private static func appendTwoDigits(_ value: Int64, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
}
