public import Model

/// The bars of one instrument and timeframe: says of each closed bar once whether it is a spike. Pure; time is an
/// argument.
///
/// A bar is known by its end, which is the stamp of its open interest. It is judged when both its candle and its open
/// interest are there, or when the patience is over, with what there is.
public struct SpikeSeries: Sendable {
  /// What became of the newest bar.
  public enum Verdict: Sendable, Equatable {
    /// Half of it is missing; look again by this time at the latest.
    case waiting(until: Timestamp)
    /// It was judged before, or there is none yet.
    case settled
    /// It is as usual, or too small to matter.
    case quiet
    /// It is a spike.
    case spike(Spike)
  }

  private let instrument: Instrument
  private let rule: SpikeRule
  private var volumes: [Timestamp: FixedDecimal] = [:]
  private var closes: [Timestamp: FixedDecimal] = [:]
  private var samples: [Timestamp: OpenInterest] = [:]
  private var judged: Timestamp?

  /// No bars yet.
  public init(_ instrument: Instrument, rule: SpikeRule) {
    self.instrument = instrument
    self.rule = rule
  }

  /// Adds candles; open ones and those without a quote volume are left out.
  public mutating func add(_ candles: [Candle]) {
    for candle in candles where candle.isClosed && candle.interval == rule.timeframe {
      guard let volume = candle.quoteVolume else { continue }
      let end = rule.timeframe.endTime(ofCandleAt: candle.openTime)
      volumes[end] = volume
      closes[end] = candle.close
    }
    forgetOld()
  }

  /// Adds samples; those off the grid of bars are left out.
  public mutating func add(_ samples: [OpenInterest]) {
    for sample in samples where rule.timeframe.openTime(containing: sample.exchangeTime) == sample.exchangeTime {
      self.samples[sample.exchangeTime] = sample
    }
    forgetOld()
  }

  /// Judges the bar that closed last before now, once.
  public mutating func judge(now: Timestamp) -> Verdict {
    let end = rule.timeframe.openTime(containing: now)
    guard judged.map({ $0 < end }) ?? true else { return .settled }
    let (value, volume) = (worth(at: end), volumes[end])
    let deadline = end.advanced(byMilliseconds: SpikeRule.patienceMilliseconds)
    guard (value != nil && volume != nil) || now >= deadline else { return .waiting(until: deadline) }
    judged = end
    guard value != nil || volume != nil, isLargeEnough(by: end) else { return .quiet }
    let baseline = baseline(before: end)
    let openInterestScore = value.flatMap {
      SpikeScore.score(of: $0, against: baseline.compactMap { worth(at: $0) })
    }
    let volumeScore = volume.flatMap { SpikeScore.score(of: $0, against: baseline.compactMap { volumes[$0] }) }
    let reached = [openInterestScore, volumeScore].compactMap { $0 }.filter { $0 >= rule.threshold }
    guard !reached.isEmpty else { return .quiet }
    return .spike(
      Spike(
        instrument: instrument, timeframe: rule.timeframe, barEnd: end, openInterestScore: openInterestScore,
        volumeScore: volumeScore, isConfirmed: reached.count == 2))
  }

  /// The bars before one that have both halves, as far back as the baseline reaches.
  private func baseline(before end: Timestamp) -> [Timestamp] {
    (1...SpikeRule.baselineBars).map { rule.timeframe.openTime(-$0, after: end) }
      .filter { samples[$0] != nil && volumes[$0] != nil }
  }

  /// What the open interest at a bar's end is worth, in quote units: as the exchange says, else by the bar's last price.
  private func worth(at end: Timestamp) -> FixedDecimal? {
    guard let sample = samples[end] else { return nil }
    return sample.notional ?? closes[end].flatMap { sample.quantity.multiplied(by: $0) }
  }

  /// Both floors are met; a missing half is judged by the bar before it, which is the newest that is known.
  private func isLargeEnough(by end: Timestamp) -> Bool {
    let before = rule.timeframe.openTime(-1, after: end)
    guard let value = worth(at: end) ?? worth(at: before), let volume = volumes[end] ?? volumes[before] else {
      return false
    }
    return value >= rule.openInterestFloor && volume >= rule.volumeFloor
  }

  /// Bars that no baseline of the newest one reaches.
  private mutating func forgetOld() {
    guard let newest = [volumes.keys.max(), samples.keys.max()].compactMap({ $0 }).max() else { return }
    let oldest = rule.timeframe.openTime(-SpikeRule.baselineBars - 1, after: newest)
    volumes = volumes.filter { $0.key >= oldest }
    closes = closes.filter { $0.key >= oldest }
    samples = samples.filter { $0.key >= oldest }
  }
}
