internal import Model

/// Trades that are missing in a topic, by their numbers.
struct TradeHole: Equatable {
  /// The first one that is still missing.
  var from: Int64
  /// The last one.
  let to: Int64
  /// The gap it belongs to, once there is one.
  var gap: Int?
  /// Trades of it that are not to be had.
  var lost: Int64 = 0

  /// How many are still to come.
  var count: Int64 { max(0, to - from + 1) }
}

/// Keeps the trades of one topic whole where the exchange counts them without a gap: in order, each once. What follows a
/// hole is held back while the missing trades are fetched.
struct TradeSequenceState {
  enum Action: Equatable {
    /// Hand it on.
    case publish(Trade)
    /// It was handed on before.
    case drop
    /// The first trade after a break follows the last one before it.
    case followed(gap: Int)
    /// Nothing had been seen before a break, so that what it cost cannot be said.
    case unknown(gap: Int)
    /// A trade waits behind this hole.
    case open(TradeHole)
    /// All there is of a hole has been handed on.
    case close(TradeHole)
    /// What follows goes on without the rest of it.
    case leave(TradeHole)
  }

  private struct Held {
    let trade: Trade
    let number: Int64
    let gap: Int?
  }

  /// The longest hole that is filled unless told otherwise, in trades. So near to each other are two trades that prove a longer
  /// leap.
  static let maxHole: Int64 = 20_000
  /// Trades held behind a hole; with more than this it is left.
  static let maxHeld = 20_000
  /// So many trades in a row that count lower than before mean that the exchange counts anew, unless told otherwise.
  static let restart = 100

  private let longestHole: Int64
  private let recount: Int
  private(set) var last: Int64?
  private(set) var hole: TradeHole?
  /// The break that no trade has come after yet.
  private(set) var brokenGap: Int?
  private var held: [Held] = []
  private var leap: Int64?
  private var dropped = 0

  init(longestHole: Int64 = TradeSequenceState.maxHole, recount: Int = TradeSequenceState.restart) {
    (self.longestHole, self.recount) = (longestHole, recount)
  }

  /// Whether trades wait behind a hole.
  var isHolding: Bool { !held.isEmpty }
  /// The breaks that trades which are held came after.
  var heldGaps: [Int] { held.compactMap(\.gap) }

  /// The stream broke; the gap is named if none is waiting for its first trade.
  mutating func interrupt(gap: Int) { brokenGap = brokenGap ?? gap }

  /// The hole is part of a gap.
  mutating func name(gap: Int) { hole?.gap = gap }

  /// Whether a trade simply follows the last one, as nearly all do: then it is taken in, and to be handed on.
  mutating func follows(_ trade: Trade) -> Bool {
    guard case .number(let number) = trade.id, let last, hole == nil, brokenGap == nil, number > last,
      number == last + 1
    else { return false }
    self.last = number
    leap = nil
    dropped = 0
    return true
  }

  /// A trade from the stream. One without a number is handed on as it is.
  mutating func receive(_ trade: Trade) -> [Action] {
    guard case .number(let number) = trade.id, number >= 0 else { return [.publish(trade)] }
    let actions = take(Held(trade: trade, number: number, gap: brokenGap))
    if actions.first != .drop { brokenGap = nil }
    return actions
  }

  /// What a question brought, ascending; empty when the exchange has none of them yet.
  mutating func receiveFetched(_ trades: [Trade]) -> [Action] {
    guard var hole else { return [] }
    var actions: [Action] = []
    for trade in trades {
      guard case .number(let number) = trade.id, number >= hole.from, number <= hole.to else {
        // One that lies behind the hole shows that the rest of it is not to be had.
        if case .number(let number) = trade.id, number > hole.to { hole.skip(to: hole.to + 1) }
        continue
      }
      hole.skip(to: number)
      hole.from = number + 1
      last = number
      actions.append(.publish(trade))
    }
    guard hole.count == 0 else {
      self.hole = hole
      return actions
    }
    return actions + finish(.close(hole), hole)
  }

  /// What waits behind the hole goes on without it.
  mutating func leave() -> [Action] {
    guard var hole else { return [] }
    hole.skip(to: hole.to + 1)
    return finish(.leave(hole), hole)
  }

  private mutating func take(_ one: Held) -> [Action] {
    if hole != nil { return hold(one) }
    guard let last else { return begin(one) }
    guard one.number > last else { return fallBehind(one) }
    dropped = 0
    guard one.number > last + 1 else { return publish(one) }
    return open(TradeHole(from: last + 1, to: one.number - 1, gap: one.gap), holding: one)
  }

  private mutating func begin(_ one: Held) -> [Action] {
    last = one.number
    return (one.gap.map { [.unknown(gap: $0)] } ?? []) + [.publish(one.trade)]
  }

  private mutating func fallBehind(_ one: Held) -> [Action] {
    dropped += 1
    guard dropped >= recount else { return [.drop] }
    dropped = 0
    return begin(one)
  }

  private mutating func publish(_ one: Held) -> [Action] {
    leap = nil
    last = one.number
    return (one.gap.map { [.followed(gap: $0)] } ?? []) + [.publish(one.trade)]
  }

  private mutating func open(_ hole: TradeHole, holding one: Held) -> [Action] {
    guard hole.count > longestHole else {
      leap = nil
      self.hole = hole
      held.append(Held(trade: one.trade, number: one.number, gap: nil))
      return [.open(hole)]
    }
    // So long a leap may be one absurd frame: it is believed when the next trade is near it.
    guard let seen = leap, one.number > seen, one.number - seen <= TradeSequenceState.maxHole else {
      leap = one.number
      return [.drop]
    }
    var left = hole
    left.skip(to: hole.to + 1)
    return [.leave(left)] + publish(Held(trade: one.trade, number: one.number, gap: nil))
  }

  private mutating func hold(_ one: Held) -> [Action] {
    guard var hole else { return [.drop] }
    if one.number == hole.from, one.gap == nil {
      // It was late, and not lost: REST may know it no sooner.
      (hole.from, last) = (one.number + 1, one.number)
      self.hole = hole
      return [.publish(one.trade)] + (hole.count == 0 ? finish(.close(hole), hole) : [])
    }
    guard one.number > held.last?.number ?? hole.to else { return [.drop] }
    held.append(one)
    return held.count > TradeSequenceState.maxHeld ? leave() : []
  }

  private mutating func finish(_ action: Action, _ hole: TradeHole) -> [Action] {
    self.hole = nil
    last = max(hole.to, last ?? hole.to)
    let waiting = held
    held = []
    return [action] + waiting.flatMap { take($0) }
  }
}

extension TradeHole {
  /// The trades before this one are not to be had.
  fileprivate mutating func skip(to number: Int64) {
    guard number > from else { return }
    lost += number - from
    from = number
  }
}
