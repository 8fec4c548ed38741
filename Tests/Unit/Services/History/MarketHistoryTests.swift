import Contract
import Model
import Testing

@testable import Services

@Suite struct FundingIntervalsTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8)
  private static let hour: Int64 = 3_600_000

  private func rate(_ hour: Int64, lateMilliseconds: Int64 = 0) -> FundingRate {
    let time = Timestamp(microseconds: (hour * Self.hour + lateMilliseconds) * 1000)
    return FundingRate(
      instrument: Self.instrument, exchangeTime: time, rate: FixedDecimal(1), settlementTime: time, intervalHours: nil)
  }

  private func query(start: Int64? = nil, limit: Int) -> HistoryQuery {
    HistoryQuery(
      instrument: Self.instrument, start: start.map { Timestamp(microseconds: $0 * Self.hour * 1000) }, limit: limit)
  }

  @Test func theIntervalIsTheDistanceToTheRowBefore() {
    let rows = FundingIntervals.measured([rate(8), rate(16), rate(20), rate(21)], for: query(limit: 4))
    #expect(rows.map(\.intervalHours) == [nil, 8, 4, 1])
  }

  @Test func theRowAskedForInAdditionIsCutOff() {
    #expect(FundingIntervals.widened(query(limit: 2)).limit == 3)
    let rows = FundingIntervals.measured([rate(0), rate(8), rate(16)], for: query(limit: 2))
    #expect(rows.map(\.intervalHours) == [8, 8])
  }

  @Test func withAStartTheRowsBeforeItOnlyMeasure() {
    let wide = FundingIntervals.widened(query(start: 16, limit: 2))
    #expect(wide.start == Timestamp(microseconds: 8 * Self.hour * 1000))
    #expect(wide.limit == 2 + FundingIntervals.longestHours)
    let rows = FundingIntervals.measured([rate(8), rate(16), rate(24), rate(32)], for: query(start: 16, limit: 2))
    #expect(rows.map(\.settlementTime.milliseconds) == [16 * Self.hour, 24 * Self.hour])
    #expect(rows.map(\.intervalHours) == [8, 8])
  }

  @Test func aSettlementStampedALittleLateStillMeasuresWholeHours() {
    let rows = FundingIntervals.measured([rate(0), rate(8, lateMilliseconds: 5000), rate(16)], for: query(limit: 3))
    #expect(rows.map(\.intervalHours) == [nil, 8, 8])
  }

  @Test func aDistanceThatIsNoWholeHourIsNotGuessed() {
    let rows = FundingIntervals.measured([rate(0), rate(8, lateMilliseconds: 1_000_000)], for: query(limit: 2))
    #expect(rows.last?.intervalHours == nil)
  }
}

@Suite struct OpenInterestCoverageTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8)

  private func sample(_ minute: Int64) -> OpenInterest {
    OpenInterest(
      instrument: Self.instrument, exchangeTime: Timestamp(microseconds: minute * 60_000_000),
      quantity: FixedDecimal(1), notional: nil)
  }

  private func isCut(_ rows: [OpenInterest], limit: Int, start: Timestamp? = nil) -> Bool {
    let query = HistoryQuery(instrument: Self.instrument, interval: Interval("5m"), start: start, limit: limit)
    return MarketHistory.isCut(rows, of: query, keptFrom: Timestamp(microseconds: 100 * 60_000_000))
  }

  @Test func fewerRowsThanWantedFromWhereTheMemoryBeginsAreCut() {
    #expect(isCut([sample(100), sample(105)], limit: 3))
    #expect(isCut([sample(110), sample(115)], limit: 3))
  }

  @Test func allRowsWantedAreNotCut() {
    #expect(!isCut([sample(100), sample(105)], limit: 2))
  }

  @Test func anInstrumentYoungerThanTheMemoryIsNotCut() {
    #expect(!isCut([sample(111), sample(116)], limit: 3))
    #expect(!isCut([], limit: 3))
  }

  @Test func aStartIsJudgedByItself() {
    #expect(!isCut([sample(100)], limit: 3, start: .epoch))
  }
}

@Suite struct CandleFollowersTests {
  private func candle(_ minute: Int64, closed: Bool) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: Instrument(
        exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading,
        tickSize: nil, stepSize: nil, fundingIntervalHours: nil),
      interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000), open: one, high: one, low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: closed, receiveTime: .epoch)
  }

  @Test func aCandleThatAnotherFollowsIsOver() {
    let rows = MarketHistory.closedByFollowers([
      candle(1, closed: true), candle(2, closed: false), candle(3, closed: false),
    ])
    #expect(rows.map(\.isClosed) == [true, true, false])
    #expect(rows.map(\.openTime.milliseconds) == [60_000, 120_000, 180_000])
  }

  @Test func theLastOneIsWhatTheExchangeSaid() {
    #expect(MarketHistory.closedByFollowers([candle(1, closed: true)]).map(\.isClosed) == [true])
    #expect(MarketHistory.closedByFollowers([]).isEmpty)
  }
}

@Suite struct CandleCoverageTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  private func candle(_ minute: Int64) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: time(minute), open: one, high: one, low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: true, receiveTime: .epoch)
  }

  private func query(start: Int64? = nil, limit: Int = 3) -> HistoryQuery {
    HistoryQuery(instrument: Self.instrument, interval: .oneMinute, start: start.map(time), limit: limit)
  }

  private func isCut(_ rows: [Candle], start: Int64? = nil, limit: Int = 3) -> Bool {
    MarketHistory.isCut(rows, of: query(start: start, limit: limit), keptFrom: time(100), page: 10)
  }

  @Test func theFirstCandleKeptIsCountedFromTheRunningOne() {
    #expect(MarketHistory.firstKept(query(), candlesKept: 5000, now: time(9000)) == time(4000))
    #expect(MarketHistory.firstKept(query(), candlesKept: 5000, now: time(100)) == .epoch)
    #expect(MarketHistory.firstKept(query(), candlesKept: nil, now: time(9000)) == nil)
  }

  @Test func candlesFromWhereTheMemoryBeginsAreCut() {
    #expect(isCut([candle(100)], start: 99) && isCut([candle(110)], start: 0))
    #expect(isCut([candle(101), candle(102)]))
    #expect(isCut([], start: 99))
  }

  @Test func whatIsKeptOrYoungerIsNotCut() {
    #expect(!isCut([candle(100)], start: 100) && !isCut([candle(111)], start: 0))
    #expect(!isCut([candle(100), candle(101), candle(102)]))
    #expect(!isCut([candle(111)]) && !isCut([]))
    #expect(!MarketHistory.isCut([candle(0)], of: query(), keptFrom: nil, page: 10))
  }
}
