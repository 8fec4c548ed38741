internal import Contract

/// Whether an exchange may be asked, in the words of the public API.
public enum CircuitState: String, Sendable {
  /// It may.
  case closed
  /// It is left alone.
  case open
  /// One request may find out whether it is back.
  case halfOpen = "half_open"
}

/// When an exchange is left alone, and for how long.
public struct CircuitTerms: Sendable {
  /// Failures in a row before it is.
  public var failures: Int
  /// The first pause, in milliseconds; each further one is twice as long.
  public var firstPause: Int64
  /// The longest pause, in milliseconds, before the random part.
  public var longestPause: Int64
  /// The longest pause an exchange can ask for, in milliseconds.
  public var longestBan = UpstreamReply.maxPauseMilliseconds

  /// Terms of the given figures.
  public init(failures: Int, firstPause: Int64, longestPause: Int64) {
    self.failures = max(1, failures)
    self.firstPause = max(1, firstPause)
    self.longestPause = max(self.firstPause, longestPause)
  }

  /// Five failures in a row; 30 s, doubling to five minutes.
  public static let usual = CircuitTerms(failures: 5, firstPause: 30_000, longestPause: 300_000)
  /// Every question is asked, however the ones before it went.
  public static let never = CircuitTerms(failures: .max, firstPause: 1, longestPause: 1)
}

/// Leaves an exchange alone that fails: after some failures in a row nothing is asked for a while, then one request, the
/// probe, finds out whether it is back. Its success closes the circuit, its failure opens it for longer.
///
/// Time is an argument, in monotonic milliseconds.
struct CircuitBreaker {
  /// The right to make one attempt: how that went counts for the time it was given in, not for what came after.
  struct Permit: Sendable, Equatable {
    /// How often the circuit had opened.
    fileprivate let opening: Int
  }

  /// How an attempt went.
  enum Outcome: Sendable, Equatable {
    /// The exchange did its work, or said that the question was wrong.
    case answered
    /// It cannot be reached, is out of order, says nothing, or talks nonsense.
    case failed(reason: String)
    /// It wants none of our requests: it is there, and its own gate holds us back.
    case heldBack
    /// The attempt shows nothing: it did not go out, was cancelled, or had no time.
    case unknown
  }

  /// What a moment changes.
  enum Change: Equatable {
    /// It is left alone for so many milliseconds.
    case opened(pause: Int64)
    /// It is back.
    case closed
  }

  private enum Phase {
    case closed(failures: Int)
    case open(until: Int64, reason: String)
    case halfOpen(isProbing: Bool, reason: String)
  }

  /// Who comes while the probe is under way is told to come again after this, in milliseconds.
  static let probeWait: Int64 = 1000
  /// The random part of a pause: up to a tenth of it, on top, so that a pause is never shorter than it is said to be.
  static let jitterPart: Int64 = 10

  /// Signs of life that end a pause are at least this far apart, in milliseconds: an exchange that takes connections and
  /// answers nothing would else be asked at each of them.
  static let signSpacing: Int64 = 30_000

  private let terms: CircuitTerms
  private var nextSign = Int64.min
  /// Nothing is asked before this, as a stream was asked for a moment ago.
  private var heldUntil: Int64 = 0
  /// When it was last asked while it was left alone; `nil` while it is not.
  private(set) var lastProbe: Int64?
  private var phase = Phase.closed(failures: 0)
  /// Openings since it was last closed.
  private var openingsInARow = 0
  /// Openings since the start.
  private(set) var openings = 0
  /// Attempts since one last went well that did not, those that were held back among them.
  private(set) var failuresInARow = 0

  /// A closed one.
  init(_ terms: CircuitTerms) {
    self.terms = terms
  }

  // MARK: What happens

