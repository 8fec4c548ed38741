internal import Contract
internal import Exchanges
internal import Model
internal import Net
internal import Services
internal import Sessions
internal import Telemetry
internal import Wire

/// The gateway without its door: the same exchanges, bus and routes, asked from inside the process. Nothing listens.
final class LocalGateway: Sendable {
  let loop: EventLoop
  let market: MarketWiring
  /// Reads names of streams as the multiplex does.
  let names: StreamNames
  let lookup: ExchangeLookup
  private let log: TerminalLog
  private let references: ReferenceWiring
  private let gateway: Gateway
  private let clock: any TimeSource
  private let timeoutMilliseconds: Int64

  /// Puts it together; no exchange is asked before `start`. Where `LOG_LEVEL` says nothing, what is logged begins at
  /// `level`; nothing at all where that is `nil`.
  init(
    _ configuration: Configuration, source: Application.Source, loggingFrom level: LogLevel?,
    exchanges: [any ExchangeInterface] = Registry.exchanges, tuning: Tuning = Tuning()
  ) {
    let usual = configuration.namesLogLevel ? configuration.logLevel : level
    log = TerminalLog(isMuted: usual == nil)
    let telemetry = Instrumentation(
      metrics: MetricsRegistry(), level: usual ?? .error, format: configuration.logFormat, sink: log)
    loop = EventLoop(name: "terminal")
    market = MarketWiring(exchanges, loops: [loop], configuration: configuration, tuning: tuning, telemetry: telemetry)
    references = ReferenceWiring(Registry.references, loop: loop, configuration: configuration, tuning: tuning)
    gateway = Application.gateway(
      configuration, market, source: source, clock: tuning.clock, telemetry: telemetry,
      counters: HTTPServerCounters(), process: ProcessMetrics(telemetry.metrics, loops: [loop], clock: tuning.clock),
      references: references.routes)
    lookup = ExchangeLookup(manager: market.manager)
    names = StreamNames(market.streamReader(configuration), limits: configuration.multiplexLimits)
    clock = tuning.clock
    timeoutMilliseconds = configuration.requestTimeoutMilliseconds
  }

  /// Begins to ask the exchanges for what is listed.
  func start() { market.start() }

  /// Ends everything. That streams are closed now is no news.
  func stop() async {
    log.mute()
    await market.stop()
    await references.stop()
    loop.shutdown()
  }

  /// As whom the routes know this process.
  var context: HTTPContext {
    HTTPContext(loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "terminal")
  }

  /// Waits until each exchange that answers routes has its list of instruments, no longer than for a request.
  func waitForLists() async {
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    for connector in market.manager.connectors where connector.instruments.catalog == nil {
      _ = await connector.instruments.matchAfterRefresh("", deadline: deadline)
    }
  }

  /// The answer to `GET target`, as a client of the gateway would get it.
  func answer(_ target: String) async -> ShownAnswer {
    guard let request = HTTPRequest(.get, target, headers: HTTPHeaders([("Host", "localhost")])) else {
      return ShownAnswer(APIError(.badRequest, "the query is not percent-encoded correctly").response)
    }
    switch gateway.handle(request, context) {
    case .response(let response), .repeatable(let response, _): return ShownAnswer(response)
    case .later(let work): return ShownAnswer(await work())
    case .webSocket: return ShownAnswer(APIError(.upgradeRequired, "this path is a stream: see tail --help").response)
    }
  }
}

extension LocalGateway {
  /// Beside a gateway with the same folder of state, which is the one that writes there; a ban that it has learnt holds here
  /// too.
  static var tuning: Tuning {
    var tuning = Tuning()
    tuning.writesState = false
    return tuning
  }
}

extension Configuration {
  /// The exchanges that take part in anything; all where nothing is named.
  var wired: [any ExchangeInterface] {
    let names = Set(exchanges + liquidationExchanges + spikeExchanges)
    return Registry.exchanges.filter { names.contains($0.id.name) }
  }
}
