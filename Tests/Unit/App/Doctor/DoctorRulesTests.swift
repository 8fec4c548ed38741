import Contract
import Model
import Support
import Testing

@testable import App

@Suite struct DoctorRulesTests {
  private static let now = Timestamp(microseconds: 1_800_000_030_000_000)
  /// The open time of the running minute.
  private static let running: Int64 = 1_800_000_000_000

  private func candles(_ opens: [Int64], closed: (Int64) -> Bool = { $0 < running }) -> [Candle] {
    opens.map { open in
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: open * 1000),
        open: .zero,
        high: .zero, low: .zero, close: .zero, baseVolume: .zero, quoteVolume: nil, tradesCount: nil,
        isClosed: closed(open), receiveTime: .epoch)
    }
  }

  private func difference(_ candles: [Candle], limit: Int = 3, mustBeFull: Bool = false) -> String? {
    DoctorRules.difference(in: candles, .oneMinute, limit: limit, mustBeFull: mustBeFull, now: Self.now)
  }

  private static func minutes(_ numbers: [Int64]) -> [Int64] { numbers.map { running + $0 * 60_000 } }

  @Test func candlesAsDeclaredHaveNoDifference() {
    #expect(difference(candles(Self.minutes([-2, -1, 0]))) == nil)
    #expect(difference(candles(Self.minutes([-2, -1, 0])), mustBeFull: true) == nil)
    #expect(difference(candles(Self.minutes([0]))) == nil)
    // By the exchange's clock the minute before may not be over yet.
    #expect(difference(candles(Self.minutes([-2, -1, 0]), closed: { $0 < Self.running - 60_000 })) == nil)
  }

  @Test func eachDifferenceOfCandlesIsNamed() {
    #expect(difference([]) == "no row came")
    #expect(difference(candles([Self.running + 1]))?.contains("not on the grid of 1m") == true)
    #expect(difference(candles(Self.minutes([0, -1])))?.hasPrefix("rows are not ascending: ") == true)
    #expect(difference(candles(Self.minutes([-1, -1])))?.hasPrefix("rows are not ascending: ") == true)
    #expect(difference(candles(Self.minutes([-2, 0])))?.hasPrefix("rows are missing between ") == true)
    #expect(difference(candles(Self.minutes([-3, -2, -1, 0]))) == "3 rows were asked for, 4 came")
    #expect(
      difference(candles(Self.minutes([-1, 0])), mustBeFull: true)
        == "a page has 3 rows by the declaration, 2 came")
    #expect(
      difference(candles(Self.minutes([-2, -1, 0]), closed: { _ in false }))?.hasSuffix("is not said to be over")
        == true)
    #expect(
      difference(candles(Self.minutes([-2, -1])))?.hasSuffix("is over: the running candle is missing") == true)
  }

  @Test func aCandleThatHasJustBegunMayBeMissing() {
    let rows = candles(Self.minutes([-2, -1]))
    for (late, isMissed) in [(Int64(5000), false), (5001, true)] {
      let now = Timestamp(microseconds: (Self.running + late) * 1000)
      let difference = DoctorRules.difference(in: rows, .oneMinute, limit: 3, mustBeFull: false, now: now)
      #expect((difference != nil) == isMissed)
    }
  }

  @Test func eachDifferenceOfSamplesIsNamed() {
    func difference(_ minutes: [Int64], _ period: Interval? = .oneMinute) -> String? {
      DoctorRules.difference(
        in: Self.minutes(minutes).map { Timestamp(microseconds: $0 * 1000) }, period: period, limit: 2, now: Self.now)
    }
    #expect(difference([-2, -1]) == nil)
    #expect(difference([]) == "no row came")
    #expect(difference([-1, -2])?.hasPrefix("rows are not ascending") == true)
    #expect(difference([-3, -2, -1]) == "2 rows were asked for, 3 came")
    #expect(difference([2])?.hasSuffix("which is to come") == true)
    #expect(difference([-1], Interval("1h"))?.hasSuffix("not on the grid of 1h") == true)
    #expect(difference([-1], nil) == nil)
  }

  @Test func fundingSettlesSoonAndNotInThePast() {
    func difference(minutes: Int64) -> String? {
      DoctorRules.difference(
        in: FundingRate(
          instrument: ToyExchange.alpha, exchangeTime: Self.now, rate: .zero,
          settlementTime: Self.now.advanced(byMilliseconds: minutes * 60_000), intervalHours: nil),
        now: Self.now)
    }
    #expect(difference(minutes: 1) == nil)
    #expect(difference(minutes: -1) == nil)
    #expect(difference(minutes: -2)?.hasSuffix("is past") == true)
    #expect(difference(minutes: 24 * 60) == nil)
    #expect(difference(minutes: 24 * 60 + 1)?.hasSuffix("over a day away") == true)
  }

  @Test func openInterestIsOfNowAndNotNegative() {
    func difference(_ quantity: FixedDecimal, minutes: Int64) -> String? {
      DoctorRules.difference(
        in: OpenInterest(
          instrument: ToyExchange.alpha, exchangeTime: Self.now.advanced(byMilliseconds: minutes * 60_000),
          quantity: quantity, notional: nil),
        now: Self.now)
    }
    #expect(difference(.zero, minutes: -60) == nil)
    #expect(difference(FixedDecimal(-1), minutes: 0) == "the open interest is negative")
    #expect(difference(.zero, minutes: -61)?.hasPrefix("the open interest is of ") == true)
    #expect(difference(.zero, minutes: 61)?.hasPrefix("the open interest is of ") == true)
  }

  @Test func volumesHoldTheInstrumentAndAreNotNegative() {
    func difference(_ rows: KeyValuePairs<String, Int>) -> String? {
      DoctorRules.difference(
        in: rows.map { InstrumentVolume(symbol: $0.key, quoteVolume: FixedDecimal($0.value)) }, of: ToyExchange.alpha)
    }
    #expect(difference(["BETAUSD": 1, "ALPHAUSD": 0]) == nil)
    #expect(difference(["BETAUSD": 1]) == "ALPHAUSD is missing")
    #expect(difference(["ALPHAUSD": 1, "BETAUSD": -1]) == "the volume of BETAUSD is negative")
  }

  @Test func aListHasEachSymbolOnceAndSomethingInTrading() {
    func instrument(_ symbol: String, _ status: Instrument.Status = .trading) -> Instrument {
      Instrument(
        exchange: ToyExchange.alpha.exchange, symbol: symbol, base: "A", quote: "USD", kind: .perpetual, status: status,
        tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
    }
    #expect(DoctorRules.difference(in: [instrument("A"), instrument("B")]) == nil)
    #expect(DoctorRules.difference(in: [instrument("A"), instrument("A")]) == "A is listed twice")
    #expect(DoctorRules.difference(in: [instrument("")]) == "an instrument has no symbol")
    #expect(DoctorRules.difference(in: []) == "no instrument is in trading")
  }
}
