internal import Contract

/// The streams of an exchange that are watched for silence, each by itself: pings tell of a connection, not of what it
/// carries.
struct StreamSilenceState {
  enum Action: Equatable {
    /// Ask the exchange whether it trades what the stream is about.
    case ask(UpstreamTopic)
    case found(UpstreamTopic, StreamWatchState.Finding)
  }

  /// What is silent, in sum.
  struct Standing: Equatable {
    /// Since when the longest silence has lasted that the exchange's own candles have proven.
    var provenSince: Int64?
    /// The kind of the longest silence, proven or not.
    var kind: StreamWatchState.Kind?
  }

  private let limits: SilenceLimits
  private var places: [UpstreamTopic: Int] = [:]
  /// By place; `nil` for one that is free.
  private var names: [UpstreamTopic?] = []
  /// By place, apart from the names: what is looked at with every message has no references in it.
  private var states: [StreamWatchState] = []
  private var free: [Int] = []
  private var nextQuestion = Int64.min

  init(limits: SilenceLimits) {
    self.limits = limits
  }

  var isEmpty: Bool { places.isEmpty }

  /// Where a stream is kept; `nil` for one that is not watched. Stays until it is no longer watched.
  func place(of name: UpstreamTopic) -> Int? { places[name] }

  func isSilent(_ name: UpstreamTopic) -> Bool {
    places[name].map { states[$0].silentSince != nil } ?? false
  }

  mutating func watch(_ name: UpstreamTopic, _ expectation: StreamExpectation) {
    guard places[name] == nil else { return }
    let state = StreamWatchState(expectation, limits: limits)
    if let place = free.popLast() {
      places[name] = place
      (names[place], states[place]) = (name, state)
    } else {
      places[name] = states.count
      names.append(name)
      states.append(state)
    }
  }

  mutating func unwatch(_ names: some Sequence<UpstreamTopic>) {
    for name in names {
      guard let place = places.removeValue(forKey: name) else { continue }
      self.names[place] = nil
      free.append(place)
    }
  }

  mutating func subscribed(_ names: some Sequence<UpstreamTopic>, now: Int64) {
    for name in names { change(name) { $0.subscribed(now: now) } }
  }

  mutating func interrupted(_ names: some Sequence<UpstreamTopic>) {
    for name in names { change(name) { $0.interrupted() } }
  }

  mutating func refused(_ names: some Sequence<UpstreamTopic>) {
    for name in names { change(name) { $0.refused() } }
  }

  /// A message of the stream at a place came; its name when that ends a silence.
  mutating func heard(at place: Int, now: Int64) -> UpstreamTopic? {
    guard states.indices.contains(place), states[place].heard(now: now) else { return nil }
    return names[place]
  }

  mutating func answered(_ reading: TradeReading, on name: UpstreamTopic, now: Int64) {
    change(name) { $0.answered(reading, now: now) }
  }

  /// What is to be done now; one question at most.
  mutating func tick(now: Int64) -> [Action] {
    var actions: [Action] = []
    var proven: Set<StreamEndpoint> = []
    var mayAsk = now >= nextQuestion
    for place in states.indices {
      guard let name = names[place] else { continue }
      switch states[place].tick(now: now, mayAsk: mayAsk) {
      case .ask?:
        mayAsk = false
        nextQuestion = now + limits.questionSpacing
        actions.append(.ask(name))
      case .found(let finding)?:
        actions.append(.found(name, finding))
        if finding.step == .reconnect { proven.insert(name.endpoint) }
      case nil: break
      }
    }
    return proven.isEmpty ? actions : actions + share(proven, now: now)
  }

  /// Streams of the same servers that are as silent need no proof of their own: after a stall of hundreds it would take
  /// hours to ask for each.
  private mutating func share(_ endpoints: Set<StreamEndpoint>, now: Int64) -> [Action] {
    var actions: [Action] = []
    for place in states.indices {
      guard let name = names[place], endpoints.contains(name.endpoint) else { continue }
      if let finding = states[place].shareVerdict(now: now) { actions.append(.found(name, finding)) }
    }
    return actions
  }

  var standing: Standing {
    var standing = Standing()
    var since = Int64.max
    for place in states.indices where names[place] != nil {
      guard let began = states[place].silentSince else { continue }
      if states[place].isProven { standing.provenSince = min(standing.provenSince ?? began, began) }
      if began < since { (since, standing.kind) = (began, states[place].silenceKind) }
    }
    return standing
  }

  private mutating func change(_ name: UpstreamTopic, _ body: (inout StreamWatchState) -> Void) {
    guard let place = places[name] else { return }
    body(&states[place])
  }
}
