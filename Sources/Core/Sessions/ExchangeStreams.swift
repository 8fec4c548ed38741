public import Contract
public import Model
public import Net
public import Telemetry

/// All streams of one exchange: follows the demand for topics, spreads them over connections within the exchange's
/// limits. Belongs to the exchange's loop.
public final class ExchangeStreams: ExchangeSessionDelegate {
  /// How long a topic stays open without a client unless told otherwise, in milliseconds.
  public static let usualLinger: Int64 = 5000
  /// For how long a connection and its successor both go on unless told otherwise, in milliseconds.
  public static let usualOverlap: Int64 = SuccessionState.usualOverlap

  /// What the streams need of the outside.
  public struct Environment {
    /// The loop they live on.
    public var loop: EventLoop
    /// The clocks.
    public var clock: any TimeSource
    /// What comes before the documented path of a stream endpoint.
    public var address: String
    /// How connections are made.
    public var options: WebSocketClientOptions
    /// How long to wait after a close.
    public var backoff: Backoff
    /// How long a topic stays open without a client, in milliseconds.
    public var linger: Int64
    /// For how long a connection and its successor both go on, in milliseconds.
    public var overlap = ExchangeStreams.usualOverlap
    /// After how long connections are cut; `nil` for what the exchange declares. In milliseconds.
    public var lifetime: Int64?
    /// When the exchange's streams are asked for less often.
    public var outage = OutageTerms.usual
    /// What asks the exchange over REST; `nil` where nobody does.
    public var rest: (any RESTSide)?
    /// After how long a stream that sends nothing is looked into.
    public var silence = SilenceLimits()
    /// Says whether an instrument trades whose stream sends nothing; without it such a stream is only subscribed anew.
    public var witness: TradeWitness?
    /// Where it is told what happens.
    public var logger: Logger
    /// What is counted.
    public var counters: SessionCounters
    /// What others may read of the state.
    public var health: StreamHealth

    /// An environment of the given parts.
    public init(
      loop: EventLoop, clock: any TimeSource, address: String, options: WebSocketClientOptions,
      backoff: Backoff = .streams, linger: Int64 = ExchangeStreams.usualLinger, logger: Logger,
      counters: SessionCounters,
      health: StreamHealth
    ) {
      self.loop = loop
      self.clock = clock
      self.address = address
      self.options = options
      self.backoff = backoff
      self.linger = linger
      self.logger = logger
      self.counters = counters
      self.health = health
    }
  }

  private let exchange: any ExchangeInterface
  let environment: Environment
  private let instruments: @Sendable () -> InstrumentCatalog
  /// Counted by the exchange's form: several of our topics may have one.
  private var demand: Demand<UpstreamTopic>
  private var topics: [UpstreamTopic: Set<Topic>] = [:]
  /// Those that new topics are opened on; not one that is being succeeded.
  var sessions: [ExchangeSession] = []
  /// Those that are being succeeded, and by whom.
  var successions: [Succession] = []
  var attempts: AttemptBudget
  var outage: StreamOutageState
  private let watch: StreamWatch
  private var timer: LoopTimer?
  private(set) var isStopped = false
  /// Where events go; set once, before the first topic.
  public weak var sink: (any EventSink)?
  /// Sees the messages as they are; set once, before the first topic, or `nil` for nobody.
  public var tap: (any FrameTap)?
  /// Keeps the messages that could not be read; set once, before the first topic, or `nil` for nobody.
  public var quarantine: (any FrameQuarantine)?

  /// The streams of an exchange; `instruments` gives the list as it is now.
  public init(
    _ exchange: any ExchangeInterface, environment: Environment,
    instruments: @escaping @Sendable () -> InstrumentCatalog
  ) {
    self.exchange = exchange
    self.environment = environment
    self.instruments = instruments
    demand = Demand(linger: environment.linger)
    attempts = AttemptBudget(exchange.declaration.streams)
    outage = StreamOutageState(environment.outage, seed: UInt64.random(in: .min ... .max))
    watch = StreamWatch(exchange, environment: environment)
    watch.owner = self
  }

  /// Notes that a topic is wanted. One the exchange does not stream is ignored; callers ask the capabilities first.
  public func open(_ topic: Topic) { open([topic]) }

  /// The same for many topics, which sessions are then told of at once.
  public func open(_ opened: [Topic]) {
    guard !isStopped else { return }
    var names: [UpstreamTopic] = []
    for topic in opened {
      guard let name = upstreamTopic(for: topic) else { continue }
      topics[name, default: []].insert(topic)
      watch.begin(name, for: topic)
      if demand.add(name) { names.append(name) }
    }
    var rest = names[...]
    while let first = rest.first {
      let session = session(for: first.endpoint)
      let room = max(1, exchange.declaration.streams.topicsPerConnection - session.topics.count)
      let part = rest.prefix { $0.endpoint == first.endpoint }.prefix(room)
      session.want(session.topics.union(part))
      rest = rest.dropFirst(part.count)
    }
  }

  /// Notes that a topic is no longer wanted; it is closed after the linger.
  public func close(_ topic: Topic) {
    guard let name = upstreamTopic(for: topic) else { return }
    demand.remove(name, now: environment.clock.monotonicMilliseconds)
    rearm()
  }

  /// Notes that the list of instruments has been refreshed: connections that are open understand what is new in it.
  public func listed() {
    for session in everySession { session.listed() }
    watch.listed()
  }

  /// Closes every connection, for good.
  public func stop() {
    isStopped = true
    timer?.cancel()
    watch.stop()
    for succession in successions { succession.stop() }
    for session in everySession { session.stop() }
  }

