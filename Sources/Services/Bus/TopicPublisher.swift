public import Contract
public import Model
public import Sessions
internal import Telemetry

/// The publishing side of one exchange: takes the events of its sessions, keeps candles honest, numbers and encodes once,
/// and hands the result to every lane that has a client for it, and to the feeds it is part of. Belongs to the
/// exchange's loop.
public final class TopicPublisher: EventSink {
  let exchange: ExchangeID
  let output: BusOutput
  let counters: BusCounters
  let backfill: CandleBackfill
  let tradeBackfill: TradeBackfill?
  let clock: any TimeSource
  private let habits: StreamHabits
  private let terms: RepairTerms
  // Without the check of exclusive access, here and below: docs/decisions/0023.
  /// The topics of single instruments.
  @exclusivity(unchecked) var topics: [Topic: PublishedTopic] = [:]
  /// What the feeds that are wanted are made of, by channel.
  @exclusivity(unchecked) var feeds: [Channel: FeedTopicState] = [:]
  /// Those of these channels that the exchange streams whole.
  @exclusivity(unchecked) var wholeFeeds: [Channel] = []
  /// What the feeds are to be handed at the end of a batch.
  @exclusivity(unchecked) var forFeeds: [(feed: Feed, events: [BusEvent])] = []
  /// How many events the batch has.
  @exclusivity(unchecked) var batchCount = 1
  /// Which exchanges' channels, wanted by a feed, are broken.
  var brokenFeeds: [Channel: FeedBreakState] = [:]
  @exclusivity(unchecked) var lead: ClockLead
  /// Topics that the exchange has confirmed since they were opened.
  var standing: Set<Topic> = []
  /// What the feeds miss, by channel.
  var feedGaps: [Channel: FeedGapState] = [:]
  /// When the alarm rings, in monotonic milliseconds.
  var alarmTime: Int64?
  /// Opens topics upstream; set once, before the first message.
  public weak var source: (any TopicSource)?
  /// Knows what topics of all instruments are made of; set once, before the first message. Without it they are empty.
  public var membership: (any FeedMembership)?
  /// Leads back to this publisher from any thread; set once, before the first message.
  public var line: (any PublisherLine)?
  /// Leads to the publisher of the feeds; set once, before the first message.
  public var feedLine: (any FeedLine)?
  /// Where gaps are written down; set once, before the first message, or `nil` for nowhere.
  public var book: (any GapBook)?
  /// Leads to `wake` after a while; set once, before the first message.
  public var alarm: (any PublisherAlarm)?

  /// The publisher of an exchange, to the given lanes.
  public init(
    _ exchange: ExchangeID, lanes: [any DeliveryLane], encoder: any EventEncoder, backfill: CandleBackfill,
    trades: TradeBackfill? = nil, counters: BusCounters, habits: StreamHabits = StreamHabits(),
    terms: RepairTerms = RepairTerms(), clock: any TimeSource = SystemClock()
  ) {
    self.exchange = exchange
    output = BusOutput(lanes: lanes, encoder: encoder, encodings: counters.encodings)
    self.backfill = backfill
    self.counters = counters
    tradeBackfill = trades
    self.habits = habits
    self.terms = terms
    lead = ClockLead(longest: terms.longestLead)
    self.clock = clock
  }

  // MARK: Messages

  /// Obeys a message.
  public func handle(_ message: PublisherMessage) {
    switch message {
    case .lane(.join(let request)): join(request)
    case .lane(.leave(.market(let topic), let form, let lane)): leave(topic, form, lane: lane)
    case .lane(.leave(.feed, _, _)): break
    case .feed(let channel, let isWanted): isWanted ? openFeed(channel) : closeFeed(channel)
    case .snapshot(let topic, let candle): receiveSnapshot(candle, topic)
    case .fetched(let topic, let question, let page): receiveFetched(page, question: question, topic)
    case .fetchedTrades(let topic, let trades): receiveFetchedTrades(trades, topic)
    case .listed(let changes):
      for channel in feeds.keys { settle(channel) }
      for change in changes where change.kind == .delisted { end(change.instrument) }
      feedLine?.post(.events(.instruments, changes.map { .listing($0) }))
    }
  }

