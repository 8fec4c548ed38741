internal import Model

/// Keeps the candles of one topic honest: in order, each final exactly once, no closed candle missing.
///
/// A live candle that does not follow the last one is held back while the missing finals are fetched; they go out first.
struct CandleSequenceState {
  enum Action: Equatable {
    /// Hand it on.
    case publish(Candle)
    /// Fetch the closed candles that open in this range, both ends inclusive.
    case fetch(from: Timestamp, to: Timestamp)
    /// It comes too late: its time has passed, or its final has been sent.
    case drop
    /// Finals that could not be had: so many candles are missing, the first and last opening then.
    case missing(Int, from: Timestamp, to: Timestamp)
  }

  /// Finals held while a fetch is under way; more than this and the oldest hole is given up.
  static let maxHeldFinals = 64
  /// The longest hole that is filled, in candles.
  static let maxHole = 1000

  private let interval: Interval
  /// The last candle handed on.
  private(set) var last: Candle?
  private var hole: (from: Timestamp, to: Timestamp)?
  private var heldFinals: [Candle] = []
  /// The open time of a candle that stood too far ahead to be believed at once.
  private var leap: Timestamp?
  private var heldOpen: Candle?

  init(interval: Interval) {
    self.interval = interval
  }

  /// A candle from the stream.
  mutating func receive(_ candle: Candle) -> [Action] {
    if hole != nil { return hold(candle) }
    guard let last else { return publish([candle]) }
    if candle.openTime < last.openTime { return [.drop] }
    if candle.openTime == last.openTime { return last.isClosed ? [.drop] : publish([candle]) }
    let missingFrom = last.isClosed ? interval.openTime(1, after: last.openTime) : last.openTime
    guard missingFrom < candle.openTime else { return publish([candle]) }
    return open(hole: (missingFrom, interval.openTime(-1, after: candle.openTime)), holding: candle)
  }

  /// The candle that opens at an instant is over, and the stream did not show its end: its final is fetched.
  mutating func expectFinal(of openTime: Timestamp) -> [Action] {
    guard hole == nil, let last, last.openTime == openTime, !last.isClosed else { return [] }
    hole = (openTime, openTime)
    return [.fetch(from: openTime, to: openTime)]
  }

  /// What a fetch brought: closed candles, ascending; empty when it failed for good.
  mutating func receiveFetched(_ candles: [Candle]) -> [Action] {
    guard let (from, to) = hole else { return [] }
    hole = nil
    let wanted = candles.filter { $0.isClosed && $0.openTime >= from && $0.openTime <= to }
    var actions = publish(wanted)
    let missing = openTimes(from: from, to: to, except: Set(wanted.map(\.openTime)))
    if let first = missing.first, let last = missing.last {
      actions.append(.missing(missing.count, from: first, to: last))
    }
    let held = heldFinals + (heldOpen.map { [$0] } ?? [])
    heldFinals = []
    heldOpen = nil
    for candle in held { actions += receiveFollowing(candle) }
    return actions
  }

  /// After a hole was dealt with, what was held follows as it came; it opens no hole before itself again.
  private mutating func receiveFollowing(_ candle: Candle) -> [Action] {
    if let last, candle.openTime < last.openTime || (candle.openTime == last.openTime && last.isClosed) {
      return [.drop]
    }
    return publish([candle])
  }

  private mutating func hold(_ candle: Candle) -> [Action] {
    if let last, candle.openTime <= last.openTime, last.isClosed { return [.drop] }
    if candle.isClosed {
      if heldFinals.contains(where: { $0.openTime == candle.openTime }) { return [.drop] }
      heldFinals.append(candle)
      if heldOpen?.openTime == candle.openTime { heldOpen = nil }
      if heldFinals.count > CandleSequenceState.maxHeldFinals { return receiveFetched([]) }
    } else if heldFinals.last.map({ $0.openTime < candle.openTime }) ?? true {
      heldOpen = candle
    }
    return []
  }

  private mutating func open(hole: (from: Timestamp, to: Timestamp), holding candle: Candle) -> [Action] {
    let length = CandleSequenceState.count(from: hole.from, to: hole.to, interval)
    guard length <= CandleSequenceState.maxHole else { return jump(to: candle, over: hole, missing: length) }
    self.hole = hole
    return [.fetch(from: hole.from, to: hole.to)] + hold(candle)
  }

  /// So long a leap is more likely one absurd frame than the truth, and to believe it would end the stream: it is
  /// believed when the next candle says the same.
  private mutating func jump(
    to candle: Candle, over hole: (from: Timestamp, to: Timestamp), missing: Int
  ) -> [Action] {
    guard leap == candle.openTime else {
      leap = candle.openTime
      return [.drop]
    }
    return [.missing(missing, from: hole.from, to: hole.to)] + publish([candle])
  }

  private mutating func publish(_ candles: [Candle]) -> [Action] {
    leap = nil
    if let candle = candles.last { last = candle }
    return candles.map { .publish($0) }
  }

  private func openTimes(from: Timestamp, to: Timestamp, except known: Set<Timestamp>) -> [Timestamp] {
    (0..<CandleSequenceState.count(from: from, to: to, interval)).map { interval.openTime($0, after: from) }
      .filter { $0 <= to && !known.contains($0) }
  }

  private static func count(from: Timestamp, to: Timestamp, _ interval: Interval) -> Int {
    guard from <= to else { return 0 }
    return Int(to.milliseconds(since: from) / interval.nominalMilliseconds) + 1
  }
}
