public import Contract
public import Exchanges
internal import Model
public import Net
internal import Services
internal import Sessions
internal import Telemetry
internal import Wire

/// The running gateway: everything is put together here, started in order and stopped in the reverse.
public final class Application: Sendable {
  /// Where the data comes from, as `/` says it.
  public enum Source: String, Sendable {
    /// The exchanges themselves.
    case live
    /// A recording that is played.
    case recording
  }

  let loops: [EventLoop]
  let manager: ExchangeManager
  private let wirings: [ExchangeWiring]
  private let state: StateStore
  private let server: HTTPServer
  private let references: ReferenceWiring
  /// Kept alive here.
  private let feedWiring: FeedWiring
  private let configuration: Configuration
  private let logger: Logger
  /// The bound port.
  public let port: UInt16

  /// Starts the gateway: it accepts connections when this returns, whether the exchanges can be reached or not. Of
  /// `exchanges` those are connected that the configuration names.
  ///
  /// - Throws: `NetError` when the address cannot be listened on, or the certificate cannot be served.
  public convenience init(
    _ configuration: Configuration, source: Source = .live,
    exchanges: [any ExchangeInterface] = Registry.exchanges
  ) throws(NetError) {
    try self.init(configuration, source: source, exchanges: exchanges, tuning: Tuning())
  }

  init(
    _ configuration: Configuration, source: Source, exchanges: [any ExchangeInterface], tuning: Tuning
  ) throws(NetError) {
    let certificate = try ServingCertificate.load(configuration)
    let telemetry = Instrumentation(
      metrics: MetricsRegistry(), level: configuration.logLevel, format: configuration.logFormat)
    let clock = tuning.clock
    let loops = (0..<Application.loopCount(configuration)).map { EventLoop(name: "loop-\($0)") }
    let busLanes = loops.indices.map { BusLane(index: $0, metrics: BusMetrics(telemetry.metrics)) }
    let lanes = zip(busLanes, loops).map { LoopLane($0, loop: $1) }
    let feeds = PublicFeed.all(of: exchanges, configuration)
    let memory = FeedMemory(feeds, configuration, clock: clock)
    let feedWiring = FeedWiring(
      feeds, memory: memory, loop: loops[0], lanes: lanes, tuning: tuning, telemetry: telemetry)
    let answering = Set(configuration.exchanges)
    let connected = exchanges.filter { exchange in
      answering.contains(exchange.id.name) || feeds.contains { $0.exchanges.contains(exchange.id) }
    }
    let state = StateStore(
      folder: configuration.stateFolder, exchanges: connected.map(\.id), clock: clock, metrics: telemetry.metrics,
      logger: telemetry.logger("state"))
    let wirings = connected.enumerated().map { index, exchange in
      ExchangeWiring(
        exchange, loop: loops[index % loops.count], lanes: lanes, feeds: feedWiring.line, state: state,
        configuration: configuration, tuning: tuning, telemetry: telemetry)
    }
    let publishers = Dictionary(uniqueKeysWithValues: wirings.map { ($0.connector.exchange.id, $0.line) })
    for lane in busLanes {
      lane.publishers = publishers
      lane.feeds = feedWiring.line
    }
    feedWiring.connect(publishers)
    let connectors = wirings.map(\.connector)
    manager = ExchangeManager(
      connectors.filter { answering.contains($0.exchange.id.name) },
      inFeedsAlone: connectors.filter { !answering.contains($0.exchange.id.name) })
    references = ReferenceWiring(
      Registry.references, loop: loops[0], configuration: configuration, tuning: tuning)
    let counters = HTTPServerCounters()
    let gateway = Application.gateway(
      configuration, manager, feeds: feeds, memory: memory,
      lanes: Dictionary(
        uniqueKeysWithValues: zip(loops, busLanes).map { (ObjectIdentifier($0), LoopBound($1, loop: $0)) }),
      source: source, clock: clock, telemetry: telemetry, counters: counters,
      process: ProcessMetrics(telemetry.metrics, loops: loops, clock: clock), references: references.routes,
      state: state)
    server = HTTPServer(
      loops: loops, options: Application.serverOptions(configuration, tuning, certificate), counters: counters
    ) { request, context in
      gateway.handle(request, context)
    }
    self.loops = loops
    self.feedWiring = feedWiring
    self.wirings = wirings
    self.state = state
    self.configuration = configuration
    logger = telemetry.logger("gateway")
    if let certificate { ServingCertificate.log(certificate, on: logger) }
    port = try server.start()
    tellOfFewDescriptors()
    // Nothing is asked of an exchange by a gateway that cannot be started.
    manager.start()
    feedWiring.start()
    for wiring in wirings { wiring.spikes?.start() }
  }

  /// Where it listens.
  public var address: String {
    let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
    return "\(configuration.tlsCertificateFile == nil ? "http" : "https")://\(host):\(port)"
  }

