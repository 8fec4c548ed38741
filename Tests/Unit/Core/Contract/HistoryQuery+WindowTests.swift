import Contract
import Model
import Testing

@Suite struct HistoryQueryWindowTests {
  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  static func query(
    _ start: Int64?, _ end: Int64?, limit: Int, interval: String = "5m", listed: Int64? = nil
  ) -> HistoryQuery {
    let instrument = Instrument(
      exchange: ExchangeID("toy"), symbol: "A", base: "A", quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil, listTime: listed.map(time))
    return HistoryQuery(
      instrument: instrument, interval: Interval(interval), start: start.map(time), end: end.map(time), limit: limit)
  }

  func window(_ query: HistoryQuery) throws -> [Int64?] {
    let (start, end) = query.window(try #require(query.interval))
    return [start?.milliseconds, end?.milliseconds]
  }

  /// Five minutes are 300,000 ms.
  @Test(
    arguments: [
      // A start: from the first step at or after it, as many as wanted, not beyond the end.
      (600_000, nil, 3, 600_000, 1_200_000), (600_001, nil, 3, 900_000, 1_500_000), (600_000, nil, 1, 600_000, 600_000),
      (600_000, 700_000, 3, 600_000, 700_000), (600_000, 600_000, 3, 600_000, 600_000),
      (600_000, 9_000_000, 2, 600_000, 900_000), (600_000, nil, 0, 600_000, 600_000),
      // No step between the bounds.
      (600_001, 600_002, 3, 600_002, 600_002),
      // An end alone: the last steps up to it.
      (nil, 1_200_000, 3, 600_000, 1_200_000), (nil, 1_199_999, 3, 300_000, 1_199_999), (nil, 600_000, 9, 0, 600_000),
      (nil, nil, 3, nil, nil),
    ] as [(Int64?, Int64?, Int, Int64?, Int64?)])
  func itHoldsAsManyStepsAsAreWanted(start: Int64?, end: Int64?, limit: Int, first: Int64?, last: Int64?) throws {
    #expect(try window(Self.query(start, end, limit: limit)) == [first, last])
  }

  @Test func aStartBeforeTheListingIsMovedToTheStepThatHoldsIt() throws {
    #expect(try window(Self.query(0, nil, limit: 2, listed: 700_000)) == [600_000, 900_000])
    #expect(try window(Self.query(0, nil, limit: 2, listed: 600_000)) == [600_000, 900_000])
    #expect(try window(Self.query(1_200_000, nil, limit: 2, listed: 700_000)) == [1_200_000, 1_500_000])
    // All of it before the listing.
    #expect(try window(Self.query(0, 300_000, limit: 2, listed: 700_000)) == [300_000, 300_000])
    #expect(try window(Self.query(nil, 1_200_000, limit: 9, listed: 700_000)) == [0, 1_200_000])
  }

  @Test func monthsAndWeeksAreCountedByTheCalendar() throws {
    // 2026-01-15, the months from 2026-02-01 and 2026-04-01.
    #expect(
      try window(Self.query(1_768_435_200_000, nil, limit: 3, interval: "1M")) == [
        1_769_904_000_000, 1_775_001_600_000,
      ])
    // Thursday 2026-01-15, the Monday after it is the 19th.
    #expect(
      try window(Self.query(1_768_435_200_000, nil, limit: 1, interval: "1w")) == [
        1_768_780_800_000, 1_768_780_800_000,
      ])
  }

  @Test func theEndsOfTimeHold() throws {
    let latest = Timestamp.latest.milliseconds
    #expect(try window(Self.query(latest, latest, limit: 5)) == [latest, latest])
    #expect(try window(Self.query(nil, latest, limit: .max))[1] == latest)
    #expect(try window(Self.query(0, nil, limit: .max))[0] == 0)
  }
}
