internal import Model

/// Keeps the candles of one topic whole: their order, the end of each, what is missing and what is corrected. Decides
/// without a clock or a wire: what happened goes in with its time, what must be done comes out.
struct CandleKeeper {
  enum Action: Equatable {
    /// Hand it on.
    case publish(Candle)
    /// A final that was handed on has other values, or one comes that live data has gone on without: its revision.
    case revise(Candle, Int)
    /// A candle that says nothing new was left out.
    case drop
    /// Ask REST for the closed candles that open in a range, both ends inclusive.
    case ask(question: Int, from: Timestamp, to: Timestamp)
    /// Live data goes on without so many candles; the first and last opening then.
    case goOn(missing: Int, from: Timestamp, to: Timestamp)
    /// The ledger of gaps is to be told.
    case gap(GapStep)
  }

  /// The question for the hole that live data waits behind; questions for what it has gone on without are higher.
  static let holeQuestion = 0

  let interval: Interval
  private let terms: RepairTerms
  var sequence: CandleSequenceState
  /// Where the exchange marks no final.
  private(set) var closing: CandleClosingState?
  var memory = CandleMemory()
  /// While a hole is open.
  private var pace: RepairPaceState
  /// Until when candles are held back, in monotonic milliseconds; `nil` when none is.
  private var holdDeadline: Int64?
  /// What is asked for though live data has gone on.
  var late: [CandleRepair] = []
  private var gaps = GapNumbers()
  /// Gaps during which REST has brought something.
  private var repaired: Set<Int> = []
  /// When the stream last delivered.
  private var lastHeard: Timestamp?
  /// The candle it delivered last, with no break since.
  private var lastOpenTime: Timestamp?

  init(interval: Interval, marksFinals: Bool, terms: RepairTerms = RepairTerms()) {
    self.interval = interval
    self.terms = terms
    sequence = CandleSequenceState(interval: interval, longestHole: terms.longestCandleHole)
    closing = marksFinals ? nil : CandleClosingState(interval: interval)
    pace = RepairPaceState(terms)
  }

  // MARK: The stream

  /// A candle from the stream.
  mutating func receive(_ candle: Candle, _ now: Moment) -> [Action] {
    lastHeard = candle.receiveTime
    lastOpenTime = candle.openTime
    guard let candles = closing?.receive(candle) else { return follow(candle, now) }
    return candles.flatMap { follow($0, now) }
  }

  /// Whether a candle is a further state of the one now forming, with nothing missing, as nearly all are: then it is to be
  /// handed on, and nothing else is to be done nor later than before.
  mutating func follows(_ candle: Candle) -> Bool {
    guard lastOpenTime == candle.openTime, !candle.isClosed, holdDeadline == nil, sequence.goesOn(with: candle),
      closing?.goesOn(with: candle) ?? true
    else { return false }
    lastHeard = candle.receiveTime
    return true
  }

  /// The candle now forming, from elsewhere than the stream.
  mutating func receiveSnapshot(_ candle: Candle, _ now: Moment) -> [Action] {
    closing?.receiveSnapshot(candle)
    return obey(sequence.receive(candle, fromStream: false), now)
  }

  /// The stream broke.
  mutating func interrupt(_ cause: GapCause, _ now: Moment) -> [Action] {
    closing?.interrupt()
    lastOpenTime = nil
    if let gap = sequence.brokenGap { return cause == .ban ? [.gap(.change(gap, .cause(.ban)))] : [] }
    let gap = gaps.next()
    sequence.interrupt(gap: gap)
    return [.gap(.open(gap, cause, from: min(lastHeard ?? now.wallClock, now.wallClock), to: nil))]
  }

  /// The stream is there again: what is missing is asked for soon.
  mutating func restore(_ now: Moment) {
    pace.restart(now: now.monotonic)
    for index in late.indices { late[index].restart(now: now.monotonic) }
  }

  private mutating func follow(_ candle: Candle, _ now: Moment) -> [Action] {
    obey(sequence.receive(candle), now)
  }

  /// Whether the stream has shown a state of the same candle before, with no break since.
  func isFurther(_ candle: Candle) -> Bool { lastOpenTime == candle.openTime }

  // MARK: The clock