  /// Reads the files of certificate and key again and shows new clients what they hold; those that are connected keep
  /// what they began with. Files that cannot be served are logged, and change nothing.
  public func reloadCertificate() async {
    do throws(NetError) {
      guard let certificate = try ServingCertificate.load(configuration) else { return }
      await server.replaceCertificate(certificate)
      ServingCertificate.log(certificate, on: logger)
    } catch {
      logger.error("the new certificate cannot be served, the old one stays", ["cause": error.description])
    }
  }

  /// Stops: no new connections, what is in flight is finished, WebSockets are closed with 1001; then the exchanges.
  public func stop() async {
    logger.info("stopping", ["clients": server.connectionCount])
    await server.drain(milliseconds: configuration.drainMilliseconds)
    for wiring in wirings { wiring.spikes?.stop() }
    manager.stop()
    for wiring in wirings { await wiring.http.shutdown() }
    await references.stop()
    for loop in loops { loop.shutdown() }
    state.stop()
    logger.info("stopped")
  }

  /// No warning: where the number was not asked for, it only is what the system allows.
  private func tellOfFewDescriptors() {
    let clients = DescriptorLimit.clients(atMost: configuration.maxConnections)
    guard clients < configuration.maxConnections else { return }
    logger.info(
      "the limit of descriptors allows fewer clients than MAX_CONNECTIONS",
      ["clients": clients, "wanted": configuration.maxConnections])
  }

  private static func loopCount(_ configuration: Configuration) -> Int {
    configuration.workers > 0 ? configuration.workers : max(1, SystemFacts.coreCount)
  }

  private static func serverOptions(
    _ configuration: Configuration, _ tuning: Tuning, _ certificate: TLSServerContext?
  ) -> HTTPServerOptions {
    var options = configuration.limitedServerOptions
    options.tls = certificate
    options.tlsHandshakeMilliseconds = tuning.tlsHandshakeMilliseconds
    options.host = configuration.host
    options.port = configuration.port
    options.maxConnections = DescriptorLimit.clients(atMost: configuration.maxConnections)
    tuning.webSocket(&options.webSocket)
    return options
  }

  private static func gateway(
    _ configuration: Configuration, _ manager: ExchangeManager, feeds: [PublicFeed], memory: FeedMemory,
    lanes: [ObjectIdentifier: LoopBound<BusLane>],
    source: Source, clock: any TimeSource, telemetry: Instrumentation,
    counters: HTTPServerCounters, process: ProcessMetrics, references: ReferenceRoutes, state: StateStore
  ) -> Gateway {
    let lookup = ExchangeLookup(manager: manager)
    let timeout = configuration.requestTimeoutMilliseconds
    var table = RouteTable()
    let answers = MarketAnswers(lookup: lookup, clock: clock, metrics: telemetry.metrics)
    let upstream = UpstreamMetrics(telemetry.metrics, manager: manager, answers: answers, clock: clock)
    let reader = StreamReader(
      lookup: lookup, feeds: feeds, largeTradeThreshold: configuration.largeTradeThreshold)
    let multiplex = MultiplexRoutes(
      desk: MultiplexDesk(
        reader, limits: configuration.multiplexLimits, clock: clock, metrics: telemetry.metrics), lanes: lanes)
    SystemRoutes(
      manager: manager, clock: clock, source: source.rawValue,
      metrics: ServerMetrics(telemetry.metrics, counters: counters, upstream: upstream, process: process),
      feeds: feeds, multiplex: multiplex
    ).mount(on: &table)
    ReadyRoute(manager: manager, clock: clock, metrics: telemetry.metrics).mount(on: &table)
    QuarantineRoute(manager: manager, state: state).mount(on: &table)
    MarketDataRoutes(lookup: lookup, answers: answers, clock: clock, timeoutMilliseconds: timeout)
      .mount(on: &table)
    MultiExchangeRoutes(lookup: lookup, answers: answers, clock: clock, timeoutMilliseconds: timeout)
      .mount(on: &table)
    RawRoutes(lookup: lookup, clock: clock, timeoutMilliseconds: timeout).mount(on: &table)
    OwnRoutes(lookup: lookup, clock: clock, timeoutMilliseconds: timeout).mount(on: &table)
    FeedRESTRoutes(manager: manager, feeds: feeds, memory: memory, clock: clock).mount(on: &table)
    references.mount(on: &table)
    multiplex.mount(on: &table)
    StreamRoutes(reader: reader, lanes: lanes, clock: clock).mount(on: &table)
    FeedRoutes(reader: reader, lanes: lanes).mount(on: &table)
    // Last, as it describes all the others.
    DocumentationRoutes.mount(on: &table)
    return Gateway(
      router: table.router, hosts: HostPolicy(allowedHosts: configuration.allowedHosts),
      origins: OriginPolicy(allowedOrigins: configuration.corsOrigins),
      cors: CORSPolicy(allowedOrigins: configuration.corsOrigins),
      rateLimit: RateLimit(configuration, clock: clock, metrics: telemetry.metrics))
  }
}
