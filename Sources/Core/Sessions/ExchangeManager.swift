public import Contract
internal import Model
public import Net

/// One exchange, wired: its questionnaire and everything that works for it.
public struct ExchangeConnector: Sendable {
  /// What it answers.
  public let exchange: any ExchangeInterface
  /// Asks it over REST.
  public let client: ExchangeClient
  /// Its instruments.
  public let instruments: InstrumentList
  /// Its streams; used on its loop only.
  public let streams: LoopBound<ExchangeStreams>
  /// The loop its streams live on.
  public let loop: EventLoop
  /// What may be read of its streams.
  public let health: StreamHealth

  /// A connector of the given parts.
  public init(
    exchange: any ExchangeInterface, client: ExchangeClient, instruments: InstrumentList,
    streams: LoopBound<ExchangeStreams>, loop: EventLoop, health: StreamHealth
  ) {
    self.exchange = exchange
    self.client = client
    self.instruments = instruments
    self.streams = streams
    self.loop = loop
    self.health = health
  }

  /// Whether the list is loaded, no wanted session has been down or silent for over a minute, and requests may be sent: not
  /// only the one that finds out whether the exchange is back.
  public func isHealthy(now: Int64) -> Bool {
    trouble(now: now) == nil
  }

  /// Why the exchange is not healthy, in one sentence; `nil` when it is.
  public func trouble(now: Int64) -> String? {
    if let cause = client.standing.cause { return cause }
    if instruments.catalog == nil { return instruments.cause }
    return health.trouble(now: now)
  }
}

/// The exchanges that are registered and enabled: finds, starts and stops them.
public struct ExchangeManager: Sendable {
  /// Those that answer routes, in the order of the registry.
  public let connectors: [ExchangeConnector]
  /// Those that take part in feeds alone. They are not asked for anything before a client wants such a feed.
  public let feedConnectors: [ExchangeConnector]
  private let byName: [String: ExchangeConnector]

  /// A manager of connectors that answer routes, and of others that take part in feeds alone.
  public init(_ connectors: [ExchangeConnector], inFeedsAlone feedConnectors: [ExchangeConnector] = []) {
    self.connectors = connectors
    self.feedConnectors = feedConnectors
    byName = Dictionary(connectors.map { ($0.exchange.id.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Those whose state matters to clients: one in feeds alone counts while a client wants such a feed.
  public var demandedConnectors: [ExchangeConnector] {
    connectors + feedConnectors.filter { $0.health.snapshot.isInFeed }
  }

  /// The exchange of a name, in any case; `nil` when it is not enabled.
  public func find(_ name: String) -> ExchangeConnector? {
    byName[name] ?? byName[name.lowercased()]
  }

  /// Starts loading the instrument lists; returns at once, so that the gateway answers without the exchanges.
  public func start() {
    for connector in connectors { connector.instruments.start() }
  }

  /// Closes every upstream connection, for good.
  public func stop() {
    for connector in connectors + feedConnectors {
      connector.instruments.stop()
      connector.client.onReturn(nil)
      connector.loop.post { connector.streams.value.stop() }
    }
  }
}
