public import Model

/// What one client wants of one topic.
public final class ClientSubscription {
  /// The topic.
  public let topic: Topic
  /// The shape the client reads.
  public let form: EventForm
  /// Events worth less than this, in quote units, are left out; `nil` for all.
  public let minimumNotional: FixedDecimal?
  fileprivate unowned let sink: any ClientSink
  /// Where it stands in its topic's list; -1 when in none.
  fileprivate var position = -1

  /// A wish of the given properties; `sink` must outlive the subscription.
  public init(_ topic: Topic, form: EventForm, minimumNotional: FixedDecimal? = nil, sink: any ClientSink) {
    self.topic = topic
    self.form = form
    self.minimumNotional = minimumNotional
    self.sink = sink
  }

  fileprivate func wants(_ event: EncodedEvent) -> Bool {
    guard let minimumNotional else { return true }
    guard let notional = event.notional else { return false }
    return notional >= minimumNotional
  }
}

/// The clients of one loop: which of them want which topic. Belongs to its loop.
public final class BusLane {
  private struct TopicClients {
    var subscriptions: [ClientSubscription] = []
    var formCounts: [EventForm: Int] = [:]
    /// The last candle delivered in each form: what a further client gets at once.
    var latest: [EventForm: EncodedEvent] = [:]
  }

  private let index: Int
  /// The ways to the publishers; set once, before the first client.
  public var publishers: [ExchangeID: any PublisherLine] = [:]
  private var topics: [Topic: TopicClients] = [:]

  /// The lane of the given number.
  public init(index: Int) {
    self.index = index
  }

  /// Subscriptions on this lane.
  public var subscriptionCount: Int { topics.values.reduce(0) { $0 + $1.subscriptions.count } }

  /// Adds a subscription. If the topic's current candle is known here, it is delivered before this returns.
  public func subscribe(_ subscription: ClientSubscription) {
    let topic = subscription.topic
    var clients = topics.removeValue(forKey: topic) ?? TopicClients()
    subscription.position = clients.subscriptions.count
    clients.subscriptions.append(subscription)
    let count = clients.formCounts[subscription.form, default: 0]
    clients.formCounts[subscription.form] = count + 1
    topics[topic] = clients
    if count == 0 { publishers[topic.exchange]?.post(.open(topic, subscription.form, lane: index)) }
    if let latest = clients.latest[subscription.form], !subscription.sink.deliver(latest, subscription.form) {
      unsubscribe(subscription)
    }
  }

  /// Takes a subscription out; one that is not in is ignored.
  public func unsubscribe(_ subscription: ClientSubscription) {
    let topic = subscription.topic
    guard subscription.position >= 0, var clients = topics.removeValue(forKey: topic) else { return }
    // The last one takes the free place, so that leaving costs the same in a list of any length.
    let last = clients.subscriptions.removeLast()
    if last !== subscription {
      clients.subscriptions[subscription.position] = last
      last.position = subscription.position
    }
    subscription.position = -1
    let count = clients.formCounts[subscription.form, default: 1] - 1
    clients.formCounts[subscription.form] = count == 0 ? nil : count
    if count == 0 { clients.latest[subscription.form] = nil }
    if !clients.subscriptions.isEmpty { topics[topic] = clients }
    if count == 0 { publishers[topic.exchange]?.post(.close(topic, subscription.form, lane: index)) }
  }

  /// Hands an event to everyone here who wants it.
  public func deliver(_ delivery: Delivery) {
    guard let clients = topics[delivery.topic] else { return }
    if case .candle = delivery.event.event {
      for form in clients.formCounts.keys where delivery.event.frame(form) != nil {
        topics[delivery.topic]?.latest[form] = delivery.event
      }
    }
    var refusing: [ClientSubscription] = []
    for subscription in clients.subscriptions where subscription.wants(delivery.event) {
      if !subscription.sink.deliver(delivery.event, subscription.form) { refusing.append(subscription) }
    }
    for subscription in refusing { unsubscribe(subscription) }
  }
}
