internal import Contract
internal import Model

/// The watch over one exchange for spikes: which instruments are watched, and which question is asked when. Pure; time is
/// an argument.
struct SpikeMonitorState {
  /// A question to the exchange. Its number comes back with the answer.
  struct Request: Equatable {
    let number: Int
    let question: Question
    /// When its answer is of no more use.
    let deadline: Timestamp
  }

  /// What is asked.
  enum Question: Equatable {
    /// The volumes of 24 hours.
    case volumes
    case candles(HistoryQuery)
    case openInterest(HistoryQuery)
  }

  /// What to do.
  enum Action: Equatable {
    case ask(Request)
    /// Tell of a spike.
    case report(Spike)
    /// Count a cycle: the first question about bars that have ended together.
    case countCycle
    /// Count a bar of which a half did not come in time.
    case countLate
  }

  /// The most questions asked at once.
  static let maxInFlight = 6
  /// Between two choices of the instruments that are watched, in milliseconds.
  static let refreshPeriod: Int64 = 3_600_000
  /// Before volumes that could not be had are asked for again, in milliseconds.
  static let refreshPause: Int64 = 60_000
  /// What an answer is for.
  private enum Purpose {
    case universe
    case watch(Key)
  }

  private struct Key: Hashable {
    let symbol: String
    let timeframe: Interval
  }

  private let symbols: Int
  private let schedule: SpikeSchedule
  private let rules: [SpikeRule]
  /// In order of their places in the cycle.
  private var watches: [SpikeWatchState] = []
  private var places: [Key: Int] = [:]
  private var inFlight: [Int: Purpose] = [:]
  private var asked = 0
  private var refreshDue: Timestamp
  private var isRefreshing = false
  private var cycle: Timestamp?

  /// A watch over so many instruments, from now on.
  init(symbols: Int, schedule: SpikeSchedule, rules: [SpikeRule] = SpikeRule.all, now: Timestamp) {
    self.symbols = symbols
    self.schedule = schedule
    self.rules = rules
    refreshDue = now
  }

  /// How many instruments are watched.
  var watched: Int { watches.count / max(rules.count, 1) }

  /// How long nothing happens but what answers bring, in milliseconds; `longest` at most.
  func rest(at now: Timestamp, longest: Int64) -> Int64 {
    var next = isRefreshing ? now.advanced(byMilliseconds: longest) : refreshDue
    // While there is no room for a question, an answer comes first.
    for place in watches.indices where hasRoom && !watches[place].isAsking { next = min(next, watches[place].due) }
    return min(max(next.milliseconds(since: now), 1), longest)
  }

  /// Whether both halves of a bar can be asked for.
  private var hasRoom: Bool {
    inFlight.count + SpikeWatchState.Half.allCases.count <= SpikeMonitorState.maxInFlight
  }

  // MARK: What happens

  /// Time has passed.
  mutating func advance(now: Timestamp) -> [Action] {
    var actions: [Action] = []
    // Later than a period from now: the clock was set back.
    let isDue = now >= refreshDue || refreshDue.milliseconds(since: now) > SpikeMonitorState.refreshPeriod
    if isDue, !isRefreshing {
      isRefreshing = true
      let deadline = now.advanced(byMilliseconds: SpikeSchedule.questionPatience)
      actions.append(ask(.volumes, for: .universe, deadline: deadline))
    }
    for place in watches.indices where hasRoom { advance(place, now: now, into: &actions) }
    return actions
  }

  /// The volumes that were asked for, and the instruments there are; `nil` when they could not be had.
  mutating func receive(
    volumes: [InstrumentVolume]?, of list: [Instrument], number: Int, now: Timestamp
  ) -> [Action] {
    guard case .universe? = inFlight.removeValue(forKey: number) else { return [] }
    isRefreshing = false
    let members = volumes.map { SpikeUniverse.members(of: list, volumes: $0, limit: symbols) } ?? []
    // Better those of an hour ago than none.
    let pause = members.isEmpty ? SpikeMonitorState.refreshPause : SpikeMonitorState.refreshPeriod
    refreshDue = now.advanced(byMilliseconds: pause)
    if !members.isEmpty { watch(members, now: now) }
    return advance(now: now)
  }

  /// The candles that were asked for; `nil` when they could not be had.
  mutating func receive(candles: [Candle]?, number: Int, now: Timestamp) -> [Action] {
    receive(number, now: now) { $0.receive(candles: candles, now: now) }
  }

  /// The samples that were asked for; `nil` when they could not be had.
  mutating func receive(samples: [OpenInterest]?, number: Int, now: Timestamp) -> [Action] {
    receive(number, now: now) { $0.receive(samples: samples, now: now) }
  }

  private mutating func receive(
    _ number: Int, now: Timestamp, _ take: (inout SpikeWatchState) -> SpikeWatchState.Outcome?
  ) -> [Action] {
    guard case .watch(let key)? = inFlight.removeValue(forKey: number) else { return [] }
    var actions: [Action] = []
    if let place = places[key] { SpikeMonitorState.tell(take(&watches[place]), &actions) }
    return actions + advance(now: now)
  }

  // MARK: How it is done

  private mutating func advance(_ place: Int, now: Timestamp, into actions: inout [Action]) {
    let (questions, outcome) = watches[place].advance(now: now)
    SpikeMonitorState.tell(outcome, &actions)
    guard !questions.isEmpty else { return }
    let (rule, bar) = (watches[place].rule, watches[place].bar)
    let key = Key(symbol: watches[place].instrument.symbol, timeframe: rule.timeframe)
    count(rule, bar, &actions)
    let deadline = min(watches[place].deadline, now.advanced(byMilliseconds: SpikeSchedule.questionPatience))
    for (half, query) in questions {
      let question: Question = half == .candle ? .candles(query) : .openInterest(query)
      actions.append(ask(question, for: .watch(key), deadline: deadline))
    }
  }

  private mutating func ask(_ question: Question, for purpose: Purpose, deadline: Timestamp) -> Action {
    asked += 1
    inFlight[asked] = purpose
    return .ask(Request(number: asked, question: question, deadline: deadline))
  }

  /// A cycle begins with the first question about a bar of the shortest length.
  private mutating func count(_ rule: SpikeRule, _ bar: Timestamp, _ actions: inout [Action]) {
    guard rule.timeframe == rules.first?.timeframe, cycle.map({ $0 < bar }) ?? true else { return }
    cycle = bar
    actions.append(.countCycle)
  }

  private static func tell(_ outcome: SpikeWatchState.Outcome?, _ actions: inout [Action]) {
    guard let outcome else { return }
    if outcome.isLate { actions.append(.countLate) }
    if let spike = outcome.spike { actions.append(.report(spike)) }
  }

  /// Those who stay keep what is known of them; the others begin with their next bar.
  private mutating func watch(_ members: [Instrument], now: Timestamp) {
    var (chosen, places): ([SpikeWatchState], [Key: Int]) = ([], [:])
    for instrument in members {
      for rule in rules {
        let key = Key(symbol: instrument.symbol, timeframe: rule.timeframe)
        let delay = schedule.delay(position: chosen.count, of: members.count * rules.count)
        var watch =
          self.places[key].map { watches[$0] } ?? SpikeWatchState(instrument, rule, delay: delay, now: now)
        watch.move(to: delay)
        places[key] = chosen.count
        chosen.append(watch)
      }
    }
    (watches, self.places) = (chosen, places)
  }
}
