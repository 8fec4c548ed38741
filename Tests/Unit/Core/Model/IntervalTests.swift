import Model
import Testing

@Suite struct IntervalTests {
  private func interval(_ text: String) throws -> Interval { try #require(Interval(text)) }

  private func instant(_ text: String) throws -> Timestamp { Timestamp(microseconds: try #require(Int64(text))) }

  @Test(arguments: ["1s", "1m", "3m", "15m", "1h", "12h", "1d", "3d", "1w", "1M", "999M"])
  func aTextReadsAndPrintsTheSame(text: String) throws {
    #expect(try interval(text).description == text)
  }

  @Test func caseTellsAMinuteFromAMonth() throws {
    #expect(try interval("1m").unit == .minute)
    #expect(try interval("1M").unit == .month)
    #expect(try interval("1m") == .oneMinute)
    #expect(try interval("1m") != interval("60s"))
  }

  @Test func unitsAreTheSameWhereTheirLettersAre() {
    let units: [Interval.Unit] = [.second, .minute, .hour, .day, .week, .month]
    #expect(Set(units + units).count == 6)
    #expect(units.map { unit in units.filter { $0 == unit } } == units.map { [$0] })
  }

  @Test(arguments: [
    "", "m", "1", "1x", "01m", "0m", "-1m", "+1m", "1000m", "99999999999999999999m", "1 m", " 1m", "1m ", "1mm", "1.5m",
    "1D", "1H", "1m\u{301}", "१m", "1\u{0}m",
  ])
  func anotherTextIsNoInterval(text: String) {
    #expect(Interval(text) == nil)
  }

  @Test func aListIsReadWordByWord() {
    #expect(Interval.list("1m 4h  1M").map(\.description) == ["1m", "4h", "1M"])
    #expect(Interval.list("1m nonsense 1h").map(\.description) == ["1m", "1h"])
    #expect(Interval.list("").isEmpty)
  }

  @Test func countsOutsideTheRangeAreRefused() {
    #expect(Interval(0, .minute) == nil)
    #expect(Interval(1000, .minute) == nil)
    #expect(Interval(999, .minute)?.count == 999)
  }

  @Test(arguments: [
    ("1s", 1000), ("3m", 180_000), ("4h", 14_400_000), ("1d", 86_400_000), ("1w", 604_800_000), ("1M", 2_592_000_000),
  ])
  func nominalLengthsOrderIntervals(text: String, milliseconds: Int64) throws {
    #expect(try interval(text).nominalMilliseconds == milliseconds)
  }

  @Test func candlesOpenWherePythonPutsThem() throws {
    let cases = try PythonCases.dates("open")
    #expect(cases.count > 300)
    for fields in cases {
      let opened = try interval(fields[0]).openTime(containing: instant(fields[1]))
      #expect(String(opened.microseconds) == fields[2], "\(fields)")
    }
  }

  @Test func stepsLeadToTheCandlesOfPython() throws {
    let cases = try PythonCases.dates("step")
    #expect(cases.count > 300)
    for fields in cases {
      let later = try interval(fields[0]).openTime(#require(Int(fields[2])), after: instant(fields[1]))
      #expect(String(later.microseconds) == fields[3], "\(fields)")
    }
  }

  @Test(arguments: ["1s", "1m", "3m", "1h", "1d", "3d", "1w", "1M"])
  func aCandleHoldsItsFirstInstantAndNotItsEnd(text: String) throws {
    let interval = try interval(text)
    // date -u -d @1709164800 : 2024-02-29
    let open = interval.openTime(containing: Timestamp(microseconds: 1_709_164_800_000_000))
    let end = interval.endTime(ofCandleAt: open)
    #expect(interval.openTime(containing: open) == open)
    #expect(interval.openTime(containing: Timestamp(microseconds: end.microseconds - 1)) == open)
    #expect(interval.openTime(containing: end) == end)
  }

  @Test func weeksStartOnMondayAndMonthsOnTheirFirst() throws {
    // date -u -d '2024-02-29 12:34' +%s : 1709210040, a Thursday
    let instant = Timestamp(microseconds: 1_709_210_040_000_000)
    #expect(try interval("1w").openTime(containing: instant).description == "2024-02-26T00:00:00Z")
    let month = try interval("1M")
    #expect(month.openTime(containing: instant).description == "2024-02-01T00:00:00Z")
    #expect(month.endTime(ofCandleAt: month.openTime(containing: instant)).description == "2024-03-01T00:00:00Z")
  }

  @Test(arguments: ["1s", "999w", "1M", "999M"])
  func stepsOutOfTheRangeEndAtItsEnds(text: String) throws {
    let interval = try interval(text)
    let open = Timestamp(microseconds: 1_706_745_600_000_000)
    #expect(interval.openTime(.max, after: open) == .latest)
    #expect(interval.openTime(.min, after: open) == .epoch)
    #expect(interval.openTime(containing: .epoch) == .epoch)
    #expect(interval.openTime(containing: .latest) <= .latest)
    #expect(interval.endTime(ofCandleAt: .latest) == .latest)
  }
}