  /// The exchange's form that a topic is read from: where all instruments come in one, that one, as with a second
  /// subscription every event of the instrument would come twice.
  private func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    exchange.upstreamTopic(for: Topic(topic.channel, ofAllOn: topic.exchange)) ?? exchange.upstreamTopic(for: topic)
  }

  /// The session of an endpoint with room for a topic, a new one when all are full.
  private func session(for endpoint: StreamEndpoint) -> ExchangeSession {
    let capacity = exchange.declaration.streams.topicsPerConnection
    if let session = sessions.first(where: { $0.endpoint == endpoint && $0.topics.count < capacity }) { return session }
    return newSession(for: endpoint)
  }

  private func newSession(for endpoint: StreamEndpoint) -> ExchangeSession {
    let session = makeSession(endpoint)
    sessions.append(session)
    return session
  }

  /// A session that is not one of ours yet.
  func makeSession(_ endpoint: StreamEndpoint) -> ExchangeSession {
    var limits = exchange.declaration.streams
    if let lifetime = environment.lifetime { limits.lifetimeMilliseconds = lifetime }
    let sessionEnvironment = SessionEnvironment(
      exchange: exchange, limits: limits, loop: environment.loop, clock: environment.clock,
      address: environment.address,
      options: environment.options, backoff: environment.backoff, logger: environment.logger,
      counters: environment.counters, instruments: instruments, tap: tap,
      quarantine: quarantine)
    return ExchangeSession(
      endpoint, environment: sessionEnvironment, seed: UInt64.random(in: .min ... .max), delegate: self)
  }

  var everySession: [ExchangeSession] {
    sessions + successions.filter(\.state.isOldThere).map(\.old)
  }

  private func closeLingered() {
    let names = Set(demand.expire(now: environment.clock.monotonicMilliseconds))
    watch.end(names)
    let ended = names.flatMap { topics.removeValue(forKey: $0) ?? [] }
    for session in everySession where !session.topics.isDisjoint(with: names) {
      session.want(session.topics.subtracting(names))
    }
    if !ended.isEmpty { sink?.ended(ended) }
    rearm()
  }

  private func rearm() {
    timer?.cancel()
    timer = nil
    guard let deadline = demand.nextDeadline else { return }
    let delay = max(0, deadline - environment.clock.monotonicMilliseconds)
    timer = environment.loop.schedule(afterMilliseconds: delay) { [weak self] in self?.closeLingered() }
  }

  // MARK: ExchangeSessionDelegate

  func session(_ session: ExchangeSession, received events: [MarketEvent], now: Int64) {
    environment.health.heard(at: now)
    watch.received(events, now: now)
    let news = successions.isEmpty ? events : news(in: events, from: session)
    if !news.isEmpty { sink?.receive(news) }
  }

  func session(_ session: ExchangeSession, subscribed names: [UpstreamTopic]) {
    watch.subscribed(names)
  }

  func session(_ session: ExchangeSession, confirmed names: Set<UpstreamTopic>) {
    sink?.confirmed(names.flatMap { topics[$0] ?? [] })
    noteSuccess(of: session)
  }

  func session(_ session: ExchangeSession, interrupted broken: Set<UpstreamTopic>, cause: BreakCause) {
    outage.lost()
    let lost = lost(broken, with: session)
    session.kept(broken.subtracting(lost))
    if let succession = successions.first(where: { $0.old === session }) {
      cut(succession, lost: lost, cause: cause)
    } else if !lost.isEmpty {
      interrupt(lost, cause)
    }
  }

  func interrupt(_ lost: Set<UpstreamTopic>, _ cause: BreakCause) {
    watch.interrupted(lost)
    sink?.interrupted(lost.flatMap { topics[$0] ?? [] }, cause: cause)
  }

  func session(_ session: ExchangeSession, restored confirmed: Set<UpstreamTopic>) {
    // One that was silent before the connection broke is back when it delivers.
    sink?.restored(confirmed.filter { !watch.isSilent($0) }.flatMap { topics[$0] ?? [] })
  }

  func session(_ session: ExchangeSession, refused names: [UpstreamTopic]) {
    watch.refused(names)
  }

  func sessionChanged(_ session: ExchangeSession) {
    successions.first { $0.new === session }?.look()
    environment.health.update(
      connections: everySession.filter { if case .live = $0.state.phase { true } else { false } }.count,
      subscriptions: topics.count, downSince: sessions.filter(isDown).compactMap(\.state.downSince).min())
  }
}

// MARK: - Silence

extension ExchangeStreams: StreamWatchOwner {
  func watch(_ watch: StreamWatch, renews names: Set<UpstreamTopic>) {
    sink?.interrupted(names.flatMap { topics[$0] ?? [] }, cause: .stall)
    for session in everySession {
      let part = session.topics.intersection(names)
      if !part.isEmpty { session.renew(part) }
    }
  }

  /// Only the silent ones are moved: what the old connection still brings is worth more than a clean start.
  func watch(_ watch: StreamWatch, moves names: Set<UpstreamTopic>) {
    sink?.interrupted(names.flatMap { topics[$0] ?? [] }, cause: .stall)
    // One that is succeeded is being left anyway.
    for old in successions.map(\.old) { old.want(old.topics.subtracting(names)) }
    let parts = sessions.map { ($0, $0.topics.intersection(names)) }
    for (session, part) in parts where !part.isEmpty {
      let target =
        sessions.first { $0.endpoint == session.endpoint && $0.state.phase == .idle }
        ?? newSession(for: session.endpoint)
      session.want(session.topics.subtracting(part))
      target.want(part)
    }
  }

  func watch(_ watch: StreamWatch, resumed names: [UpstreamTopic]) {
    sink?.restored(names.flatMap { topics[$0] ?? [] })
  }

  func watch(_ watch: StreamWatch, topicsOf name: UpstreamTopic) -> Set<Topic> { topics[name] ?? [] }
}
