internal import Model

/// Closed candles that are missing in a topic.
struct CandleHole: Equatable {
  /// The open time of the first one that is still missing.
  var from: Timestamp
  /// The open time of the last one.
  var to: Timestamp
  /// The gap it belongs to, once there is one.
  var gap: Int?
}

/// Keeps the candles of one topic honest: in order, each final exactly once, no closed candle missing.
///
/// A live candle that does not follow the last one is held back while the missing finals are fetched; they go out first.
/// A break of the stream is seen through by the first candle after it: it follows, or there is a hole.
struct CandleSequenceState {
  enum Action: Equatable {
    /// Hand it on.
    case publish(Candle)
    /// It comes too late: its time has passed, or its final has been sent.
    case drop(Candle)
    /// The first candle after a break follows the last one before it.
    case followed(gap: Int)
    /// A candle waits behind this hole: its finals are to be fetched.
    case open(CandleHole)
    /// The exchange has no such candles; the first and last opening then.
    case absent(from: Timestamp, to: Timestamp)
    /// All there is of a hole has been handed on.
    case close(CandleHole)
    /// What follows goes on without these.
    case leave(CandleHole)
  }

  private struct Held {
    let candle: Candle
    /// The breaks it is the first candle after, in their order.
    var gaps: [Int] = []
  }

  /// Finals held behind a hole; with more than this it is left.
  static let maxHeldFinals = 64
  /// The longest hole that is filled unless told otherwise, in candles.
  static let maxHole = 1000

  private let interval: Interval
  /// The longest hole that is filled here, in candles.
  private let longestHole: Int
  /// The open time of the final that comes next.
  private(set) var next: Timestamp?
  private(set) var hole: CandleHole?
  /// Ascending.
  private var heldFinals: [Held] = []
  private var heldOpen: Held?
  /// The breaks that no candle has come after yet.
  private(set) var brokenGaps: [Int] = []
  /// The open time of a candle that stood too far ahead to be believed at once.
  private var leap: Timestamp?

  init(interval: Interval, longestHole: Int = CandleSequenceState.maxHole) {
    (self.interval, self.longestHole) = (interval, longestHole)
  }

  /// Whether candles wait behind a hole.
  var isHolding: Bool { !heldFinals.isEmpty || heldOpen != nil }

  /// Whether the hole is as long as one may be.
  var isFull: Bool { (hole.map(count) ?? 0) >= longestHole }

  /// The breaks that candles which are held came after.
  var heldGaps: [Int] { (heldFinals + (heldOpen.map { [$0] } ?? [])).flatMap(\.gaps) }

  /// The break that the next candle comes after.
  var brokenGap: Int? { brokenGaps.last }

  /// The open time of the final that is due next but for those that are missing already.
  var expected: Timestamp? { hole.map { after($0.to) } ?? next }

  // MARK: What happens

  /// Whether an open candle is one more state of the one that is due next, which is then taken in and to be handed on.
  mutating func goesOn(with candle: Candle) -> Bool {
    guard hole == nil, brokenGaps.isEmpty, next == candle.openTime else { return false }
    leap = nil
    return true
  }

  /// A candle, from the stream or from elsewhere.
  mutating func receive(_ candle: Candle, fromStream: Bool = true) -> [Action] {
    guard fromStream else { return take(Held(candle: candle)) }
    let gaps = brokenGaps
    brokenGaps = []
    return take(Held(candle: candle, gaps: gaps))
  }

  /// The stream broke; the gap is named if none is waiting for its first candle.
  mutating func interrupt(gap: Int) { if brokenGaps.isEmpty { brokenGaps = [gap] } }

  /// The candles up to the one that opens then are over, and the stream did not show their end. Whether any is missing.
  mutating func expect(through openTime: Timestamp) -> Bool {
    guard let next, !isHolding else { return false }
    let from = hole?.from ?? next
    let to = min(openTime, interval.openTime(longestHole - 1, after: from))
    guard from <= to else { return false }
    hole = CandleHole(from: from, to: max(to, hole?.to ?? to), gap: hole?.gap)
    return true
  }

  /// The hole is part of a gap.
  mutating func name(gap: Int) { hole?.gap = gap }

  /// What a question brought: candles, ascending. The exchange has no others before `knownThrough`.
  mutating func receiveFetched(_ candles: [Candle], knownThrough: Timestamp?) -> [Action] {
    guard let hole else { return [] }
    let finals = Dictionary(
      candles.filter(\.isClosed).map { ($0.openTime, $0) }, uniquingKeysWith: { first, _ in first })
    var actions: [Action] = []
    var absent: (from: Timestamp, to: Timestamp)?
    var time = hole.from
    while time <= hole.to {
      if let final = finals[time] {
        if let run = absent { actions.append(.absent(from: run.from, to: run.to)) }
        absent = nil
        actions += publish(final)
      } else if let knownThrough, time < knownThrough {
        absent = (absent?.from ?? time, time)
      } else {
        break
      }
      time = after(time)
    }
    if let run = absent { actions.append(.absent(from: run.from, to: run.to)) }
    return actions + advance(to: time)
  }

