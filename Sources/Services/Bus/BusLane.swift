public import Model
internal import Telemetry

/// The clients of one loop: which of them want which topic. Belongs to its loop.
public final class BusLane {
  private struct TopicClients {
    /// Those that have been admitted.
    var subscriptions: [ClientSubscription] = []
    /// Of these and of those that wait.
    var formCounts: [EventForm: Int] = [:]
    let counters: TopicCounters
  }

  private let index: Int
  private let metrics: BusMetrics
  /// The ways to the publishers of the exchanges; set once, before the first client.
  public var publishers: [ExchangeID: any LaneLine] = [:]
  /// The way to the publisher of the feeds; set once, before the first client.
  public var feeds: (any LaneLine)?
  private var topics: [BusTopic: TopicClients] = [:]
  private var waiting: [UInt64: ClientSubscription] = [:]
  private var lastTicket: UInt64 = 0

  /// The lane of the given number.
  public init(index: Int, metrics: BusMetrics) {
    self.index = index
    self.metrics = metrics
  }

  /// Subscriptions on this lane.
  public var subscriptionCount: Int { topics.values.reduce(waiting.count) { $0 + $1.subscriptions.count } }

  /// Asks for a subscription; its first events come with its admission.
  public func subscribe(_ subscription: ClientSubscription) {
    let topic = subscription.topic
    lastTicket += 1
    subscription.ticket = lastTicket
    waiting[lastTicket] = subscription
    let clients = topics[topic] ?? TopicClients(counters: metrics.counters(of: topic))
    clients.counters.subscriptions.add(1)
    topics[topic] = clients
    topics[topic]?.formCounts[subscription.form, default: 0] += 1
    line(of: topic)?.post(
      .join(
        JoinRequest(
          topic: topic, form: subscription.form, lane: index, ticket: lastTicket, isNumbered: subscription.isNumbered,
          since: subscription.since)))
  }

  /// Takes a subscription out; one that is not in is ignored.
  public func unsubscribe(_ subscription: ClientSubscription) {
    guard subscription.isActive, var clients = topics.removeValue(forKey: subscription.topic) else { return }
    waiting[subscription.ticket] = nil
    subscription.ticket = 0
    if subscription.position >= 0 {
      // The last one takes the free place, so that leaving costs the same in a list of any length.
      let last = clients.subscriptions.removeLast()
      if last !== subscription {
        clients.subscriptions[subscription.position] = last
        last.position = subscription.position
      }
      subscription.position = -1
    }
    clients.counters.subscriptions.add(-1)
    let count = clients.formCounts[subscription.form, default: 1] - 1
    clients.formCounts[subscription.form] = count == 0 ? nil : count
    if !clients.formCounts.isEmpty { topics[subscription.topic] = clients }
    if count == 0 { line(of: subscription.topic)?.post(.leave(subscription.topic, subscription.form, lane: index)) }
  }

  /// Hands on what came in one turn, in its order: events of one topic behind each other go as one run.
  public func receive(_ deliveries: [Delivery]) {
    var index = 0
    while index < deliveries.count {
      guard case .event(let topic, let event) = deliveries[index] else {
        receive(deliveries[index])
        index += 1
        continue
      }
      var events = [event]
      while index + events.count < deliveries.count, case .event(topic, let next) = deliveries[index + events.count] {
        events.append(next)
      }
      deliver(EventRun(events), topic)
      index += events.count
    }
  }

  /// Hands something to everyone here who wants it.
  public func receive(_ delivery: Delivery) {
    switch delivery {
    case .event(let topic, let event): deliver(EventRun([event]), topic)
    case .admission(let admission): admit(admission)
    case .notice(let topic, let notice):
      // A copy: whoever is told may leave.
      for subscription in topics[topic]?.subscriptions ?? [] { subscription.sink.noticed(notice, of: subscription) }
    case .end(let topic, let reason): end(topic, reason)
    }
  }

  private func line(of topic: BusTopic) -> (any LaneLine)? {
    switch topic {
    case .market(let topic): publishers[topic.exchange]
    case .feed: feeds
    }
  }

  private func admit(_ admission: Admission) {
    // Without it the client has left while it waited.
    guard let subscription = waiting.removeValue(forKey: admission.ticket) else { return }
    subscription.ticket = 0
    subscription.position = topics[subscription.topic]?.subscriptions.count ?? 0
    topics[subscription.topic]?.subscriptions.append(subscription)
    subscription.sink.joined(subscription, admission.standing)
    for notice in admission.notices where subscription.isActive {
      subscription.sink.noticed(notice, of: subscription)
    }
    for event in admission.events where subscription.isActive && subscription.filter.passes(event.event) {
      if !hand(event, to: subscription) { return unsubscribe(subscription) }
    }
  }

  private func deliver(_ run: EventRun, _ topic: BusTopic) {
    guard let clients = topics[topic] else { return }
    let rest = run.events.count == 1 ? clients.subscriptions : clients.subscriptions.filter { !takesWhole(run, $0) }
    // Event by event, so that a client of several streams of a topic gets an event on all of them before the next one.
    for event in run.events {
      for subscription in rest where subscription.isActive && subscription.filter.passes(event.event) {
        if !hand(event, to: subscription) { unsubscribe(subscription) }
      }
    }
  }

  /// Hands a run over in one piece; false when the client must get its events one by one.
  private func takesWhole(_ run: EventRun, _ subscription: ClientSubscription) -> Bool {
    guard subscription.isActive, subscription.takesAll else { return false }
    switch subscription.sink.deliver(run, of: subscription) {
    case .apart: return false
    case .queued(0): break
    case .queued(let conflated): topics[subscription.topic]?.counters.conflated.increment(by: UInt64(conflated))
    case .refused:
      topics[subscription.topic]?.counters.slowConsumers.increment()
      unsubscribe(subscription)
    }
    return true
  }

  /// False when the client can take no more.
  private func hand(_ event: NumberedEvent, to subscription: ClientSubscription) -> Bool {
    switch subscription.sink.deliver(event, of: subscription) {
    case .queued: return true
    case .conflated:
      topics[subscription.topic]?.counters.conflated.increment()
      return true
    case .refused:
      topics[subscription.topic]?.counters.slowConsumers.increment()
      return false
    }
  }

  /// The publisher has forgotten the topic; those who wait have asked for it anew.
  private func end(_ topic: BusTopic, _ reason: String) {
    guard let clients = topics.removeValue(forKey: topic) else { return }
    var rest = TopicClients(counters: clients.counters)
    for subscription in waiting.values where subscription.topic == topic {
      rest.formCounts[subscription.form, default: 0] += 1
    }
    if !rest.formCounts.isEmpty { topics[topic] = rest }
    clients.counters.subscriptions.add(-Int64(clients.subscriptions.count))
    for subscription in clients.subscriptions { subscription.position = -1 }
    for subscription in clients.subscriptions { subscription.sink.ended(subscription, reason: reason) }
  }
}