  /// Somebody wants to ask: gives the permit, `nil` when the exchange is left alone. `settle` must follow a permit.
  mutating func permit(now: Int64) -> Permit? {
    switch phase {
    case .closed: return Permit(opening: openings)
    case .open(let until, let reason):
      guard now >= max(until, heldUntil) else { return nil }
      return probe(reason, now: now)
    case .halfOpen(let isProbing, let reason):
      guard !isProbing, now >= heldUntil else { return nil }
      return probe(reason, now: now)
    }
  }

  private mutating func probe(_ reason: String, now: Int64) -> Permit {
    phase = .halfOpen(isProbing: true, reason: reason)
    lastProbe = now
    return Permit(opening: openings)
  }

  /// The exchange, out of order, is asked for a stream: while it is left alone it is asked nothing else before a time.
  mutating func hold(until time: Int64) { heldUntil = time }

  /// Whether a permit still holds: one that has waited in a line may come from before the circuit opened.
  func allows(_ permit: Permit) -> Bool { permit.opening == openings }

  /// The exchange gives a sign of life: the pause is over, unless there was one lately. Whether the circuit is half open by it.
  mutating func signOfLife(now: Int64) -> Bool {
    guard case .open(let until, let reason) = phase, now < max(until, heldUntil), now >= nextSign else { return false }
    nextSign = now + CircuitBreaker.signSpacing
    heldUntil = 0
    phase = .open(until: now, reason: reason)
    return true
  }

  /// An attempt is over.
  mutating func settle(
    _ permit: Permit, _ outcome: Outcome, now: Int64, using random: inout some RandomNumberGenerator
  ) -> Change? {
    guard allows(permit) else { return nil }
    switch outcome {
    case .answered: failuresInARow = 0
    case .failed, .heldBack: failuresInARow += 1
    case .unknown: break
    }
    switch (phase, outcome) {
    case (.closed(let failures), .failed(let reason)):
      guard failures + 1 >= terms.failures else {
        phase = .closed(failures: failures + 1)
        return nil
      }
      return open(reason, now: now, using: &random)
    case (.closed, .answered): phase = .closed(failures: 0)
    case (.halfOpen, .failed(let reason)): return open(reason, now: now, using: &random)
    case (.halfOpen, .answered), (.halfOpen, .heldBack):
      phase = .closed(failures: 0)
      openingsInARow = 0
      lastProbe = nil
      return .closed
    case (.halfOpen(_, let reason), .unknown): phase = .halfOpen(isProbing: false, reason: reason)
    case (.closed, .heldBack), (.closed, .unknown), (.open, _): break
    }
    return nil
  }

  private mutating func open(
    _ reason: String, now: Int64, using random: inout some RandomNumberGenerator
  ) -> Change {
    let doublings = min(openingsInARow, 40)
    let whole =
      terms.firstPause > terms.longestPause >> Int64(doublings)
      ? terms.longestPause : terms.firstPause << Int64(doublings)
    let pause = whole + Int64.random(in: 0...(whole / CircuitBreaker.jitterPart), using: &random)
    phase = .open(until: now + pause, reason: reason)
    openingsInARow += 1
    openings += 1
    return .opened(pause: pause)
  }

  // MARK: What can be read

  /// How it stands.
  func state(now: Int64) -> CircuitState {
    switch phase {
    case .closed: .closed
    case .open(let until, _): now < max(until, heldUntil) ? .open : .halfOpen
    case .halfOpen: .halfOpen
    }
  }

  /// For how long nothing may be asked; 0 when something may.
  func wait(now: Int64) -> Int64 {
    switch phase {
    case .closed: 0
    case .halfOpen(isProbing: false, _): max(0, heldUntil - now)
    case .open(let until, _): max(0, max(until, heldUntil) - now)
    case .halfOpen(isProbing: true, _): CircuitBreaker.probeWait
    }
  }

  /// What failed last, in one sentence; `nil` while the circuit is closed.
  var reason: String? {
    switch phase {
    case .closed: nil
    case .open(_, let reason), .halfOpen(_, let reason): reason
    }
  }
}