  /// What waits behind the hole goes on without it.
  mutating func leave() -> [Action] {
    guard let hole else { return [] }
    self.hole = nil
    next = after(hole.to)
    return [.leave(hole)] + release()
  }

  // MARK: Parts

  private mutating func take(_ held: Held) -> [Action] {
    let candle = held.candle
    if hole != nil { return hold(held) }
    guard let next, candle.openTime != next else { return publish(held) }
    if candle.openTime < next { return drop(held) }
    let to = interval.openTime(-1, after: candle.openTime)
    // One that does not stand on the grid is no hole.
    guard next <= to else { return publish(held) }
    return open(CandleHole(from: next, to: to, gap: held.gaps.last), holding: held)
  }

  /// One that is dropped does not show what a break has cost: the next one will.
  private mutating func drop(_ held: Held) -> [Action] {
    brokenGaps = held.gaps + brokenGaps
    return [.drop(held.candle)]
  }

  private mutating func open(_ hole: CandleHole, holding held: Held) -> [Action] {
    guard count(of: hole) <= longestHole else { return jump(to: held, over: hole) }
    self.hole = hole
    // The hole is what the last break has cost; those before it have been seen through.
    return [.open(hole)] + hold(Held(candle: held.candle, gaps: held.gaps.dropLast()))
  }

  /// So long a leap is more likely one absurd frame than the truth, and to believe it would end the stream: it is
  /// believed when the next candle says the same.
  private mutating func jump(to held: Held, over hole: CandleHole) -> [Action] {
    guard leap == held.candle.openTime else {
      leap = held.candle.openTime
      return drop(held)
    }
    return [.leave(hole)] + publish(Held(candle: held.candle, gaps: held.gaps.dropLast()))
  }

  private mutating func hold(_ one: Held) -> [Action] {
    guard let hole else { return [] }
    var held = one
    let candle = held.candle
    if candle.openTime < hole.from { return drop(held) }
    var actions: [Action] = []
    if hole.gap == nil, let gap = held.gaps.popLast() {
      // The hole is what the break has cost.
      self.hole?.gap = gap
      if let named = self.hole { actions.append(.open(named)) }
    }
    if candle.openTime == hole.from, candle.isClosed || !isHolding {
      // Its end is due: till that comes, later states of it may be shown.
      actions += publish(held)
      return candle.isClosed ? actions + advance(to: after(candle.openTime)) : actions
    }
    return actions + (candle.isClosed ? hold(final: held, before: hole) : hold(open: held, after: hole))
  }

  /// Only the latest state is held; one of a candle that a later one has followed says nothing new.
  private mutating func hold(open held: Held, after hole: CandleHole) -> [Action] {
    let time = held.candle.openTime
    guard time > hole.to, heldFinals.last.map({ $0.candle.openTime < time }) ?? true,
      heldOpen.map({ $0.candle.openTime <= time }) ?? true
    else { return drop(held) }
    heldOpen = Held(candle: held.candle, gaps: (heldOpen?.gaps ?? []) + held.gaps)
    return []
  }

  private mutating func hold(final held: Held, before hole: CandleHole) -> [Action] {
    let time = held.candle.openTime
    let index = heldFinals.firstIndex { $0.candle.openTime >= time } ?? heldFinals.count
    if index < heldFinals.count, heldFinals[index].candle.openTime == time { return drop(held) }
    heldFinals.insert(held, at: index)
    if let open = heldOpen, open.candle.openTime <= time {
      heldFinals[index].gaps = open.gaps + held.gaps
      heldOpen = nil
    }
    if time <= hole.to { self.hole?.to = interval.openTime(-1, after: time) }
    return heldFinals.count > CandleSequenceState.maxHeldFinals ? leave() : []
  }

  /// All before this time has been dealt with.
  private mutating func advance(to time: Timestamp) -> [Action] {
    guard let hole else { return [] }
    next = max(time, next ?? time)
    guard time > hole.to else {
      self.hole?.from = time
      return []
    }
    self.hole = nil
    return [.close(hole)] + release()
  }

  /// What was held follows as if it came now.
  private mutating func release() -> [Action] {
    let waiting = heldFinals + (heldOpen.map { [$0] } ?? [])
    heldFinals = []
    heldOpen = nil
    return waiting.flatMap { take($0) }
  }

  private mutating func publish(_ held: Held) -> [Action] {
    held.gaps.map { .followed(gap: $0) } + publish(held.candle)
  }

  private mutating func publish(_ candle: Candle) -> [Action] {
    leap = nil
    next = candle.isClosed ? after(candle.openTime) : candle.openTime
    return [.publish(candle)]
  }

  private func after(_ openTime: Timestamp) -> Timestamp { interval.openTime(1, after: openTime) }

  private func count(of hole: CandleHole) -> Int { interval.count(from: hole.from, through: hole.to) }
}

extension Interval {
  /// Candles that open in a range, both ends inclusive.
  func count(from: Timestamp, through to: Timestamp) -> Int {
    from <= to ? Int(to.milliseconds(since: from) / nominalMilliseconds) + 1 : 0
  }
}
