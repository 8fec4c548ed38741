/// How far a stream is repaired: what is asked for and for how long, and how long what follows waits for it. Times are in
/// milliseconds.
///
/// Each repair has a term of its own that ends it: a hole of no length is not asked for, a final that is due in a year is not
/// missed. The runs of chaos take them away one by one, and see that it is noticed.
public struct RepairTerms: Sendable {
  /// The pause after the first question that was of no use; each further one is twice as long.
  public var firstPause: Int64 = 1000
  /// The longest pause.
  public var longestPause: Int64 = 30_000
  /// How long one question may take.
  public var deadline: Int64 = 10_000
  /// The longest hole among candles that is filled, in candles.
  public var longestCandleHole = CandleSequenceState.maxHole
  /// The longest hole among trades that is filled, in trades.
  public var longestTradeHole = TradeSequenceState.maxHole
  /// How long after a candle's end its final may still be on the way before REST is asked for it.
  public var finalDelay: Int64 = 5000
  /// So many trades in a row that count lower than before mean that the exchange counts anew; fewer are repeats.
  public var recount = TradeSequenceState.restart
  /// How far our clock is believed to be ahead of the exchange's at most.
  public var longestLead = Int64.max
  /// For how long the candles that follow a hole wait for it.
  public var candleHold: Int64 = 120_000
  /// For how long the trades that follow a hole wait for it.
  public var tradeHold: Int64 = 60_000
  /// For how long candles are asked for that live data has gone on without.
  public var patience: Int64 = 3_600_000
  /// Where in a range a pause lies: anywhere, so that the topics of one exchange do not ask in step.
  public var jitter: @Sendable (ClosedRange<Int64>) -> Int64 = { .random(in: $0) }

  /// The usual ones.
  public init() {}
}

/// When to ask again for what a question has not brought: after pauses that double, each anywhere between nothing and its
/// whole length.
struct RepairPaceState {
  private let terms: RepairTerms
  private var failures = 0
  /// Whether a question is under way.
  private(set) var isAsking = false
  /// When to ask next, in monotonic milliseconds; `nil` while a question is under way, or where the next one has a reason
  /// of its own.
  private(set) var nextTime: Int64?

  init(_ terms: RepairTerms) {
    self.terms = terms
  }

  /// Whether to ask now.
  mutating func begin() -> Bool {
    guard !isAsking else { return false }
    isAsking = true
    nextTime = nil
    return true
  }

  /// A question was of no use.
  mutating func failed(now: Int64) {
    isAsking = false
    let doublings = min(failures, 30)
    failures += 1
    let whole = min(terms.longestPause, terms.firstPause << Int64(doublings))
    nextTime = now + terms.jitter(0...whole)
  }

  /// A question brought something, or showed that there is no more to ask for now.
  mutating func answered() {
    isAsking = false
    failures = 0
    nextTime = nil
  }

  /// The exchange is there again: pauses that grew while it was not begin anew.
  mutating func restart(now: Int64) {
    failures = 0
    nextTime = nextTime.map { min($0, now + terms.jitter(0...terms.firstPause)) }
  }

  /// Whether it is time to ask again.
  func isDue(now: Int64) -> Bool { nextTime.map { $0 <= now } ?? false }
}
