import Model
import Testing

@Suite struct CivilDateTests {
  @Test func everyDayIsThatOfPythonsCalendar() throws {
    let cases = try PythonCases.dates("day")
    #expect(cases.count > 100)
    for fields in cases {
      let date = CivilDate(daysSince1970: try #require(Int64(fields[0])))
      #expect("\(date.year)-\(date.month)-\(date.day)" == fields[1])
    }
  }

  @Test func everyDayOf400YearsFollowsTheDayBefore() {
    var previous = CivilDate(daysSince1970: -1)
    #expect((previous.year, previous.month, previous.day) == (1969, 12, 31))
    for days in Int64(0)..<146_097 {
      let date = CivilDate(daysSince1970: days)
      let follows =
        date.month == previous.month
        ? date.day == previous.day + 1 && date.year == previous.year
        : date.day == 1 && previous.day >= 28 && (date.month, date.year) == next(previous)
      #expect(follows, "\(days)")
      if date.day == 1 { #expect(CivilDate.daysSince1970(year: date.year, month: date.month) == days) }
      previous = date
    }
    #expect((previous.year, previous.month, previous.day) == (2369, 12, 31))
  }

  private func next(_ date: CivilDate) -> (Int64, Int64) {
    date.month == 12 ? (1, date.year + 1) : (date.month + 1, date.year)
  }

  @Test func aMonthOutsideTheYearCarries() {
    #expect(CivilDate.daysSince1970(year: 1970, month: 13) == 365)
    #expect(CivilDate.daysSince1970(year: 1971, month: 0) == 334)
    #expect(CivilDate.daysSince1970(year: 1970, month: 25) == 730)
    #expect(CivilDate.daysSince1970(year: 1972, month: -11) == 365)
  }
}
