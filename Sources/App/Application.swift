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
  private let market: MarketWiring
  private let server: HTTPServer
  private let references: ReferenceWiring
  private let configuration: Configuration
  private let logger: Logger
  /// The bound port.
  public let port: UInt16

  var manager: ExchangeManager { market.manager }

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
    let loops = (0..<Application.loopCount(configuration)).map { number in
      EventLoop(name: "loop-\(number)", gatherMicroseconds: configuration.gatherMicroseconds)
    }
    let market = MarketWiring(
      exchanges, loops: loops, configuration: configuration, tuning: tuning, telemetry: telemetry)
    references = ReferenceWiring(
      Registry.references, loop: loops[0], configuration: configuration, tuning: tuning)
    let counters = HTTPServerCounters()
    let gateway = Application.gateway(
      configuration, market, source: source, clock: tuning.clock, telemetry: telemetry, counters: counters,
      process: ProcessMetrics(telemetry.metrics, loops: loops, clock: tuning.clock), references: references.routes)
    server = HTTPServer(
      loops: loops, options: Application.serverOptions(configuration, tuning, certificate), counters: counters
    ) { request, context in
      gateway.handle(request, context)
    }
    self.loops = loops
    self.market = market
    self.configuration = configuration
    logger = telemetry.logger("gateway")
    if let certificate { ServingCertificate.log(certificate, on: logger) }
    port = try server.start()
    tellOfFewDescriptors()
    // Nothing is asked of an exchange by a gateway that cannot be started.
    market.start()
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
    await market.stop()
    await references.stop()
    for loop in loops { loop.shutdown() }
    market.state.stop()
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

  /// The routes over a market, with or without a server before them.
  static func gateway(
    _ configuration: Configuration, _ market: MarketWiring, source: Source, clock: any TimeSource,
    telemetry: Instrumentation, counters: HTTPServerCounters, process: ProcessMetrics, references: ReferenceRoutes
  ) -> Gateway {
    let (manager, feeds, metrics) = (market.manager, market.feeds, telemetry.metrics)
    let lookup = ExchangeLookup(manager: manager)
    let timeout = configuration.requestTimeoutMilliseconds
    var table = RouteTable()
    let answers = MarketAnswers(lookup: lookup, clock: clock, metrics: metrics)
    let upstream = UpstreamMetrics(metrics, manager: manager, answers: answers, clock: clock)
    let reader = market.streamReader(configuration)
    let multiplex = MultiplexRoutes(
      desk: MultiplexDesk(reader, limits: configuration.multiplexLimits, clock: clock, metrics: metrics),
      lanes: market.lanes)
    SystemRoutes(
      manager: manager, clock: clock, source: source.rawValue,
      metrics: ServerMetrics(metrics, counters: counters, upstream: upstream, process: process),
      feeds: feeds, keeps: market.memory.keeps, multiplex: multiplex
    ).mount(on: &table)
    ReadyRoute(manager: manager, clock: clock, metrics: metrics).mount(on: &table)
    QuarantineRoute(manager: manager, state: market.state).mount(on: &table)
    MarketDataRoutes(lookup: lookup, answers: answers, clock: clock, timeoutMilliseconds: timeout)
      .mount(on: &table)
    MultiExchangeRoutes(lookup: lookup, answers: answers, clock: clock, timeoutMilliseconds: timeout)
      .mount(on: &table)
    RawRoutes(lookup: lookup, clock: clock, timeoutMilliseconds: timeout).mount(on: &table)
    OwnRoutes(lookup: lookup, clock: clock, timeoutMilliseconds: timeout).mount(on: &table)
    FeedRESTRoutes(manager: manager, feeds: feeds, memory: market.memory, clock: clock).mount(on: &table)
    GapRoutes(manager: manager, ledger: market.gaps).mount(on: &table)
    references.mount(on: &table)
    multiplex.mount(on: &table)
    StreamRoutes(reader: reader, lanes: market.lanes, clock: clock).mount(on: &table)
    FeedRoutes(reader: reader, lanes: market.lanes, clock: clock).mount(on: &table)
    ConsoleRoutes.mount(on: &table)
    // Last, as it describes all the others.
    DocumentationRoutes.mount(on: &table)
    return Gateway(
      router: table.router, hosts: HostPolicy(allowedHosts: configuration.allowedHosts),
      origins: OriginPolicy(allowedOrigins: configuration.corsOrigins),
      cors: CORSPolicy(allowedOrigins: configuration.corsOrigins),
      rateLimit: RateLimit(configuration, clock: clock, metrics: metrics))
  }
}
