public import Contract
public import Model
public import Sessions
internal import Telemetry

/// The publishing side of one exchange: takes the events of its sessions, keeps candles honest, encodes once and hands the
/// result to every lane that has a client for it. Belongs to the exchange's loop.
public final class TopicPublisher: EventSink {
  private struct OpenTopic {
    var lanes: [Int: Set<EventForm>] = [:]
    /// The latest candle; `nil` before the first and after the stream broke.
    var latest: MarketEvent?
    var sequence: CandleSequenceState?
    /// Where the exchange marks no final.
    var closing: CandleClosingState?
    var isSnapshotAsked = false
    /// Whether it is open for the topic of all instruments.
    var isMember = false
    /// Where the exchange tells trades again.
    var repeats: TradeRepeatState?

    /// Whether it must be open upstream.
    var isWanted: Bool { !lanes.isEmpty || isMember }
    var forms: Set<EventForm> { lanes.values.reduce(into: []) { $0.formUnion($1) } }
  }

  private let lanes: [any DeliveryLane]
  private let encoder: any EventEncoder
  private let backfill: CandleBackfill
  private let counters: BusCounters
  private let habits: StreamHabits
  private let clock: any TimeSource
  private var topics: [Topic: OpenTopic] = [:]
  /// The topics of all instruments that are wanted.
  private var feeds: [Topic: FeedTopicState] = [:]
  private var lead = ClockLead()
  /// The exchange's time the alarm is set for.
  private var alarmTime: Timestamp?
  /// Opens topics upstream; set once, before the first message.
  public weak var source: (any TopicSource)?
  /// Knows what topics of all instruments are made of; set once, before the first message. Without it they are empty.
  public var membership: (any FeedMembership)?
  /// Leads back to this publisher from any thread; set once, before the first message.
  public var line: (any PublisherLine)?
  /// Leads to `wake` after a while; set once, before the first message.
  public var alarm: (any PublisherAlarm)?

  /// A publisher to the given lanes.
  public init(
    lanes: [any DeliveryLane], encoder: any EventEncoder, backfill: CandleBackfill, counters: BusCounters,
    habits: StreamHabits = StreamHabits(), clock: any TimeSource = SystemClock()
  ) {
    self.lanes = lanes
    self.encoder = encoder
    self.backfill = backfill
    self.counters = counters
    self.habits = habits
    self.clock = clock
  }

  // MARK: From the lanes

  /// Obeys a message.
  public func handle(_ message: PublisherMessage) {
    switch message {
    case .open(let topic, let form, let lane): open(topic, form, lane: lane)
    case .close(let topic, let form, let lane): close(topic, form, lane: lane)
    case .snapshot(let topic, let candle):
      topics[topic]?.isSnapshotAsked = false
      // A stream that has spoken meanwhile knows better.
      guard let candle, let open = topics[topic], open.latest == nil else { return }
      lead.note(answerMadeAfter: candle.receiveTime, at: clock.wallClock)
      topics[topic]?.closing?.receiveSnapshot(candle)
      follow(candle, topic)
      setAlarm(topics[topic]?.closing?.deadline)
    case .fetched(let topic, let candles):
      if let candle = candles.last { lead.note(answerMadeAfter: candle.receiveTime, at: clock.wallClock) }
      guard var sequence = topics[topic]?.sequence else { return }
      let actions = sequence.receiveFetched(candles)
      topics[topic]?.sequence = sequence
      obey(actions, topic)
    case .listed: for topic in feeds.keys { settle(topic) }
    }
  }

  private func open(_ topic: Topic, _ form: EventForm, lane: Int) {
    var open = topics[topic] ?? newTopic(topic)
    let (wasWanted, hadClients) = (open.isWanted, !open.lanes.isEmpty)
    let isNewForm = open.lanes[lane, default: []].insert(form).inserted
    topics[topic] = open
    if topic.instrument == nil {
      if !hadClients { openFeed(topic) }
    } else if !wasWanted {
      source?.open(topic)
    }
    guard open.sequence != nil, isNewForm else { return }
    if let latest = open.latest {
      lanes[lane].post(Delivery(topic: topic, event: EncodedEvent(latest, forms: [form], encoder: encoder)))
    } else {
      askForSnapshot(topic)
    }
  }

