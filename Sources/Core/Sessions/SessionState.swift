internal import Contract

/// The life of one upstream connection, decided without a socket or a clock: what happened goes in with its time, what
/// must be done comes out.
///
///     idle ──topics wanted──▶ connecting ──opened──▶ live ──closed, however──▶ waiting ──pause over──▶ connecting
///       ▲                                              │
///       └───────────────no topic wanted────────────────┘
///
/// Every kind of close, a clean one too, is followed by a pause that grows (`Backoff`).
///
/// Before the exchange's own cut the owner is asked for a successor: another session for the same topics. This one goes on
/// until that has taken over or the cut comes, and then ends for good.
struct SessionState {
  /// Ask for a successor this long before the exchange cuts the connection, less a random part of the same length, so that sessions opened together
  /// do not roll together. In milliseconds.
  static let rollMargin: Int64 = 600_000
  /// A connection that has been silent for this long after a ping is dead, in milliseconds; or for as long as from one
  /// ping to the next, so that one whose other end is gone is found within two of those.
  static let pongDeadline: Int64 = 20_000
  /// No answer is expected sooner, however often we ping, in milliseconds.
  static let leastPongDeadline: Int64 = 1000

  private let limits: StreamLimits
  private(set) var phase = Phase.idle
  private(set) var ledger: SubscriptionLedger
  private var backoff: Backoff
  private var random: SplitMix64
  /// Topics that were interrupted and have not been confirmed since.
  private var broken: Set<UpstreamTopic> = []
  private var nextSend: Int64 = 0
  private var nextPing: Int64 = .max
  private var silenceDeadline: Int64 = .max
  private var rollTime: Int64 = .max
  /// Whether a connection was lost or could not be made since the exchange last confirmed anything.
  private var hasFailed = false
  /// Whether a successor has been asked for.
  private var isLeaving = false
  /// Whether the successor has taken over.
  private(set) var isRetired = false
  /// Whether the exchange has said that it will close the connection there is.
  private var isCloseAnnounced = false
  /// Since when topics have been wanted while no connection was live; `nil` when all is well.
  private(set) var downSince: Int64?
  /// Connections started since the beginning.
  private(set) var connectionCount = 0

  init(limits: StreamLimits, backoff: Backoff = .streams, seed: UInt64) {
    self.limits = limits
    self.backoff = backoff
    random = SplitMix64(seed: seed)
    ledger = SubscriptionLedger(
      topicsPerMessage: limits.topicsPerMessage, refusesWholeMessage: limits.refusesWholeMessage)
  }

  // MARK: Events

  mutating func want(_ topics: Set<UpstreamTopic>, now: Int64) -> [Action] {
    ledger.want(topics)
    broken.formIntersection(topics)
    switch phase {
    case .stopped:
      return []
    case .idle:
      guard !topics.isEmpty else { return [] }
      downSince = now
      return connect()
    case .live:
      if topics.isEmpty { return close("no topic is wanted") }
      return work(now)
    case .waiting:
      if topics.isEmpty {
        phase = .idle
        downSince = nil
      }
      return []
    case .connecting, .closing:
      return []
    }
  }

  /// Has topics closed and opened again, as their data stopped though the connection stands.
  mutating func renew(_ topics: Set<UpstreamTopic>, now: Int64) -> [Action] {
    guard case .live = phase else { return [] }
    ledger.renew(topics)
    return work(now)
  }

  mutating func opened(now: Int64) -> [Action] {
    guard phase == .connecting else { return [] }
    phase = .live(since: now)
    downSince = nil
    nextSend = now
    nextPing = now + pingPeriod
    silenceDeadline = .max
    if let lifetime = limits.lifetimeMilliseconds {
      let margin = min(SessionState.rollMargin, lifetime / 10)
      rollTime = now + lifetime - margin - Int64.random(in: 0...max(0, margin), using: &random)
    }
    if ledger.wanted.isEmpty { return close("no topic is wanted") }
    return work(now)
  }

  /// Bytes came: the connection is alive.
  mutating func heard() {
    silenceDeadline = .max
  }

  mutating func signalled(_ signal: SessionSignal, now: Int64) -> [Action] {
    guard case .live = phase else { return [] }
    switch signal {
    case .acknowledged(let request):
      return restore(ledger.acknowledged(request)) + returned() + work(now)
    case .refused(let request, let reason):
      let topics = ledger.refused(request)
      return (topics.isEmpty ? [] : [.refused(topics, reason: reason)]) + work(now)
    case .pong:
      return []
    case .closingSoon:
      isCloseAnnounced = true
      let reason = "the exchange is about to close the connection"
      // Only a connection that lasted is succeeded at once: an exchange that says so on every new connection would
      // otherwise be asked for one after the other.
      return hasLasted(now) ? succeed(reason) : close(reason)
    }
  }

