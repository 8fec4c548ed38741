import Model
import Testing

@testable import Services

@Suite struct SpikeSeriesTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
  private static let rule = SpikeRule.all[0]
  /// The end of bar 0.
  private static let origin = Timestamp(milliseconds: 1_800_000_000_000) ?? .epoch

  private func end(_ bar: Int) -> Timestamp { Self.rule.timeframe.openTime(bar, after: Self.origin) }

  private func candle(endingAt bar: Int, volume: Int, isClosed: Bool = true) -> Candle {
    Candle(
      instrument: Self.instrument, interval: Self.rule.timeframe, openTime: end(bar - 1), open: .zero, high: .zero,
      low: .zero, close: .zero, baseVolume: .zero, quoteVolume: FixedDecimal(volume), tradesCount: nil,
      isClosed: isClosed, receiveTime: .epoch)
  }

  private func sample(at bar: Int, value: Int) -> OpenInterest {
    OpenInterest(
      instrument: Self.instrument, exchangeTime: end(bar), quantity: FixedDecimal(1), notional: FixedDecimal(value))
  }

  /// Fifty bars before bar 0: volume 200,000 and 200,002 in turn, open interest 1,000,000 and 1,000,010.
  private func quiet() -> SpikeSeries {
    var series = SpikeSeries(Self.instrument, rule: Self.rule)
    series.add((-50 ... -1).map { candle(endingAt: $0, volume: 200_000 + ($0 & 1) * 2) })
    series.add((-50 ... -1).map { sample(at: $0, value: 1_000_000 + ($0 & 1) * 10) })
    return series
  }

  @Test func aBarFarAboveItsPastIsOneSpike() throws {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 200_010)])
    series.add([sample(at: 0, value: 1_000_006)])
    guard case .spike(let spike) = series.judge(now: end(0)) else {
      Issue.record("no spike")
      return
    }
    // Python: statistics.stdev([200000, 200002] * 25) and of [1000000, 1000010] * 25.
    #expect(abs(try #require(spike.volumeScore) - 8.909545442950499) < 1e-9)
    #expect(abs(try #require(spike.openInterestScore) - 0.19798989873223333) < 1e-9)
    #expect(spike.isConfirmed == false)
    #expect(spike.barEnd == end(0))
    #expect(series.judge(now: end(0)) == .settled)
    #expect(series.judge(now: end(0).advanced(byMilliseconds: 299_999)) == .settled)
  }

  @Test func bothTogetherConfirmIt() {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 200_010)])
    series.add([sample(at: 0, value: 1_000_050)])
    guard case .spike(let spike) = series.judge(now: end(0)) else {
      Issue.record("no spike")
      return
    }
    #expect(spike.isConfirmed)
  }

  @Test func aBarAsUsualIsQuiet() {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 200_002)])
    series.add([sample(at: 0, value: 1_000_000)])
    #expect(series.judge(now: end(0)) == .quiet)
  }

  @Test func anOpenBarIsNotLookedAt() {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 900_000, isClosed: false)])
    series.add([sample(at: 0, value: 1_000_000)])
    #expect(series.judge(now: end(0)) == .waiting(until: end(0).advanced(byMilliseconds: 240_000)))
    #expect(series.judge(now: end(0).advanced(byMilliseconds: 240_000)) == .quiet)
  }

  @Test func aMissingHalfIsWaitedForAndThenUnknown() {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 200_010)])
    let deadline = end(0).advanced(byMilliseconds: 240_000)
    #expect(series.judge(now: end(0)) == .waiting(until: deadline))
    #expect(series.judge(now: deadline.advanced(byMilliseconds: -1)) == .waiting(until: deadline))
    guard case .spike(let spike) = series.judge(now: deadline) else {
      Issue.record("no spike")
      return
    }
    #expect(spike.openInterestScore == nil)
    #expect(spike.volumeScore != nil)
    #expect(spike.isConfirmed == false)
  }

  @Test func aSmallMarketIsLeftAlone() {
    var series = SpikeSeries(Self.instrument, rule: Self.rule)
    series.add(
      (-50 ... -1).map { candle(endingAt: $0, volume: 20_000 + ($0 & 1)) } + [candle(endingAt: 0, volume: 99_999)])
    series.add((-50...0).map { sample(at: $0, value: 1_000_000) })
    #expect(series.judge(now: end(0)) == .quiet)
  }

  @Test func barsWithOneHalfAreNoBaseline() {
    var series = SpikeSeries(Self.instrument, rule: Self.rule)
    series.add((-50...0).map { candle(endingAt: $0, volume: 200_000 + ($0 & 1) * 2 + ($0 == 0 ? 50 : 0)) })
    series.add((-4...0).map { sample(at: $0, value: 1_000_000 + ($0 & 1)) })
    // Four joined bars are too few.
    #expect(series.judge(now: end(0)) == .quiet)
  }

  @Test func openInterestWithoutAWorthIsWorthTheBarsLastPrice() throws {
    var series = SpikeSeries(Self.instrument, rule: Self.rule)
    for bar in -50...0 {
      series.add([
        Candle(
          instrument: Self.instrument, interval: Self.rule.timeframe, openTime: end(bar - 1), open: .zero, high: .zero,
          low: .zero, close: FixedDecimal(1000 + bar), baseVolume: .zero, quoteVolume: FixedDecimal(200_000),
          tradesCount: nil, isClosed: true, receiveTime: .epoch)
      ])
      series.add([
        OpenInterest(
          instrument: Self.instrument, exchangeTime: end(bar), quantity: FixedDecimal(bar == 0 ? 1500 : 1000),
          notional: nil)
      ])
    }
    guard case .spike(let spike) = series.judge(now: end(0)) else {
      Issue.record("no spike")
      return
    }
    // Python: base = [1000 * (1000 + bar) for bar in range(-50, 0)]
    //         (1500 * 1000 - statistics.mean(base)) / statistics.stdev(base)
    #expect(abs(try #require(spike.openInterestScore) - 36.049002596955354) < 1e-9)
    #expect(spike.volumeScore == nil)
  }

  @Test func samplesOffTheGridAreLeftOut() {
    var series = quiet()
    series.add([candle(endingAt: 0, volume: 200_000)])
    series.add([
      OpenInterest(
        instrument: Self.instrument, exchangeTime: end(0).advanced(byMilliseconds: 1000), quantity: .zero,
        notional: FixedDecimal(9_000_000))
    ])
    #expect(series.judge(now: end(0)) == .waiting(until: end(0).advanced(byMilliseconds: 240_000)))
  }

  @Test func thePublicRulesAreThoseOfTheContract() {
    #expect(SpikeRule.all.map(\.timeframe.description) == ["5m", "15m", "1h"])
    #expect(SpikeRule.all.map(\.threshold) == [3.0, 2.5, 2.0])
    #expect(SpikeRule.all.map(\.openInterestFloor.description) == ["500000", "1000000", "2500000"])
    #expect(SpikeRule.all.map(\.volumeFloor.description) == ["100000", "250000", "1000000"])
  }
}
