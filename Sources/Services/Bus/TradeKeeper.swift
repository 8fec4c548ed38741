internal import Model

/// Keeps the trades of one topic whole, where the exchange counts them without a gap and gives them by their numbers.
/// Decides without a clock or a wire, as `CandleKeeper` does.
struct TradeKeeper {
  enum Action: Equatable {
    /// Hand it on.
    case publish(Trade)
    /// It was handed on before.
    case drop
    /// Ask REST for trades from one number on, no more than so many.
    case ask(from: Int64, count: Int64)
    /// What follows goes on without some trades; since the stream last delivered.
    case goOn(since: Timestamp, until: Timestamp)
    /// The ledger of gaps is to be told.
    case gap(GapStep)
  }

  private let terms: RepairTerms
  private(set) var sequence: TradeSequenceState
  private var pace: RepairPaceState
  private var holdDeadline: Int64?
  private var gaps = GapNumbers()
  private var lastHeard: Timestamp?
  /// When the last trade before the hole was made.
  private var lastTrade: Timestamp?
  /// Whether REST has brought a trade of the hole: what was late comes by the stream.
  private var isRepaired = false

  init(terms: RepairTerms = RepairTerms()) {
    self.terms = terms
    sequence = TradeSequenceState(longestHole: terms.longestTradeHole, recount: terms.recount)
    pace = RepairPaceState(terms)
  }

  /// Whether a trade simply follows the last one: then it is to be handed on, and nothing else is to be done.
  mutating func follows(_ trade: Trade) -> Bool {
    guard sequence.follows(trade) else { return false }
    lastHeard = trade.receiveTime
    lastTrade = trade.exchangeTime
    return true
  }

  /// A trade from the stream.
  mutating func receive(_ trade: Trade, _ now: Moment) -> [Action] {
    lastHeard = trade.receiveTime
    return obey(sequence.receive(trade), now)
  }

  /// The stream broke.
  mutating func interrupt(_ cause: GapCause, _ now: Moment) -> [Action] {
    if let gap = sequence.brokenGap { return cause == .ban ? [.gap(.change(gap, .cause(.ban)))] : [] }
    let gap = gaps.next()
    sequence.interrupt(gap: gap)
    return [.gap(.open(gap, cause, from: min(lastHeard ?? now.wallClock, now.wallClock), to: nil))]
  }

  /// The stream is there again: what is missing is asked for soon.
  mutating func restore(_ now: Moment) { pace.restart(now: now.monotonic) }

  /// How long until `tick` has something to do, in milliseconds; `nil` when only an event can change anything.
  func delay(_ now: Moment) -> Int64? {
    [pace.nextTime, holdDeadline].compactMap { $0 }.min().map { max(0, $0 - now.monotonic) }
  }

  mutating func tick(_ now: Moment) -> [Action] {
    if let holdDeadline, holdDeadline <= now.monotonic { return obey(sequence.leave(), now) }
    return pace.isDue(now: now.monotonic) ? ask() : []
  }

  /// What a question brought, ascending; `nil` when the exchange could not be asked.
  mutating func receiveFetched(_ trades: [Trade]?, _ now: Moment) -> [Action] {
    let before = sequence.hole?.from
    if let trades, !trades.isEmpty { isRepaired = true }
    let actions = obey(sequence.receiveFetched(trades ?? []), now)
    // The hole that was asked about may be over, and another one there.
    guard let hole = sequence.hole else {
      pace.answered()
      return actions
    }
    if hole.from == before {
      pace.failed(now: now.monotonic)
      return actions
    }
    pace.answered()
    return actions + ask()
  }

  /// The topic is over: gaps that are open can no longer be filled.
  func end() -> [Action] {
    let open = Set([sequence.brokenGap, sequence.hole?.gap].compactMap { $0 } + sequence.heldGaps)
    return open.sorted().map { .gap(.change($0, .unfillable(missing: nil))) }
  }

  private mutating func ask() -> [Action] {
    guard let hole = sequence.hole else {
      // It was left while a further question was due.
      pace.answered()
      return []
    }
    guard pace.begin() else { return [] }
    return [.ask(from: hole.from, count: hole.count)]
  }

  private mutating func obey(_ steps: [TradeSequenceState.Action], _ now: Moment) -> [Action] {
    var actions: [Action] = []
    for step in steps {
      switch step {
      case .publish(let trade):
        lastTrade = trade.exchangeTime
        actions.append(.publish(trade))
      case .drop: actions.append(.drop)
      case .followed(let gap): actions.append(.gap(.change(gap, .filled(.stream))))
      case .unknown(let gap): actions.append(.gap(.change(gap, .unfillable(missing: nil))))
      case .open(let hole): actions += open(hole, now)
      case .close(let hole): actions += close(hole, now)
      case .leave(let hole): actions += close(hole, now)
      }
    }
    holdDeadline = sequence.isHolding ? holdDeadline ?? now.monotonic + terms.tradeHold : nil
    return actions
  }

  private mutating func open(_ hole: TradeHole, _ now: Moment) -> [Action] {
    holdDeadline = now.monotonic + terms.tradeHold
    isRepaired = false
    if let gap = hole.gap { return [.gap(.change(gap, .delivered(at: now.wallClock)))] + ask() }
    let gap = gaps.next()
    sequence.name(gap: gap)
    return [.gap(.open(gap, .skipped, from: lastTrade ?? now.wallClock, to: now.wallClock))] + ask()
  }

  /// Nothing is lost of a hole that is filled.
  private mutating func close(_ hole: TradeHole, _ now: Moment) -> [Action] {
    holdDeadline = nil
    let since = lastTrade ?? now.wallClock
    let gap = hole.gap ?? gaps.next()
    let opened: [Action] = hole.gap != nil ? [] : [.gap(.open(gap, .skipped, from: since, to: now.wallClock))]
    guard hole.lost > 0 else { return opened + [.gap(.change(gap, .filled(isRepaired ? .rest : .stream)))] }
    return opened + [
      .goOn(since: since, until: now.wallClock), .gap(.change(gap, .unfillable(missing: hole.lost))),
    ]
  }
}
