internal import Contract

/// What an exchange's requests may do: go, wait for their turn, or be refused.
///
/// Each budget has a line. In it, clients go before repair, repair before monitors, and each of them in order of arrival.
/// While the exchange wants no requests, the gate is closed and everything is refused at once. Time is an argument, in
/// milliseconds.
struct RequestQueueState {
  /// What becomes of a request that arrives.
  enum Verdict: Equatable {
    /// It may be sent.
    case go
    /// It waits; nothing happens before this time.
    case wait(until: Int64)
    /// Its turn cannot come in time.
    case refused(ExchangeError)
  }

  /// What a moment brings.
  struct Step: Equatable {
    /// Whose turn it is, in order.
    var admitted: [Int] = []
    /// Whose turn will not come.
    var refused: [Int: ExchangeError] = [:]
    /// When to look again; `nil` when nobody waits for time to pass.
    var next: Int64?
  }

  /// The most requests that wait.
  static let maxQueued = 5000
  /// The most requests on their way at one time: the rest waits here, where a closed gate still holds it back, and not in
  /// the transport.
  static let maxInFlight = 32

  private struct Entry {
    let id: Int
    let request: UpstreamRequest
    let deadline: Int64
  }

  private struct Line {
    var budget: RateBudget
    let limit: Int
    var waiting: [[Entry]] = RequestPriority.allCases.map { _ in [] }
    var waitingWeight = RequestPriority.allCases.map { _ in 0 }

    /// The weight that goes before a newcomer of a priority.
    func weight(before priority: RequestPriority) -> Int {
      waitingWeight[...priority.rawValue].reduce(0, +)
    }

    /// How long a newcomer has to wait; and whether it may go now, then its weight is taken.
    mutating func take(
      _ weight: Int, _ priority: RequestPriority, mayGo: Bool, now: Int64
    ) -> (wait: Int64, goes: Bool) {
      let wait = budget.wait(for: weight, behind: self.weight(before: priority), now: now)
      let isFirst = waiting[...priority.rawValue].allSatisfy { $0.isEmpty }
      return (wait, isFirst && wait == 0 && mayGo && budget.take(weight, now: now) == 0)
    }

    mutating func append(_ entry: Entry, _ priority: RequestPriority) {
      waiting[priority.rawValue].append(entry)
      waitingWeight[priority.rawValue] += entry.request.weight
    }

    mutating func remove(_ priority: RequestPriority, where isGone: (Entry) -> Bool) -> [Entry] {
      let gone = waiting[priority.rawValue].filter(isGone)
      guard !gone.isEmpty else { return [] }
      waiting[priority.rawValue].removeAll(where: isGone)
      waitingWeight[priority.rawValue] -= gone.reduce(0) { $0 + $1.request.weight }
      return gone
    }
  }

  private var general: RequestBudget
  private var lines: [RequestBudget: Line] = [:]
  private(set) var queued = 0
  private(set) var inFlight = 0
  private var gate: (until: Int64, reason: String)?

  /// The queue of an exchange with its general budget.
  init(_ limits: RESTLimits) {
    general = RequestBudget(
      name: "general", weightPerWindow: limits.weightPerWindow, windowMilliseconds: limits.windowMilliseconds)
    lines[general] = RequestQueueState.line(general)
  }

  private static func line(_ budget: RequestBudget) -> Line {
    Line(
      budget: RateBudget(weightPerWindow: budget.weightPerWindow, windowMilliseconds: budget.windowMilliseconds),
      limit: budget.weightPerWindow)
  }

  // MARK: What happens

  /// A request comes, with a number of its own.
  mutating func arrive(
    _ id: Int, _ request: UpstreamRequest, _ priority: RequestPriority, deadline: Int64, now: Int64
  ) -> Verdict {
    if let closed = refusal(now: now) { return .refused(closed) }
    let budget = request.budget ?? general
    let mayGo = inFlight < RequestQueueState.maxInFlight
    // Changed where it stands, not in a copy.
    let (wait, goes) = lines[budget, default: RequestQueueState.line(budget)]
      .take(request.weight, priority, mayGo: mayGo, now: now)
    if goes {
      inFlight += 1
      return .go
    }
    guard now + wait < deadline, queued < RequestQueueState.maxQueued else {
      return .refused(RequestQueueState.usedUp(wait: max(wait, 1)))
    }
    lines[budget]?.append(Entry(id: id, request: request, deadline: deadline), priority)
    queued += 1
    return .wait(until: min(deadline, now + max(wait, 1)))
  }

