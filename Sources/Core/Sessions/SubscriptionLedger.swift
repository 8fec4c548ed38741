internal import Contract

/// What one connection was asked for and what it confirmed: decides the next subscribe or unsubscribe message.
struct SubscriptionLedger {
  /// A message that has been sent and not answered.
  private struct Pending {
    let verb: SubscriptionVerb
    let topics: [UpstreamTopic]
    let deadline: Int64
  }

  /// How long an exchange may take to answer a message, in milliseconds.
  static let answerDeadline: Int64 = 10_000

  private let topicsPerMessage: Int
  private let refusesWholeMessage: Bool
  private(set) var wanted: Set<UpstreamTopic> = []
  /// What the connection carries, or has been asked to.
  private var requested: Set<UpstreamTopic> = []
  /// What the exchange has confirmed that it carries.
  private(set) var confirmed: Set<UpstreamTopic> = []
  /// Topics the exchange refused by themselves: not asked for again on this connection.
  private(set) var refused: Set<UpstreamTopic> = []
  private var pending: [Int: Pending] = [:]
  /// Halves of a refused message, to be asked one by one.
  private var halves: [[UpstreamTopic]] = []
  /// Topics to be closed and opened again.
  private var renewals: Set<UpstreamTopic> = []
  private var lastRequest = 0

  init(topicsPerMessage: Int, refusesWholeMessage: Bool) {
    self.topicsPerMessage = max(1, topicsPerMessage)
    self.refusesWholeMessage = refusesWholeMessage
  }

  /// Whether everything wanted is confirmed, but for what was refused.
  var isSettled: Bool { wanted.isSubset(of: confirmed.union(refused)) }

  /// Whether a message is waiting to be sent.
  var hasMessage: Bool { nextChange != nil }

  /// What the connection carries, or was asked to carry.
  var carried: Set<UpstreamTopic> { requested }

  /// The earliest deadline of an unanswered message.
  var answerDeadline: Int64? { pending.values.map(\.deadline).min() }

  mutating func want(_ topics: Set<UpstreamTopic>) {
    wanted = topics
    refused.formIntersection(topics)
    renewals.formIntersection(topics)
  }

  /// Has topics that the connection carries closed and opened again.
  mutating func renew(_ topics: Set<UpstreamTopic>) {
    renewals.formUnion(topics.intersection(requested))
  }

  /// A new connection carries nothing.
  mutating func connectionStarted() {
    requested = []
    confirmed = []
    refused = []
    pending = [:]
    halves = []
    renewals = []
    lastRequest = 0
  }

  /// The next message to send; `nil` when there is nothing to change.
  mutating func nextMessage(now: Int64) -> (verb: SubscriptionVerb, topics: [UpstreamTopic], request: Int)? {
    guard let (verb, topics) = nextChange else { return nil }
    if !halves.isEmpty, verb == .subscribe { halves.removeFirst() }
    lastRequest += 1
    pending[lastRequest] = Pending(verb: verb, topics: topics, deadline: now + SubscriptionLedger.answerDeadline)
    switch verb {
    case .subscribe: requested.formUnion(topics)
    case .unsubscribe:
      requested.subtract(topics)
      confirmed.subtract(topics)
      renewals.subtract(topics)
    }
    return (verb, topics, lastRequest)
  }

  private var nextChange: (SubscriptionVerb, [UpstreamTopic])? {
    if let half = halves.first { return (.subscribe, half) }
    if !renewals.isEmpty { return (.unsubscribe, SubscriptionLedger.some(renewals, topicsPerMessage)) }
    let missing = wanted.subtracting(requested).subtracting(refused)
    if !missing.isEmpty { return (.subscribe, SubscriptionLedger.some(missing, topicsPerMessage)) }
    let surplus = requested.subtracting(wanted)
    if !surplus.isEmpty { return (.unsubscribe, SubscriptionLedger.some(surplus, topicsPerMessage)) }
    return nil
  }

  /// In the order of their names, so that the same demand makes the same messages.
  private static func some(_ topics: Set<UpstreamTopic>, _ count: Int) -> [UpstreamTopic] {
    Array(topics.sorted { $0.name < $1.name }.prefix(count))
  }

  /// Gives the topics that are now known to be carried.
  @discardableResult
  mutating func acknowledged(_ request: Int) -> [UpstreamTopic] {
    guard let message = pending.removeValue(forKey: request), message.verb == .subscribe else { return [] }
    confirmed.formUnion(requested.intersection(message.topics))
    return message.topics
  }

  /// Gives the topics that are now known to be refused.
  mutating func refused(_ request: Int?) -> [UpstreamTopic] {
    // An exchange that does not say which message it refuses means the oldest one.
    guard let number = request ?? pending.keys.min(), let message = pending.removeValue(forKey: number) else {
      return []
    }
    guard message.verb == .subscribe else { return [] }
    if refusesWholeMessage, message.topics.count > 1 {
      let middle = message.topics.count / 2
      halves.append(Array(message.topics[..<middle]))
      halves.append(Array(message.topics[middle...]))
      return []
    }
    requested.subtract(message.topics)
    renewals.subtract(message.topics)
    refused.formUnion(message.topics)
    return message.topics
  }
}
