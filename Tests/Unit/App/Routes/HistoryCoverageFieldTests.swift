import Model
import Support
import Testing

@testable import App

@Suite struct HistoryCoverageFieldTests {
  private func row(_ minute: Int64, _ interval: Interval = .oneMinute) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: ToyExchange.alpha, interval: interval, openTime: Timestamp(microseconds: minute * 60_000_000),
      open: one, high: one, low: one, close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: true,
      receiveTime: .epoch)
  }

  private func text(_ minutes: [Int64], isTruncated: Bool = false) -> String? {
    HistoryCoverageField(minutes.map { row($0) }, isTruncated: isTruncated).text
  }

  @Test func aWholePageHasNone() {
    #expect(text([]) == nil && text([1]) == nil && text([1, 2, 3]) == nil)
  }

  @Test func eachSpanWithoutCandlesIsNamed() {
    #expect(
      text([1, 2, 5, 7])
        == "gaps=1970-01-01T00:03:00Z/1970-01-01T00:05:00Z,1970-01-01T00:06:00Z/1970-01-01T00:07:00Z")
  }

  @Test func whatTheExchangeHasForgottenStandsFirst() {
    #expect(text([1, 2], isTruncated: true) == "truncated")
    #expect(text([1, 3], isTruncated: true) == "truncated; gaps=1970-01-01T00:02:00Z/1970-01-01T00:03:00Z")
  }

  @Test func eightAreNamedAndTheRestIsMore() throws {
    let minutes = stride(from: Int64(0), through: 18, by: 2)
    let nine = try #require(text(Array(minutes)))
    #expect(nine.split(separator: ",").count == 9 && nine.hasSuffix(",more"))
    let eight = try #require(text(Array(minutes.dropLast())))
    #expect(eight.split(separator: ",").count == 8 && !eight.contains("more"))
  }

  @Test func monthsAreNoGapsForTheirLength() throws {
    let month = try #require(Interval("1M"))
    // January and February of 1970.
    let rows = [row(0, month), row(31 * 1440, month), row(59 * 1440, month)]
    #expect(HistoryCoverageField(rows, isTruncated: false).text == nil)
  }
}
