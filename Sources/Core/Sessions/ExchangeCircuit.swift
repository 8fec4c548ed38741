internal import Contract
internal import Net
internal import Telemetry

/// Keeps requests from an exchange that fails: obeys `CircuitBreaker`, and says so in the log and the counts.
///
/// Crosses threads: everything stands behind a lock that is held for arithmetic only.
final class ExchangeCircuit: Sendable {
  /// How it stands at one moment.
  struct Standing {
    let state: CircuitState
    /// For how long nothing may be asked; `nil` when something may.
    let pause: Int64?
    /// Why; `nil` while it is closed.
    let cause: String?
    let failuresInARow: Int
  }

  private struct Inner {
    var breaker: CircuitBreaker
    /// Whether somebody sends a probe when it is time.
    var isWatched = false
    /// Called when the exchange has answered after attempts that failed.
    var returned: (@Sendable () -> Void)?
  }

  private let inner: Lock<Inner>
  let terms: CircuitTerms
  private let clock: any TimeSource
  private let counters: ClientCounters
  private let logger: Logger

  init(_ terms: CircuitTerms, clock: any TimeSource, counters: ClientCounters, logger: Logger) {
    inner = Lock(Inner(breaker: CircuitBreaker(terms)))
    self.terms = terms
    self.clock = clock
    self.counters = counters
    self.logger = logger
  }

  /// The permit for one attempt; `settle` must follow.
  func enter() throws(ExchangeError) -> CircuitBreaker.Permit {
    let now = clock.monotonicMilliseconds
    guard let permit = inner.withLock({ $0.breaker.permit(now: now) }) else { throw refusal }
    return permit
  }

  /// Throws when a permit no longer holds.
  func check(_ permit: CircuitBreaker.Permit) throws(ExchangeError) {
    guard inner.withLock({ $0.breaker.allows(permit) }) else { throw refusal }
  }

  /// The attempt is over. Gives the error of everyone who waits when nobody may be let go any more.
  func settle(_ permit: CircuitBreaker.Permit, _ outcome: CircuitBreaker.Outcome) -> ExchangeError? {
    let now = clock.monotonicMilliseconds
    // One with a state: ThreadSanitizer looks at the address of what a closure changes, and an empty generator has none.
    // Only a failure is followed by a pause, and a seed costs a call of the system.
    let seed: UInt64 = if case .failed = outcome { .random(in: .min ... .max) } else { 0 }
    var random = SplitMix64(seed: seed)
    let (change, returned) = inner.withLock { inner in
      let wasFailing = inner.breaker.failuresInARow > 0
      let change = inner.breaker.settle(permit, outcome, now: now, using: &random)
      return (change, wasFailing && inner.breaker.failuresInARow == 0 ? inner.returned : nil)
    }
    returned?()
    switch change {
    case .opened(let pause):
      counters.circuitOpened()
      logger.error(
        "the exchange fails again and again, and is left alone", ["milliseconds": pause, "cause": standing.cause ?? ""])
      return refusal
    case .closed:
      logger.info("the exchange answers again")
      return nil
    case nil: return nil
    }
  }

  /// Has something done whenever the exchange has answered after attempts that failed.
  func onReturn(_ body: (@Sendable () -> Void)?) { inner.withLock { $0.returned = body } }

  /// The exchange gives a sign of life; whether a probe may go now.
  func signOfLife() -> Bool {
    let now = clock.monotonicMilliseconds
    return inner.withLock { $0.breaker.signOfLife(now: now) }
  }

  /// When the exchange was last asked while it was left alone, in monotonic milliseconds; `nil` while it is not.
  var lastProbe: Int64? { inner.withLock { $0.breaker.lastProbe } }

  /// The exchange, out of order, is asked for a stream; it is asked nothing else for so many milliseconds.
  func hold(for milliseconds: Int64) {
    let until = clock.monotonicMilliseconds + milliseconds
    inner.withLock { $0.breaker.hold(until: until) }
  }

  /// Whether everything may be asked.
  var isClosed: Bool { standing.state == .closed }

  /// How it stands.
  var standing: Standing {
    let now = clock.monotonicMilliseconds
    return inner.withLock { inner in
      let wait = inner.breaker.wait(now: now)
      return Standing(
        state: inner.breaker.state(now: now), pause: wait > 0 ? wait : nil,
        // The same words as long as the cause is the same: what has been said once is not news.
        cause: inner.breaker.reason.map { "the exchange is left alone, as it failed again and again: \($0)" },
        failuresInARow: inner.breaker.failuresInARow)
    }
  }

  /// What is said to whoever asks meanwhile.
  private var refusal: ExchangeError {
    let standing = standing
    return ExchangeError(
      .unavailable, .pause(milliseconds: standing.pause ?? CircuitBreaker.probeWait),
      standing.cause ?? "the exchange is left alone")
  }

  // MARK: The probe in the background

  /// Whether the caller is the one to send probes from now on.
  func beginWatch() -> Bool {
    inner.withLock { inner in
      defer { inner.isWatched = true }
      return !inner.isWatched
    }
  }

  /// How long to wait before the next probe; `nil` ends the watch, as the circuit is closed.
  func pauseBeforeProbe() -> Int64? {
    let now = clock.monotonicMilliseconds
    return inner.withLock { inner in
      switch inner.breaker.state(now: now) {
      case .closed:
        inner.isWatched = false
        return nil
      case .open: return max(1, inner.breaker.wait(now: now))
      // Somebody else's probe is under way, or ours could not be sent.
      case .halfOpen: return terms.firstPause
      }
    }
  }
}

extension CircuitBreaker.Outcome {
  /// An attempt that had less time than this says nothing when it ran out of it, in milliseconds.
  static let fairTime: Int64 = 1000

  /// What an attempt that failed shows of the exchange.
  ///
  /// - Parameter time: how long the exchange was given, in milliseconds.
  init(_ error: ExchangeError, time: Int64) {
    switch error.kind {
    case _ where error == .cancelled || error == .unformed: self = .unknown
    case .timeout: self = time < Self.fairTime ? .unknown : .failed(reason: error.reason)
    case .unreachable, .unavailable, .malformed: self = .failed(reason: error.reason)
    case .limited, .blocked: self = .heldBack
    case .unsupported, .unknownSymbol, .rejected: self = .answered
    }
  }
}
