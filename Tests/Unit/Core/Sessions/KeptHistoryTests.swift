import Contract
import Model
import Support
import Testing

@testable import Sessions

@Suite struct KeptHistoryTests {
  private func rate(_ hour: Int64) -> FundingRate {
    let time = Timestamp(microseconds: hour * 3_600_000_000)
    return FundingRate(
      instrument: ToyExchange.alpha, exchangeTime: time, rate: FixedDecimal(1), settlementTime: time,
      intervalHours: nil)
  }

  private func learn(_ kept: KeptRows<FundingRate>, _ hours: ClosedRange<Int64>, of instrument: Instrument) {
    let rows = hours.map(rate)
    kept.learn(
      rows[...], from: rate(hours.lowerBound).settlementTime, through: rate(hours.upperBound).settlementTime,
      of: SeriesKey(instrument, nil))
  }

  @Test func seriesAreApart() {
    let kept = KeptRows<FundingRate>(limitBytes: 1 << 20)
    learn(kept, 1...3, of: ToyExchange.alpha)
    learn(kept, 4...4, of: ToyExchange.alpha)
    learn(kept, 5...6, of: ToyExchange.beta)
    #expect(kept.read(SeriesKey(ToyExchange.alpha, nil)) { $0.count } == 4)
    #expect(kept.read(SeriesKey(ToyExchange.beta, nil)) { $0.count } == 2)
    #expect(kept.read(SeriesKey(ToyExchange.beta, .oneMinute)) { $0.count } == 0)
  }

  @Test func aCorrectionTakesTheRowsPlaceAndIsCounted() {
    let kept = KeptRows<FundingRate>(limitBytes: 1 << 20)
    learn(kept, 1...3, of: ToyExchange.alpha)
    #expect(kept.corrections == 0)
    let time = rate(2).settlementTime
    let corrected = FundingRate(
      instrument: ToyExchange.alpha, exchangeTime: time, rate: FixedDecimal(9), settlementTime: time,
      intervalHours: nil)
    kept.correct(corrected, through: time, of: SeriesKey(ToyExchange.alpha, nil))
    #expect(kept.corrections == 1)
    let rates = kept.read(SeriesKey(ToyExchange.alpha, nil)) { series in
      series.run(from: self.rate(1).settlementTime).map { series.rows($0.indices, of: $0).map(\.rate) }
    }
    #expect(rates == [FixedDecimal(1), FixedDecimal(9), FixedDecimal(1)])
  }

  @Test func theBytesAreBoundedAndTheSeriesLeastAskedForGoes() {
    let kept = KeptRows<FundingRate>(limitBytes: 12_000)
    learn(kept, 1...100, of: ToyExchange.alpha)
    let one = kept.bytes
    #expect(one > 100 * MemoryLayout<FundingRate>.stride && one < 12_000)
    learn(kept, 1...100, of: ToyExchange.beta)
    #expect(kept.bytes <= 12_000)
    #expect(kept.read(SeriesKey(ToyExchange.alpha, nil)) { $0.count } == 0)
    #expect(kept.read(SeriesKey(ToyExchange.beta, nil)) { $0.count } == 100)
  }
}
