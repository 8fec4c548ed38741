public import Model
internal import Telemetry

/// The clients of one loop: which of them want which topic. Belongs to its loop.
public final class BusLane {
  private struct TopicClients {
    /// Those that have been admitted and are served one by one.
    var subscriptions = SubscriptionList()
    /// Those that are served together.
    var groups: [SubscriptionGroup] = []
    /// Of all these and of those that wait.
    var formCounts: [EventForm: Int] = [:]
    let counters: TopicCounters

    var admitted: [ClientSubscription] { groups.reduce(subscriptions.all) { $0 + $1.members.all } }

    mutating func insert(_ subscription: ClientSubscription) {
      if let group = subscription.group, subscription.isShared {
        group.members.append(subscription)
      } else {
        subscriptions.append(subscription)
      }
    }

    mutating func remove(_ subscription: ClientSubscription) {
      if let group = subscription.group, subscription.isShared {
        group.members.remove(subscription)
      } else {
        subscriptions.remove(subscription)
      }
    }

    /// It will not be served together with others any more.
    mutating func leaveGroup(_ subscription: ClientSubscription) {
      guard let group = subscription.group else { return }
      subscription.group = nil
      subscription.isShared = false
      group.wisherCount -= 1
      if group.wisherCount == 0 { groups.removeAll { $0 === group } }
    }
  }

  /// Of a topic: where each client has a filter of its own, looking for its group must not cost more than it spares.
  static let mostGroups = 16

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
  public var subscriptionCount: Int { topics.values.reduce(waiting.count) { $0 + $1.admitted.count } }

  /// Asks for a subscription; its first events come with its admission.
  public func subscribe(_ subscription: ClientSubscription) {
    let topic = subscription.topic
    lastTicket += 1
    subscription.ticket = lastTicket
    waiting[lastTicket] = subscription
    var clients = topics[topic] ?? TopicClients(counters: metrics.counters(of: topic))
    clients.formCounts[subscription.form, default: 0] += 1
    topics[topic] = clients
    line(of: topic)?.post(
      .join(
        JoinRequest(
          topic: topic, form: subscription.form, lane: index, ticket: lastTicket, isNumbered: subscription.isNumbered,
          since: subscription.since)))
  }

  /// Takes a subscription out; one that is not in is ignored.
  public func unsubscribe(_ subscription: ClientSubscription) {
    guard subscription.isActive, var clients = topics.removeValue(forKey: subscription.topic) else { return }
    if waiting.removeValue(forKey: subscription.ticket) == nil { clients.counters.subscriptions.add(-1) }
    subscription.ticket = 0
    if subscription.position >= 0 { clients.remove(subscription) }
    clients.leaveGroup(subscription)
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
      for subscription in topics[topic]?.admitted ?? [] { subscription.sink.noticed(notice, of: subscription) }
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
    topics[subscription.topic]?.insert(subscription)
    topics[subscription.topic]?.counters.subscriptions.add(1)
    subscription.sink.joined(subscription, admission.standing)
    for notice in admission.notices where subscription.isActive {
      subscription.sink.noticed(notice, of: subscription)
    }
    for event in admission.events where subscription.isActive && subscription.filter.passes(event.event) {
      if !hand(event, to: subscription) { return unsubscribe(subscription) }
    }
    if subscription.isActive { offerGroup(to: subscription) }
  }

  // MARK: Groups

  /// A group is for several: the first who wants something is served by himself.
  private func offerGroup(to subscription: ClientSubscription) {
    guard let clients = topics[subscription.topic], clients.formCounts[subscription.form, default: 0] > 1 else {
      return
    }
    let known = clients.groups.first { $0.wants(subscription) }
    guard known != nil || clients.groups.count < BusLane.mostGroups,
      let port = subscription.sink.share(known?.port, of: subscription)
    else { return }
    let group = known ?? SubscriptionGroup(subscription, port)
    group.wisherCount += 1
    subscription.group = group
    if known == nil { topics[subscription.topic]?.groups.append(group) }
  }

  /// From now on the client is served together with its group.
  public func join(_ subscription: ClientSubscription) { move(subscription, isShared: true) }

  /// From now on the client is served by itself.
  public func part(_ subscription: ClientSubscription) { move(subscription, isShared: false) }

  private func move(_ subscription: ClientSubscription, isShared: Bool) {
    guard subscription.position >= 0, subscription.group != nil, subscription.isShared != isShared else { return }
    topics[subscription.topic]?.remove(subscription)
    subscription.isShared = isShared
    topics[subscription.topic]?.insert(subscription)
  }

  private func deliver(_ run: EventRun, to group: SubscriptionGroup, _ counters: TopicCounters) {
    guard !group.members.all.isEmpty else { return }
    let members = group.members.all
    let (queued, conflated) = group.deliver(run)
    if conflated > 0 { counters.conflated.increment(by: UInt64(conflated * members.count)) }
    guard queued < run.events.count else { return }
    // More than a client may have waiting: each has its own copy now, and comes to its own end.
    group.port.disband()
    deliver(EventRun(Array(run.events[queued...])), to: members)
  }

  // MARK: Events

  private func deliver(_ run: EventRun, _ topic: BusTopic) {
    guard let clients = topics[topic] else { return }
    deliver(run, to: clients.subscriptions.all)
    for group in clients.groups { deliver(run, to: group, clients.counters) }
  }

  private func deliver(_ run: EventRun, to subscriptions: [ClientSubscription]) {
    let rest = run.events.count == 1 ? subscriptions : subscriptions.filter { !takesWhole(run, $0) }
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
    let admitted = clients.admitted
    clients.counters.subscriptions.add(-Int64(admitted.count))
    for subscription in admitted {
      subscription.position = -1
      subscription.isShared = false
      subscription.group = nil
    }
    for subscription in admitted { subscription.sink.ended(subscription, reason: reason) }
  }
}