  private func close(_ topic: Topic, _ form: EventForm, lane: Int) {
    guard var open = topics[topic], open.lanes[lane]?.remove(form) != nil else { return }
    if open.lanes[lane]?.isEmpty == true { open.lanes[lane] = nil }
    topics[topic] = open
    guard open.lanes.isEmpty else { return }
    if topic.instrument == nil { return closeFeed(topic) }
    // The state stays through the linger: whoever comes back then finds the current candle.
    if !open.isWanted { source?.close(topic) }
  }

  // MARK: Topics of all instruments

  private func openFeed(_ topic: Topic) {
    feeds[topic] = FeedTopicState(topic)
    membership?.demandChanged(true)
    settle(topic)
  }

  private func closeFeed(_ topic: Topic) {
    guard var feed = feeds.removeValue(forKey: topic) else { return }
    obey(feed.end(), of: topic)
    if topics[topic]?.isWanted == false { topics[topic] = nil }
    membership?.demandChanged(!feeds.isEmpty)
  }

  /// Has upstream what a topic of all instruments is made of now.
  private func settle(_ topic: Topic) {
    guard var feed = feeds[topic], let membership else { return }
    let actions = feed.receive(membership.members(of: topic.channel))
    feeds[topic] = feed
    obey(actions, of: topic)
  }

  private func obey(_ actions: [FeedTopicState.Action], of feed: Topic) {
    var opened: [Topic] = []
    for action in actions {
      switch action {
      case .open(let part) where part == feed: opened.append(part)
      case .close(let part) where part == feed: source?.close(part)
      case .open(let part):
        var open = topics[part] ?? newTopic(part)
        if !open.isWanted { opened.append(part) }
        open.isMember = true
        topics[part] = open
      case .close(let part):
        topics[part]?.isMember = false
        if topics[part]?.isWanted == false { source?.close(part) }
      }
    }
    if !opened.isEmpty { source?.open(opened) }
  }

  /// Hands an event of an instrument to those who want all instruments.
  private func publishToAll(_ event: MarketEvent, _ topic: Topic) {
    guard !feeds.isEmpty else { return }
    let all = Topic(topic.channel, ofAllOn: topic.exchange)
    guard feeds[all]?.carries(topic) == true else { return }
    // Their clients compare values in dollars.
    guard event.instrument.isQuotedInDollars else { return counters.otherQuotes.increment() }
    publish(event, all)
  }

  // MARK: From the sessions

  /// Publishes a batch.
  public func receive(_ events: [MarketEvent]) {
    for event in events {
      let topic = event.topic
      switch event {
      case .candle(let candle): receiveCandle(candle, topic)
      case .trade(let trade):
        guard isNews(trade, topic) else { continue }
        publish(event, topic)
        publishToAll(event, topic)
      case .liquidation:
        publish(event, topic)
        publishToAll(event, topic)
      }
    }
  }

  /// What was latest is no longer: the next newcomer asks REST.
  public func interrupted(_ broken: [Topic]) {
    lead = ClockLead()
    for topic in broken {
      topics[topic]?.latest = nil
      topics[topic]?.closing?.interrupt()
    }
  }

  /// Forgets topics that are closed upstream.
  public func ended(_ closed: [Topic]) {
    for topic in closed where topics[topic]?.isWanted == false { topics[topic] = nil }
  }

  private func isNews(_ trade: Trade, _ topic: Topic) -> Bool {
    guard habits.repeatsTrades else { return true }
    return topics[topic]?.repeats?.receive(trade) ?? true
  }

