/// A day of the proleptic Gregorian calendar, in UTC.
///
/// The arithmetic counts years from 1 March, so that the leap day is the last of its year; see Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms" (https://howardhinnant.github.io/date_algorithms.html).
public struct CivilDate: Sendable, Hashable {
  /// The year, 1970 or later for every `Timestamp`.
  public let year: Int64
  /// 1…12.
  public let month: Int64
  /// 1…31.
  public let day: Int64

  /// The date that many days after 1970-01-01.
  public init(daysSince1970 days: Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to the first of a month; `month` may lie outside 1…12 and carries into the year.
  public static func daysSince1970(year: Int64, month: Int64) -> Int64 {
    let months = year * 12 + month - 1
    let (plainYear, plainMonth) = (months / 12, months % 12 + 1)
    let shiftedYear = plainMonth <= 2 ? plainYear - 1 : plainYear
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let monthFromMarch = plainMonth > 2 ? plainMonth - 3 : plainMonth + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
