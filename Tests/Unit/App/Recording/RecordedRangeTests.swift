import Model
import Testing

@testable import App

@Suite struct RecordedRangeTests {
  private let minute: Int64 = 60_000

  private func opens(start: Int64?, end: Int64?, limit: Int, _ interval: String = "1m", latest: Int64? = nil) -> [Int64]
  {
    let range = RecordedRange(start: start, end: end, limit: limit)
    let latest = latest ?? 100 * minute + 30_000
    return range.openTimes(Interval(interval) ?? .oneMinute, earliest: 10 * minute, latest: latest)
      .map { $0.milliseconds / minute }
  }

  @Test func withoutBoundsTheLatestAreGivenTheOpenOneToo() {
    #expect(opens(start: nil, end: nil, limit: 3) == [98, 99, 100])
  }

  @Test func aStartAloneGivesTheFirstFromIt() {
    #expect(opens(start: 20 * minute, end: nil, limit: 3) == [20, 21, 22])
    #expect(opens(start: 20 * minute + 1, end: nil, limit: 3) == [21, 22, 23])
    #expect(opens(start: 99 * minute, end: nil, limit: 9) == [99, 100])
  }

  @Test func anEndAloneGivesTheLastUpToIt() {
    #expect(opens(start: nil, end: 50 * minute, limit: 3) == [48, 49, 50])
    #expect(opens(start: nil, end: 50 * minute - 1, limit: 2) == [48, 49])
    #expect(opens(start: nil, end: 11 * minute, limit: 5) == [10, 11])
  }

  @Test func bothBoundsGiveTheFirstFromTheStart() {
    #expect(opens(start: 20 * minute, end: 22 * minute, limit: 9) == [20, 21, 22])
    #expect(opens(start: 20 * minute, end: 60 * minute, limit: 2) == [20, 21])
    #expect(opens(start: 20 * minute, end: 19 * minute, limit: 2) == [])
  }

  @Test func nothingBeforeTheListingOrAfterNowIsGiven() {
    #expect(opens(start: 0, end: nil, limit: 2) == [10, 11])
    #expect(opens(start: nil, end: 9 * minute, limit: 2) == [])
    #expect(opens(start: 101 * minute, end: nil, limit: 2) == [])
    #expect(opens(start: .max, end: .max, limit: 2) == [])
  }

  @Test func monthsAndWeeksAreCountedOnTheirOwnGrid() {
    let day: Int64 = 86_400_000
    let latest: Int64 = 1_708_300_000_000  // 2024-02-18
    let range = RecordedRange(start: nil, end: nil, limit: 2)
    let month = Interval("1M").map { range.openTimes($0, earliest: 0, latest: latest).map(\.description) }
    #expect(month == ["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"])
    let week = Interval("1w").map { range.openTimes($0, earliest: 0, latest: latest).map(\.description) }
    #expect(week == ["2024-02-05T00:00:00Z", "2024-02-12T00:00:00Z"])
    let early = RecordedRange(start: nil, end: 3 * day, limit: 1500)
    #expect(Interval("1M").map { early.openTimes($0, earliest: 0, latest: latest).count } == 1)
  }

  @Test func rowsAreCutAtTheSameEndsAsCandles() throws {
    let lines = "loop,1000\n@time\n0\n500\n".split(separator: "\n")
    let tape = try Tape(lines: lines, file: "t")
    func rows(_ start: Int64?, _ end: Int64?, _ limit: Int) -> Range<Int64> {
      RecordedRange(start: start, end: end, limit: limit).rows(of: tape, earliest: 2000, latest: 5000)
    }
    #expect(rows(nil, nil, 3) == 8..<11)
    #expect(rows(nil, 4000, 2) == 7..<9)
    #expect(rows(0, nil, 2) == 4..<6)
    #expect(rows(2500, 3000, 9) == 5..<7)
    #expect(rows(6000, nil, 9).isEmpty)
    func rows(from row: Int64) -> Range<Int64> {
      RecordedRange(start: nil, end: nil, limit: 2, firstRow: row).rows(of: tape, earliest: 2000, latest: 5000)
    }
    #expect(rows(from: 6) == 6..<8 && rows(from: 0) == 4..<6 && rows(from: 10) == 10..<11 && rows(from: 50).isEmpty)
  }
}