  /// How long until `tick` has something to do, in milliseconds; `nil` when only an event can change anything.
  func delay(_ now: Moment) -> Int64? {
    var least = Int64.max
    for time in [closing?.deadline, finalDeadline] {
      if let time { least = min(least, time.milliseconds(since: now.exchangeTime)) }
    }
    for time in [pace.nextTime, holdDeadline, late.lazy.map(\.deadline).min()] {
      if let time { least = min(least, time - now.monotonic) }
    }
    return least == .max ? nil : max(0, least)
  }

  /// When the final that comes next is asked for, by the exchange's clock, where the exchange marks finals.
  private var finalDeadline: Timestamp? {
    guard closing == nil, !sequence.isHolding, !pace.isAsking, !sequence.isFull, let expected = sequence.expected else {
      return nil
    }
    return interval.endTime(ofCandleAt: expected).advanced(byMilliseconds: terms.finalDelay)
  }

  mutating func tick(_ now: Moment) -> [Action] {
    var actions: [Action] = []
    switch closing?.tick(now: now.exchangeTime) {
    case .final(let candle): actions += follow(candle, now)
    case .unseen(let openTime): actions += expect(through: openTime)
    case nil: break
    }
    if let expected = sequence.expected, let deadline = finalDeadline, deadline <= now.exchangeTime {
      let passed = now.exchangeTime.advanced(byMilliseconds: -terms.finalDelay)
      let last = interval.openTime(-1, after: interval.openTime(containing: passed))
      // The exchange's candles may stand on another grid than ours.
      actions += expect(through: max(expected, last))
    }
    if let holdDeadline, holdDeadline <= now.monotonic { actions += obey(sequence.leave(), now) }
    if pace.isDue(now: now.monotonic) { actions += askForHole() }
    return actions + tickLate(now)
  }

  private mutating func expect(through openTime: Timestamp) -> [Action] {
    sequence.expect(through: openTime) ? askForHole() : []
  }

  // MARK: What was asked for

  private mutating func askForHole() -> [Action] {
    guard let hole = sequence.hole else {
      // It was filled or left while a further question was due.
      pace.answered()
      return []
    }
    guard pace.begin() else { return [] }
    return [.ask(question: CandleKeeper.holeQuestion, from: hole.from, to: hole.to)]
  }

  /// What a question brought; `nil` when the exchange could not be asked.
  mutating func receiveFetched(_ page: CandlePage?, question: Int, _ now: Moment) -> [Action] {
    guard question == CandleKeeper.holeQuestion else { return receiveLate(page, question, now) }
    guard let before = sequence.hole else {
      pace.answered()
      return []
    }
    guard let page else {
      pace.failed(now: now.monotonic)
      return noteSkipped(before)
    }
    pace.answered()
    // An answer to a question of before says nothing of an earlier time.
    let known = page.from <= before.from ? page.knownThrough : nil
    let steps = sequence.receiveFetched(page.candles, knownThrough: known)
    noteRepair(steps, of: before)
    var actions = noteFetched(steps, of: before) + obey(steps, now)
    // Candles beyond the hole may be finals again, with other values.
    actions += page.candles.filter { $0.isClosed && $0.openTime < before.from }.flatMap { compare($0) }
    // With nothing that waits the next candle's end is soon enough: the exchange may simply have none yet.
    if sequence.hole != nil, sequence.isHolding, !pace.isAsking { pace.failed(now: now.monotonic) }
    return actions
  }

  /// REST has brought something for the gaps that are open.
  private mutating func noteRepair(_ steps: [CandleSequenceState.Action], of hole: CandleHole) {
    guard !steps.isEmpty else { return }
    if let gap = hole.gap { repaired.insert(gap) }
    if let gap = sequence.brokenGap { repaired.insert(gap) }
  }

  /// A final that the stream did not show though it stood, and REST did, is a gap that is filled at once.
  private mutating func noteFetched(_ steps: [CandleSequenceState.Action], of hole: CandleHole) -> [Action] {
    guard closing == nil, hole.gap == nil, sequence.brokenGap == nil else { return [] }
    let published = steps.compactMap { step in
      if case .publish(let candle) = step, candle.openTime <= hole.to { candle.openTime } else { nil }
    }
    guard let first = published.first, let last = published.last else { return [] }
    return [.gap(.note(.skipped, from: first, to: interval.endTime(ofCandleAt: last), .filled(.rest)))]
  }

