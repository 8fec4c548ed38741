internal import Contract
internal import Model

/// One instrument and timeframe that is watched: what is asked for each of its bars, when, and what is said of it. Pure;
/// time is an argument.
struct SpikeWatchState {
  /// The halves of a bar, which are asked for apart.
  enum Half: Hashable, Sendable, CaseIterable {
    case candle
    case openInterest
  }

  /// What a bar was when it was looked at.
  struct Outcome: Equatable {
    /// What it is, if it is one.
    let spike: Spike?
    /// Whether the patience with it was over before both halves were there.
    let isLate: Bool
  }

  let instrument: Instrument
  let rule: SpikeRule
  private var series: SpikeSeries
  private var delay: Int64
  /// The end of the bar that is looked at next.
  private(set) var bar: Timestamp
  /// When to ask, or to look at the bar with what there is.
  private(set) var due: Timestamp
  private var attempts = 0
  private var underway: Set<Half> = []
  /// The end of the newest bar of which each half is known.
  private var newest: [Half: Timestamp] = [:]

  /// A series that is asked for so long after the end of each bar, from the next one that ends.
  init(_ instrument: Instrument, _ rule: SpikeRule, delay: Int64, now: Timestamp) {
    self.instrument = instrument
    self.rule = rule
    self.delay = delay
    series = SpikeSeries(instrument, rule: rule)
    bar = rule.timeframe.endTime(ofCandleAt: rule.timeframe.openTime(containing: now))
    due = bar.advanced(byMilliseconds: delay)
  }

  /// Until when both halves of the bar are waited for.
  var deadline: Timestamp { bar.advanced(byMilliseconds: SpikeRule.patienceMilliseconds) }

  /// Whether an answer is awaited: nothing else happens until it is there.
  var isAsking: Bool { !underway.isEmpty }

  /// The halves of the bar that are not known.
  var missing: [Half] { Half.allCases.filter { newest[$0] != bar } }

  /// Its place in the cycle has changed, from the next bar on.
  mutating func move(to delay: Int64) {
    self.delay = delay
  }

  /// It is time: gives the questions to ask; none when the bar is looked at as it is, which may have an outcome.
  mutating func advance(now: Timestamp) -> (questions: [(half: Half, query: HistoryQuery)], outcome: Outcome?) {
    guard underway.isEmpty, now >= due || hasLeaptBack(now) else { return ([], nil) }
    realign(now)
    guard now >= due else { return ([], nil) }
    let missing = missing
    guard now < deadline, !missing.isEmpty else { return ([], judge(now: now)) }
    attempts += 1
    underway = Set(missing)
    return (missing.map { ($0, query(for: $0, now: now)) }, nil)
  }

  /// The candles that were asked for; `nil` when they could not be had.
  mutating func receive(candles: [Candle]?, now: Timestamp) -> Outcome? {
    let closed = (candles ?? []).filter { $0.isClosed && $0.interval == rule.timeframe }
    series.add(closed)
    return receive(.candle, closed.map { rule.timeframe.endTime(ofCandleAt: $0.openTime) }, now: now)
  }

  /// The samples that were asked for; `nil` when they could not be had.
  mutating func receive(samples: [OpenInterest]?, now: Timestamp) -> Outcome? {
    series.add(samples ?? [])
    return receive(.openInterest, (samples ?? []).map(\.exchangeTime), now: now)
  }

  private mutating func receive(_ half: Half, _ ends: [Timestamp], now: Timestamp) -> Outcome? {
    guard underway.remove(half) != nil else { return nil }
    // What comes of another bar than the one asked for proves nothing about that one.
    if let last = ends.filter({ $0 <= bar }).max() { newest[half] = max(newest[half] ?? last, last) }
    guard underway.isEmpty else { return nil }
    if missing.isEmpty || now >= deadline { return judge(now: now) }
    due = SpikeSchedule.retry(after: attempts, at: now, before: deadline) ?? deadline
    return nil
  }

  /// Looks at the bar and goes on to the next one.
  private mutating func judge(now: Timestamp) -> Outcome? {
    let isLate = !missing.isEmpty
    switch series.judge(now: now) {
    case .waiting where now < deadline:
      // Both halves came, and one of them without what is compared.
      due = deadline
      return nil
    case .spike(let spike):
      begin(rule.timeframe.endTime(ofCandleAt: bar))
      return Outcome(spike: spike, isLate: isLate)
    case .waiting, .settled, .quiet:
      begin(rule.timeframe.endTime(ofCandleAt: bar))
      return Outcome(spike: nil, isLate: isLate)
    }
  }

  private mutating func begin(_ bar: Timestamp) {
    self.bar = bar
    attempts = 0
    due = bar.advanced(byMilliseconds: delay)
  }

  /// Whether the clock was set so far back that the bar is not the next one any more.
  private func hasLeaptBack(_ now: Timestamp) -> Bool {
    bar.milliseconds(since: now) > rule.timeframe.nominalMilliseconds
  }

  /// After a leap of the clock, forward or back: on to the bar that ended last, or that ends next.
  private mutating func realign(_ now: Timestamp) {
    let current = rule.timeframe.openTime(containing: now)
    let next = rule.timeframe.endTime(ofCandleAt: current)
    if bar < current {
      begin(current)
    } else if bar > next {
      // What was known is of a time that has not come.
      series = SpikeSeries(instrument, rule: rule)
      newest = [:]
      begin(next)
    }
  }

  /// What is not known of the bars that the newest one is measured against, and of that one itself.
  private func query(for half: Half, now: Timestamp) -> HistoryQuery {
    let step = rule.timeframe
    // A candle is known by its open time, a sample by its stamp, which is the bar's end.
    let last = half == .candle ? step.openTime(-1, after: bar) : bar
    let first = step.openTime(-SpikeRule.baselineBars, after: last)
    let known = newest[half].map { half == .candle ? $0 : step.endTime(ofCandleAt: $0) }
    let start = max(first, known ?? first)
    let count = Int(last.milliseconds(since: start) / step.nominalMilliseconds) + 1
    return HistoryQuery(instrument: instrument, interval: step, start: start, end: last, limit: count, now: now)
  }
}
