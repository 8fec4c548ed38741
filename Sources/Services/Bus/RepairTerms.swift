/// How long what is missing in a stream is asked for, and how long what follows waits for it. All in milliseconds.
public struct RepairTerms: Sendable {
  /// The pause after the first question that was of no use; each further one is twice as long.
  public var firstPause: Int64 = 1000
  /// The longest pause.
  public var longestPause: Int64 = 30_000
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

  /// Whether it is time to ask again.
  func isDue(now: Int64) -> Bool { nextTime.map { $0 <= now } ?? false }
}