  /// The exchange cannot be asked for what the stream did not show: that is a gap, if it is not part of one.
  private mutating func noteSkipped(_ hole: CandleHole) -> [Action] {
    guard hole.gap == nil, sequence.brokenGap == nil else { return [] }
    let gap = gaps.next()
    sequence.name(gap: gap)
    return [.gap(.open(gap, .skipped, from: hole.from, to: nil))]
  }

  // MARK: Obeying the order

  private mutating func obey(_ steps: [CandleSequenceState.Action], _ now: Moment) -> [Action] {
    var actions: [Action] = []
    for step in steps {
      switch step {
      case .publish(let candle):
        if candle.isClosed { memory.remember(candle) }
        actions.append(.publish(candle))
      case .drop(let candle): actions += drop(candle)
      case .followed(let gap):
        let source: GapRecord.Source = repaired.remove(gap) == nil ? .stream : .rest
        actions.append(.gap(.change(gap, .filled(source))))
      case .open(let hole): actions += open(hole, now)
      case .absent(let from, let to):
        actions.append(.gap(.note(.noTrade, from: from, to: interval.endTime(ofCandleAt: to), .filled(.rest))))
      case .close(let hole): actions += close(hole)
      case .leave(let hole): actions += leave(hole, now)
      }
    }
    holdDeadline = sequence.isHolding ? holdDeadline ?? now.monotonic + terms.candleHold : nil
    return actions
  }

  private mutating func open(_ hole: CandleHole, _ now: Moment) -> [Action] {
    if let gap = hole.gap { return [.gap(.change(gap, .delivered(at: now.wallClock)))] + askForHole() }
    // Seen from elsewhere while the stream is broken, it is a part of that.
    guard sequence.brokenGap == nil else { return askForHole() }
    let gap = gaps.next()
    sequence.name(gap: gap)
    let end = interval.endTime(ofCandleAt: hole.to)
    return [.gap(.open(gap, .skipped, from: hole.from, to: end))] + askForHole()
  }

  private mutating func close(_ hole: CandleHole) -> [Action] {
    holdDeadline = nil
    guard let gap = hole.gap else { return [] }
    let source: GapRecord.Source = repaired.remove(gap) == nil ? .stream : .rest
    return [
      .gap(.change(gap, .delivered(at: interval.endTime(ofCandleAt: hole.to)))), .gap(.change(gap, .filled(source))),
    ]
  }

  private mutating func leave(_ hole: CandleHole, _ now: Moment) -> [Action] {
    holdDeadline = nil
    let count = interval.count(from: hole.from, through: hole.to)
    let told: [Action] = [.goOn(missing: count, from: hole.from, to: hole.to)]
    let gap = hole.gap ?? gaps.next()
    let opened: [Action] =
      hole.gap != nil
      ? [] : [.gap(.open(gap, .skipped, from: hole.from, to: interval.endTime(ofCandleAt: hole.to)))]
    guard count <= terms.longestCandleHole else {
      return told + opened + [.gap(.change(gap, .unfillable(missing: Int64(count))))]
    }
    var actions = told + opened
    if late.count >= CandleRepair.most { actions += give(up: late.removeFirst()) }
    let missing = (0..<count).map { interval.openTime($0, after: hole.from) }
    late.append(CandleRepair(question: gap + 1, gap: gap, missing: missing, began: now.monotonic, terms))
    return actions
  }

  /// A candle that comes too late: a correction, one that is still asked for, or nothing new.
  private mutating func drop(_ candle: Candle) -> [Action] {
    guard candle.isClosed else { return [.drop] }
    for index in late.indices where late[index].take(candle.openTime) {
      memory.remember(candle, revision: 1)
      return [.revise(candle, 1)] + settle(index)
    }
    let actions = compare(candle)
    return actions.isEmpty ? [.drop] : actions
  }

  private mutating func compare(_ candle: Candle) -> [Action] {
    if case .revised(let number) = memory.compare(candle) { [.revise(candle, number)] } else { [] }
  }

  /// The topic is over: gaps that are open can no longer be filled.
  func end() -> [Action] {
    let open = Set(sequence.brokenGaps + sequence.heldGaps + (sequence.hole?.gap.map { [$0] } ?? []))
    return open.sorted().map { .gap(.change($0, .unfillable(missing: nil))) } + late.flatMap { give(up: $0) }
  }
}
