public import Model
public import Sessions
internal import Telemetry

/// Sees the events of the feeds before they are published: what is derived from them, or remembered of them.
public protocol FeedObserver: AnyObject {
  /// Events of a feed, in their order. Called on the loop of the `FeedPublisher`; must not wait.
  func observe(_ events: [BusEvent], of feed: Feed)
  /// An exchange of a feed is broken, or whole again.
  func observe(_ notice: StreamNotice, of feed: Feed)
}

/// Publishes the feeds: joins what the exchanges bring, lets the observers see it, numbers and encodes it once and hands it
/// to every lane that has a client for it. Belongs to its loop.
public final class FeedPublisher {
  private let output: BusOutput
  private let counters: BusCounters
  private let clock: any TimeSource
  /// Which exchanges a feed is made of.
  private let exchanges: [Feed: [ExchangeID]]
  private let held: Set<Feed>
  private var audiences: [Feed: TopicAudience] = [:]
  /// The exchanges that bring nothing at present.
  private var broken: [Feed: [ExchangeID: StreamNotice]] = [:]
  /// Feeds that are open upstream, or close when their linger is over.
  private var demand: Demand<Feed>
  /// The ways to the publishers of the exchanges; set once, before the first message.
  public var publishers: [ExchangeID: any PublisherLine] = [:]
  /// Told of everything first; set once, before the first message.
  public var observers: [any FeedObserver] = []
  /// Leads to `wake` after a while; set once, before the first message.
  public var alarm: (any PublisherAlarm)?

  /// A publisher of feeds made of the given exchanges. Those that are `held` are followed from the start.
  public init(
    lanes: [any DeliveryLane], encoder: any EventEncoder, counters: BusCounters, exchanges: [Feed: [ExchangeID]],
    held: Set<Feed> = [], linger: Int64, clock: any TimeSource = SystemClock()
  ) {
    output = BusOutput(lanes: lanes, encoder: encoder, encodings: counters.encodings)
    self.counters = counters
    self.clock = clock
    self.exchanges = exchanges
    self.held = held
    demand = Demand(linger: linger)
  }

  /// Opens the feeds that are held.
  public func start() {
    for feed in held.sorted(by: { $0.rawValue < $1.rawValue }) { want(feed) }
  }

  /// Obeys a message.
  public func handle(_ message: FeedMessage) {
    switch message {
    case .lane(.join(let request)): join(request)
    case .lane(.leave(let topic, let form, let lane)): leave(topic, form, lane: lane)
    case .events(let feed, let events): publish(events, feed)
    case .notice(let feed, let notice): pass(notice, feed)
    }
  }

  /// The alarm rang: feeds that nobody came back to are closed.
  public func wake() {
    for feed in demand.expire(now: clock.monotonicMilliseconds) {
      tell(feed, isWanted: false)
      // Nothing is remembered of what is no longer followed: whoever comes then begins anew.
      audiences[feed] = nil
      broken[feed] = nil
    }
    setAlarm()
  }

  /// The life a feed is in, if anything has been asked of it.
  func epoch(of feed: Feed) -> UInt64? { audiences[feed]?.log.epoch }

  private func join(_ request: JoinRequest) {
    guard case .feed(let feed) = request.topic else { return }
    var audience = audiences[feed] ?? newAudience
    let isFirst = audience.isEmpty
    audience.add(request)
    audiences[feed] = audience
    let notices = broken[feed]?.values.sorted { $0.exchange.name < $1.exchange.name } ?? []
    output.admit(request, of: audience, latest: nil, notices: notices)
    if isFirst { want(feed) }
  }

  private func leave(_ topic: BusTopic, _ form: EventForm, lane: Int) {
    guard case .feed(let feed) = topic, audiences[feed]?.remove(form, lane: lane) == true,
      audiences[feed]?.isEmpty == true
    else { return }
    demand.remove(feed, now: clock.monotonicMilliseconds)
    setAlarm()
  }

  private func publish(_ events: [BusEvent], _ feed: Feed) {
    guard !events.isEmpty else { return }
    for observer in observers { observer.observe(events, of: feed) }
    counters.events.increment(by: UInt64(events.count))
    for index in events.indices {
      _ = output.publish(events[index], on: .feed(feed), to: &audiences[feed, default: newAudience])
    }
  }

  private func pass(_ notice: StreamNotice, _ feed: Feed) {
    for observer in observers { observer.observe(notice, of: feed) }
    switch notice.kind {
    case .stale: broken[feed, default: [:]][notice.exchange] = notice
    case .recovered: broken[feed]?[notice.exchange] = nil
    case .gap: break
    }
    if let audience = audiences[feed] { output.post(.notice(.feed(feed), notice), to: audience) }
  }

  private var newAudience: TopicAudience { TopicAudience(epoch: TopicEpoch.next()) }

  private func want(_ feed: Feed) {
    if demand.add(feed) { tell(feed, isWanted: true) }
  }

  private func tell(_ feed: Feed, isWanted: Bool) {
    guard let channel = feed.channel else { return }
    for exchange in exchanges[feed] ?? [] { publishers[exchange]?.post(.feed(channel, isWanted: isWanted)) }
  }

  private func setAlarm() {
    guard let deadline = demand.nextDeadline else { return }
    alarm?.set(afterMilliseconds: max(1, deadline - clock.monotonicMilliseconds))
  }
}