  /// The connection is gone, or could not be made: for a reason of the exchange's, as far as its end shows one.
  mutating func closed(_ shown: BreakCause = .disconnect, now: Int64) -> [Action] {
    var actions: [Action] = []
    var wentWellFor: Int64 = 0
    switch phase {
    case .idle, .waiting, .stopped: return []
    case .connecting, .closing: break
    case .live(let since): wentWellFor = now - since
    }
    if isLeaving { return end(shown) }
    let isFailure = !ledger.wanted.isEmpty && ledger.confirmed.isEmpty && ledger.refused.isEmpty
    let cause = isCloseAnnounced ? .maintenance : shown
    broken.formUnion(ledger.carried.intersection(ledger.wanted))
    let interrupted = cause == .ban ? broken.union(ledger.carried) : ledger.carried
    if !interrupted.isEmpty { actions.append(.interrupted(interrupted, cause)) }
    ledger.connectionStarted()
    resetTimers()
    isCloseAnnounced = false
    guard !ledger.wanted.isEmpty else {
      phase = .idle
      downSince = nil
      return actions
    }
    downSince = downSince ?? now
    hasFailed = true
    phase = .waiting(until: now + backoff.pause(wentWellFor: wentWellFor, using: &random))
    return actions + (isFailure ? [.failed] : [])
  }

  /// The exchange may be back: a pause is over.
  mutating func wake(now: Int64) -> [Action] {
    guard case .waiting = phase else { return [] }
    return connect()
  }

  /// The connection may only be tried from a later time on, as the exchange allows so many attempts, or cannot be had.
  mutating func postponed(until: Int64) {
    guard phase == .connecting else { return }
    connectionCount -= 1
    phase = .waiting(until: until)
  }

  /// The successor has taken over.
  mutating func retire() -> [Action] {
    guard isLeaving, !isRetired, case .live = phase else { return [] }
    isRetired = true
    return close("another connection has taken over")
  }

  /// The session this one succeeds has ended before these topics were taken over.
  mutating func inherit(broken topics: Set<UpstreamTopic>, now: Int64) {
    broken.formUnion(topics.intersection(ledger.wanted))
    // Until now the other one's connection carried them.
    if downSince != nil { downSince = now }
  }

  /// Another connection carries these: their data went on when this one was lost.
  mutating func kept(_ topics: Set<UpstreamTopic>) { broken.subtract(topics) }

  mutating func stop() -> [Action] {
    let wasConnected = phase != .idle && phase != .stopped && !isWaiting
    phase = .stopped
    resetTimers()
    return wasConnected ? [.close("the gateway stops")] : []
  }

  // MARK: Time

  /// When `tick` next has something to do; `nil` when only an event can change anything.
  var nextDeadline: Int64? {
    switch phase {
    case .waiting(let until): return until
    case .live:
      let answer = ledger.answerDeadline ?? .max
      let send = ledger.hasMessage ? nextSend : .max
      return min(min(send, nextPing), min(silenceDeadline, min(rollTime, answer)))
    case .idle, .connecting, .closing, .stopped: return nil
    }
  }

  mutating func tick(now: Int64) -> [Action] {
    switch phase {
    case .waiting(let until):
      return now >= until ? connect() : []
    case .live:
      if now >= silenceDeadline { return close("no answer to a ping") }
      if let deadline = ledger.answerDeadline, now >= deadline { return close("no answer to a subscribe message") }
      if now >= rollTime { return succeed("the exchange's connection lifetime is near") + work(now) }
      return work(now)
    case .idle, .connecting, .closing, .stopped:
      return []
    }
  }

  // MARK: Parts

  private mutating func restore(_ topics: [UpstreamTopic]) -> [Action] {
    let restored = broken.intersection(topics)
    broken.subtract(restored)
    return restored.isEmpty ? [] : [.restored(restored)]
  }

  private mutating func returned() -> [Action] {
    defer { hasFailed = false }
    return hasFailed ? [.returned] : []
  }

  private mutating func succeed(_ reason: String) -> [Action] {
    rollTime = .max
    guard !isLeaving else { return [] }
    isLeaving = true
    return [.succeed(reason)]
  }

  /// The end of a session that has a successor.
  private mutating func end(_ shown: BreakCause) -> [Action] {
    let lost = isRetired ? [] : ledger.carried.intersection(ledger.wanted)
    phase = .stopped
    downSince = nil
    ledger.connectionStarted()
    resetTimers()
    let cause = isCloseAnnounced ? .maintenance : shown
    return (lost.isEmpty ? [] : [.interrupted(lost, cause)]) + [.ended]
  }

  private func hasLasted(_ now: Int64) -> Bool {
    if case .live(let since) = phase { now - since >= backoff.calm } else { false }
  }

  private var isWaiting: Bool {
    if case .waiting = phase { true } else { false }
  }

  private var pingPeriod: Int64 {
    switch limits.ping {
    case .frame(let period), .text(_, let period): period
    }
  }

  private var pongPatience: Int64 {
    min(SessionState.pongDeadline, max(SessionState.leastPongDeadline, pingPeriod))
  }

  private mutating func connect() -> [Action] {
    phase = .connecting
    connectionCount += 1
    return [.connect]
  }

  private mutating func close(_ reason: String) -> [Action] {
    phase = .closing
    resetTimers()
    return [.close(reason)]
  }

  private mutating func resetTimers() {
    nextPing = .max
    silenceDeadline = .max
    rollTime = .max
  }

  /// One message when its turn has come, and a ping when it is due.
  private mutating func work(_ now: Int64) -> [Action] {
    var actions: [Action] = []
    if now >= nextSend, let message = ledger.nextMessage(now: now) {
      nextSend = now + limits.messageSpacingMilliseconds
      actions.append(.send(message.verb, message.topics, request: message.request))
    }
    if now >= nextPing {
      nextPing = now + pingPeriod
      if silenceDeadline == .max { silenceDeadline = now + pongPatience }
      actions.append(.ping)
    }
    return actions
  }
}