  private func join(_ request: JoinRequest) {
    guard case .market(let topic) = request.topic, topic.instrument != nil else { return }
    let published = topics[topic] ?? newTopic(topic)
    let wasWanted = published.isWanted
    published.audience.add(request)
    topics[topic] = published
    output.admit(
      request, of: published.audience, latest: published.latest, notices: published.notices(of: exchange))
    noteBreakForNewcomer(topic)
    if !wasWanted { source?.open(topic) }
    if published.candles != nil, published.latest == nil { askForSnapshot(topic) }
  }

  private func leave(_ topic: Topic, _ form: EventForm, lane: Int) {
    // The state stays through the linger: whoever comes back then finds the current candle, and what was missed.
    guard topics[topic]?.audience.remove(form, lane: lane) == true, topics[topic]?.isWanted == false else { return }
    source?.close(topic)
  }

  func newTopic(_ topic: Topic) -> PublishedTopic {
    PublishedTopic(topic.channel, habits: habits, terms: terms, epoch: TopicEpoch.next())
  }

  /// The instrument is no longer traded: whoever follows it is told, and what is open for it is closed.
  private func end(_ instrument: Instrument) {
    for (topic, published) in topics where topic.instrument?.symbol == instrument.symbol {
      output.post(.end(.market(topic), reason: "symbol '\(instrument.symbol)' was delisted"), to: published.audience)
      if published.isWanted { source?.close(topic) }
      noteEnd(topic)
      topics[topic] = nil
    }
  }

  // MARK: From the sessions

  /// Publishes a batch.
  public func receive(_ events: [MarketEvent]) {
    batchCount = events.count
    // Where they stand, here and below: an event is three cache lines, and each copy waits for what was written just before.
    events.withUnsafeBufferPointer { events in
      guard let first = events.baseAddress else { return }
      for index in events.indices { receive(first + index) }
    }
    flushFeeds()
  }

  private func receive(_ event: UnsafePointer<MarketEvent>) {
    let topic = event.pointee.topic
    switch event.pointee {
    case .candle(let candle): receiveCandle(candle, event, topic)
    case .trade(let trade): receiveTrade(trade, event, topic)
    case .liquidation:
      publish(event, topic)
      passOn(event, topic)
    }
  }

  /// Hands the feeds what has been kept for them.
  func flushFeeds() {
    while let (feed, events) = forFeeds.popLast() { feedLine?.post(.events(feed, events)) }
  }

  /// What these topics do not bring from now on is missed.
  public func confirmed(_ confirmed: [Topic]) { standing.formUnion(confirmed) }

  /// What was latest is no longer: the next newcomer asks REST.
  public func interrupted(_ broken: [Topic], cause: BreakCause) {
    // While the connection stands its clock holds.
    if cause != .stall { lead = ClockLead(longest: terms.longestLead) }
    let now = clock.wallClock
    for topic in broken {
      topics[topic]?.latest = nil
      noteBreak(topic, cause)
      let isNews = topics[topic]?.brokenSince == nil
      if isNews || cause == .ban { topics[topic]?.brokenCause = cause }
      guard isNews else { continue }
      topics[topic]?.brokenSince = now
      tell(.stale, since: now, cause: cause, topic)
    }
    feedsInterrupted(broken, now, cause: cause)
  }

  /// The exchange has confirmed the topics anew.
  public func restored(_ restored: [Topic]) {
    let now = moment
    for topic in restored {
      guard let published = topics[topic], let since = published.brokenSince else { continue }
      published.brokenSince = nil
      published.restore(now)
      setAlarm(published.delay(now), now)
      noteRestoration(topic)
      tell(.recovered, since: since, cause: published.brokenCause, topic)
    }
    feedsRestored(restored)
  }

  /// Forgets topics that are closed upstream.
  public func ended(_ closed: [Topic]) {
    standing.subtract(closed)
    for topic in closed where topics[topic]?.isWanted == false {
      noteEnd(topic)
      topics[topic] = nil
    }
  }

  func publish(_ event: UnsafePointer<MarketEvent>, _ topic: Topic) {
    if let published = topics[topic] { publish(event, topic, published) }
  }

  func publish(_ event: UnsafePointer<MarketEvent>, _ topic: Topic, _ published: PublishedTopic) {
    counters.events.increment()
    published.publish(event, on: topic, to: output)
  }

  func tell(_ kind: StreamNotice.Kind, since: Timestamp, cause: BreakCause, _ topic: Topic) {
    guard let published = topics[topic] else { return }
    let notice = StreamNotice(kind, exchange: exchange, since: since, cause: cause.rawValue)
    output.post(.notice(.market(topic), notice), to: published.audience)
  }
}