  private func receiveCandle(_ candle: Candle, _ topic: Topic) {
    guard var closing = topics[topic]?.closing else { return follow(candle, topic) }
    lead.note(candle, isFurther: closing.isFollowed && closing.openTime == candle.openTime)
    let candles = closing.receive(candle)
    topics[topic]?.closing = closing
    for candle in candles { follow(candle, topic) }
    setAlarm(closing.deadline)
  }

  /// Takes a candle into its topic's order.
  private func follow(_ candle: Candle, _ topic: Topic) {
    guard var sequence = topics[topic]?.sequence else { return }
    let actions = sequence.receive(candle)
    topics[topic]?.sequence = sequence
    obey(actions, topic)
  }

  private func obey(_ actions: [CandleSequenceState.Action], _ topic: Topic) {
    for action in actions {
      switch action {
      case .publish(let candle): publish(.candle(candle), topic)
      case .fetch(let from, let to): fetch(topic, from, to)
      case .drop: counters.lateCandles.increment()
      case .missing(let count): counters.missingCandles.increment(by: UInt64(count))
      }
    }
  }

  private func publish(_ event: MarketEvent, _ topic: Topic) {
    guard let open = topics[topic] else { return }
    counters.events.increment()
    if open.sequence != nil { topics[topic]?.latest = event }
    guard !open.lanes.isEmpty else { return }
    let encoded = EncodedEvent(event, forms: open.forms, encoder: encoder)
    for lane in open.lanes.keys { lanes[lane].post(Delivery(topic: topic, event: encoded)) }
  }

  // MARK: Candles that end by the clock

  /// The alarm rang: candles whose end has passed are closed.
  public func wake() {
    alarmTime = nil
    let now = lead.exchangeTime(at: clock.wallClock)
    for topic in topics.filter({ $0.value.closing?.deadline.map { $0 <= now } ?? false }).keys { end(topic, now: now) }
    setAlarm(topics.values.compactMap { $0.closing?.deadline }.min())
  }

  private func end(_ topic: Topic, now: Timestamp) {
    guard var closing = topics[topic]?.closing, let ending = closing.tick(now: now) else { return }
    topics[topic]?.closing = closing
    switch ending {
    case .final(let candle): follow(candle, topic)
    case .unseen(let openTime):
      guard var sequence = topics[topic]?.sequence else { return }
      let actions = sequence.expectFinal(of: openTime)
      topics[topic]?.sequence = sequence
      obey(actions, topic)
    }
  }

  /// Sees to it that `wake` is called at a time of the exchange's clock, if no earlier one is set.
  private func setAlarm(_ deadline: Timestamp?) {
    guard let deadline, deadline < alarmTime ?? .latest else { return }
    alarmTime = deadline
    let now = lead.exchangeTime(at: clock.wallClock)
    alarm?.set(afterMilliseconds: max(1, deadline.milliseconds(since: now) + 1))
  }

  // MARK: Asking REST

  private func newTopic(_ topic: Topic) -> OpenTopic {
    switch topic.channel {
    case .candles(let interval):
      OpenTopic(
        sequence: CandleSequenceState(interval: interval),
        closing: habits.marksFinals ? nil : CandleClosingState(interval: interval))
    case .trades: OpenTopic(repeats: habits.repeatsTrades ? TradeRepeatState() : nil)
    case .liquidations: OpenTopic()
    }
  }

  private func askForSnapshot(_ topic: Topic) {
    guard topics[topic]?.isSnapshotAsked == false, case .candles(let interval) = topic.channel,
      let instrument = topic.instrument
    else { return }
    topics[topic]?.isSnapshotAsked = true
    let (backfill, line) = (backfill, line)
    Task { line?.post(.snapshot(topic, await backfill.current(instrument, interval))) }
  }

  private func fetch(_ topic: Topic, _ from: Timestamp, _ to: Timestamp) {
    guard case .candles(let interval) = topic.channel, let instrument = topic.instrument else { return }
    counters.backfills.increment()
    let (backfill, line) = (backfill, line)
    Task { line?.post(.fetched(topic, await backfill.closed(instrument, interval, from: from, to: to))) }
  }
}