  /// A request that waits has given up.
  mutating func leave(_ id: Int) {
    _ = remove { $0.id == id }
  }

  /// All that wait have given up. Gives their numbers.
  mutating func leaveAll() -> [Int] {
    remove { _ in true }.map(\.id)
  }

  /// A request that waits is wanted by someone who goes before it.
  mutating func raise(_ request: UpstreamRequest, to priority: RequestPriority) {
    let name = request.budget ?? general
    guard queued > 0, var line = lines[name] else { return }
    for lower in RequestPriority.allCases where lower > priority {
      for entry in line.remove(lower, where: { $0.request == request }) { line.append(entry, priority) }
    }
    lines[name] = line
  }

  /// A request that was sent is over.
  mutating func finish() {
    inFlight -= 1
  }

  /// The exchange wants no request before a time. Gives those that are refused.
  mutating func close(until time: Int64, reason: String, now: Int64) -> [Int: ExchangeError] {
    if let gate, gate.until >= time, gate.until > now { return [:] }
    gate = (time, reason)
    guard let error = refusal(now: now) else { return [:] }
    return Dictionary(uniqueKeysWithValues: remove { _ in true }.map { ($0.id, error) })
  }

  /// The exchange says what its general budget has used.
  mutating func observe(used: Int, now: Int64) {
    lines[general]?.budget.observe(used: used, now: now)
  }

  /// Lets go who may, refuses whose time is over.
  mutating func advance(now: Int64) -> Step {
    var step = Step()
    guard queued > 0 else { return step }
    for late in remove(where: { $0.deadline <= now }) {
      let wait = lines[late.request.budget ?? general]?.budget.wait(for: late.request.weight, now: now) ?? 0
      step.refused[late.id] =
        inFlight < RequestQueueState.maxInFlight
        ? RequestQueueState.usedUp(wait: max(wait, 1)) : RequestQueueState.stuck
    }
    for priority in RequestPriority.allCases {
      for name in Array(lines.keys) { admit(priority, of: name, into: &step, now: now) }
    }
    if queued > 0 {
      let deadlines = lines.values.flatMap { $0.waiting.joined() }.map(\.deadline)
      step.next = min(step.next ?? .max, deadlines.min() ?? .max)
    }
    return step
  }

  private mutating func admit(
    _ priority: RequestPriority, of name: RequestBudget, into step: inout Step, now: Int64
  ) {
    guard var line = lines[name], line.waiting[..<priority.rawValue].allSatisfy(\.isEmpty) else { return }
    var count = 0
    for entry in line.waiting[priority.rawValue] {
      guard inFlight < RequestQueueState.maxInFlight else { break }
      let wait = line.budget.take(entry.request.weight, now: now)
      guard wait == 0 else {
        step.next = min(step.next ?? .max, now + wait)
        break
      }
      count += 1
      inFlight += 1
      queued -= 1
      line.waitingWeight[priority.rawValue] -= entry.request.weight
      step.admitted.append(entry.id)
    }
    line.waiting[priority.rawValue].removeFirst(count)
    lines[name] = line
  }

  private mutating func remove(where isGone: (Entry) -> Bool) -> [Entry] {
    guard queued > 0 else { return [] }
    var gone: [Entry] = []
    for name in Array(lines.keys) {
      for priority in RequestPriority.allCases { gone += lines[name]?.remove(priority, where: isGone) ?? [] }
    }
    queued -= gone.count
    return gone
  }

  // MARK: What can be read

  /// Until when the gate is closed, and why; `nil` while it is open.
  func pause(now: Int64) -> (until: Int64, reason: String)? {
    guard let gate, gate.until > now else { return nil }
    return gate
  }

  /// Each budget as it stands now, by name.
  mutating func readings(now: Int64) -> [BudgetReading] {
    lines.keys.sorted { $0.name < $1.name }.compactMap { name in
      guard var line = lines[name] else { return nil }
      return BudgetReading(
        name: name.name, used: line.budget.used(now: now), limit: line.limit,
        queued: line.waiting.reduce(0) { $0 + $1.count })
    }
  }

  // MARK: What is said

  private func refusal(now: Int64) -> ExchangeError? {
    pause(now: now).map { ExchangeError(.limited, .pause(milliseconds: $0.until - now), $0.reason) }
  }

  private static func usedUp(wait: Int64) -> ExchangeError {
    ExchangeError(.limited, .pause(milliseconds: wait), "the exchange's request limit is used up")
  }

  private static let stuck = ExchangeError(
    .timeout, .never, "the exchange has not answered the requests before this one")
}
