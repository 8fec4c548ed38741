internal import Model

/// What the exchange says of an instrument's trading: its newest candle with a trade.
struct TradeReading: Equatable {
  /// `nil` when none of the candles has a trade.
  let openTime: Timestamp?
  let volume: FixedDecimal

  /// Whether there were trades after the other reading. One that is behind it comes from a slower server.
  func isBeyond(_ other: TradeReading) -> Bool {
    guard let openTime else { return false }
    guard let otherTime = other.openTime else { return true }
    return openTime > otherTime || (openTime == otherTime && volume > other.volume)
  }
}

/// What may be expected of a stream.
enum StreamExpectation: Equatable {
  /// Trades and candles: sends when the instrument trades, in a rhythm of its own.
  case lively
  /// Liquidations of all instruments: in a rhythm of its own, with long pauses; none may come for long.
  case sparse
  /// Liquidations of one instrument: none may come for days.
  case nothing
}

/// One stream that was subscribed on a connection that stands: decides when its silence is no chance, and what is done
/// about it. Two kinds of evidence: the stream's own rhythm, and the exchange's own candle, which goes on while the
/// stream does not. On the first alone a stream is subscribed anew; what is harsher takes the second.
struct StreamWatchState {
  /// What is done about a silence, mildest first.
  enum Step: String, CaseIterable {
    /// Nothing yet: noted.
    case suspected
    /// Unsubscribed and subscribed on the same connection.
    case resubscribe
    /// Subscribed on a new connection.
    case reconnect
    /// The exchange is no longer healthy.
    case degraded
  }

  enum Kind: Equatable {
    /// It delivered, and no longer does.
    case fellSilent
    /// It has never delivered.
    case neverDelivered
  }

  struct Finding: Equatable {
    let step: Step
    let kind: Kind
    /// For how long nothing has come, in milliseconds.
    let silence: Int64
  }

  enum Outcome: Equatable {
    /// The exchange must be asked whether the instrument trades.
    case ask
    case found(Finding)
  }

  private enum Phase {
    /// Not subscribed on a connection: nothing can come.
    case off
    /// Subscribed, and nothing has come since.
    case awaiting(since: Int64)
    /// Messages before `next` belong to the last burst.
    case flowing(next: Int64)
  }

  private let expectation: StreamExpectation
  private let limits: SilenceLimits
  private var phase = Phase.off
  private(set) var rhythm = StreamRhythm()
  private var kind = Kind.neverDelivered
  private var isSuspected = false
  /// When the silence began that something is being done about; `nil` when all is well.
  private(set) var silentSince: Int64?
  /// Whether the exchange's own candle has shown that there was something to deliver.
  private(set) var isProven = false
  private var isDegraded = false
  /// Attempts at this silence.
  private var attempts = 0
  /// Silences of late, one forgotten after each calm stretch.
  private var alarms = 0
  private var lastAlarm: Int64 = 0
  private var nextQuestion: Int64 = .max
  private var firstReading: TradeReading?
  private var movedAt: Int64?

  init(_ expectation: StreamExpectation, limits: SilenceLimits) {
    self.expectation = expectation
    self.limits = limits
  }

  var silenceKind: Kind { kind }

  // MARK: Events

  /// A subscribe message was sent.
  mutating func subscribed(now: Int64) {
    phase = .awaiting(since: now)
    nextQuestion = now + limits.firstQuestion
    firstReading = nil
    movedAt = nil
  }

  /// The connection is gone, or no longer carries it.
  mutating func interrupted() {
    phase = .off
    isSuspected = false
  }

  /// The exchange does not want to stream it: that is no silence.
  mutating func refused() {
    interrupted()
    resume()
  }

  /// A message came; true when that ends a silence something was done about.
  mutating func heard(now: Int64) -> Bool {
    switch phase {
    case .off:
      return false
    case .flowing(let next):
      guard now >= next else { return false }
      rhythm.note(now - next, burst: limits.burst)
      phase = .flowing(next: now + limits.burst)
      isSuspected = false
      return false
    case .awaiting:
      // How long a subscription takes to begin says nothing of the rhythm.
      phase = .flowing(next: now + limits.burst)
      kind = .fellSilent
      let wasSilent = silentSince != nil
      resume()
      return wasSilent
    }
  }

  /// What the exchange answered.
  mutating func answered(_ reading: TradeReading, now: Int64) {
    guard case .awaiting = phase else { return }
    if let firstReading {
      if reading.isBeyond(firstReading), movedAt == nil { movedAt = now }
    } else {
      firstReading = reading
    }
  }

  // MARK: Time

  /// What is to be done now. `mayAsk` is false while others are asked about: it is then due again.
  mutating func tick(now: Int64, mayAsk: Bool) -> Outcome? {
    if let silentSince, isProven, !isDegraded, now - silentSince > StreamHealth.patience {
      isDegraded = true
      return .found(Finding(step: .degraded, kind: kind, silence: now - silentSince))
    }
    switch (phase, expectation) {
    case (.off, _), (_, .nothing), (.awaiting, .sparse): return nil
    case (.flowing(let next), _): return judgeFlow(since: next, now: now)
    case (.awaiting(let since), .lively): return judgeWait(since: since, now: now, mayAsk: mayAsk)
    }
  }

  /// Another stream of the same server has proven silent: one that was subscribed anew and has said nothing since, for as
  /// long as a verdict takes, shares what is done.
  mutating func shareVerdict(now: Int64) -> Finding? {
    guard case .awaiting(let since) = phase, silentSince != nil, now - since >= limits.verdict else { return nil }
    return raise(since: since, now: now)
  }

  private mutating func judgeFlow(since next: Int64, now: Int64) -> Outcome? {
    if alarms > 0, now - lastAlarm >= limits.calm {
      alarms -= 1
      lastAlarm = now
    }
    let floor = (expectation == .sparse ? limits.sparseFloor : limits.floor) - limits.burst
    guard let bound = rhythm.bound(atLeast: floor) else { return nil }
    let wait = now - next
    // A really quiet stream must not be subscribed for ever: once may be bad luck, from then on patience doubles.
    if wait >= bound << Int64(min(max(0, alarms - 1), SilenceLimits.mostDoublings)) {
      return .found(raise(since: next - limits.burst, now: now))
    }
    guard !isSuspected, rhythm.isSecondly, wait >= limits.suspicion - limits.burst else { return nil }
    isSuspected = true
    return .found(Finding(step: .suspected, kind: kind, silence: wait + limits.burst))
  }

  private mutating func judgeWait(since: Int64, now: Int64, mayAsk: Bool) -> Outcome? {
    let doublings = Int64(min(max(0, attempts - 1), SilenceLimits.mostDoublings))
    let verdict = since + min(limits.verdict << doublings, limits.longestPause)
    if let movedAt {
      guard now >= verdict, now - movedAt >= limits.grace else { return nil }
      isProven = true
      return .found(raise(since: since, now: now))
    }
    guard now >= nextQuestion, mayAsk else { return nil }
    let second = verdict - limits.questionLead
    // A quiet instrument is asked about less and less often.
    nextQuestion = now < second ? second : now + min(now - since + limits.questionLead, limits.longestPause)
    return .ask
  }

  private mutating func raise(since: Int64, now: Int64) -> Finding {
    let began = silentSince ?? since
    silentSince = began
    let step = attempts == 0 ? Step.resubscribe : .reconnect
    attempts += 1
    alarms += 1
    lastAlarm = now
    interrupted()
    return Finding(step: step, kind: kind, silence: now - began)
  }

  private mutating func resume() {
    silentSince = nil
    isProven = false
    isDegraded = false
    attempts = 0
  }
}
