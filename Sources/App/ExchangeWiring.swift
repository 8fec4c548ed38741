internal import Contract
internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Telemetry

/// Everything that works for one exchange, put together on its loop.
struct ExchangeWiring {
  let connector: ExchangeConnector
  let http: HTTPClient
  /// Where clients ask for topics.
  let line: LoopPublisherLine
  /// Kept alive here; belongs to the exchange's loop.
  let publisher: LoopBound<TopicPublisher>
  /// The watch for spikes, where the exchange is watched.
  let spikes: SpikeWiring?

  init(
    _ exchange: any ExchangeInterface, loop: EventLoop, lanes: [LoopLane], feeds: LoopFeedLine,
    gaps: GapLedger, state: StateStore, configuration: Configuration, tuning: Tuning, telemetry: Instrumentation
  ) {
    let id = exchange.id
    let clock = tuning.clock
    let logger = telemetry.logger(id.name)
    let http = HTTPClient(
      loop: loop,
      options: HTTPClientOptions(
        caFile: configuration.upstreamCAFile, proxy: tuning.proxy, userAgent: "marketgate/\(Version.text)",
        // A request that the transport holds back would go out though the exchange has asked for a pause.
        maxHostConnections: ExchangeClient.maxInFlight))
    let client = ExchangeClient(
      exchange, address: configuration.baseAddress(of: id), http: http, clock: clock,
      counters: ClientCounters(telemetry.metrics, exchange: id.name), freshness: tuning.freshness,
      circuit: tuning.circuit, bans: state.bans, logger: logger)
    let instruments = InstrumentList(exchange, client: client, clock: clock, logger: logger)
    let health = StreamHealth()
    var environment = ExchangeStreams.Environment(
      loop: loop, clock: clock, address: configuration.streamAddress(of: id),
      options: WebSocketClientOptions(caFile: configuration.upstreamCAFile, proxy: tuning.proxy),
      backoff: tuning.backoff, linger: tuning.lingerMilliseconds, logger: logger,
      counters: SessionCounters(telemetry.metrics, exchange: id.name), health: health)
    environment.silence = tuning.silence
    environment.overlap = tuning.streamOverlap
    environment.lifetime = tuning.streamLifetime
    environment.outage = tuning.outage
    environment.rest = client
    environment.witness = TradeWitness(exchange, client: client, clock: clock)
    let streams = ExchangeStreams(exchange, environment: environment) { instruments.catalog ?? .empty }
    streams.quarantine = state.quarantine(of: id)
    let history = MarketHistory(exchange, client: client, clock: clock, priority: .repair)
    let publisher = TopicPublisher(
      id, lanes: lanes, encoder: EventEncoding(), backfill: CandleBackfill(history, clock: clock, terms: tuning.repair),
      trades: TradeBackfill(exchange, client: client, clock: clock, terms: tuning.repair),
      counters: BusCounters(telemetry.metrics, exchange: id.name), habits: StreamHabits(exchange.declaration),
      terms: tuning.repair, clock: clock)
    let line = LoopPublisherLine(publisher, loop: loop)
    publisher.line = line
    publisher.feedLine = feeds
    publisher.book = gaps
    publisher.alarm = LoopAlarm(loop, longest: tuning.longestPublisherSleep) { [weak publisher] in publisher?.wake() }
    publisher.source = streams
    publisher.membership = FeedInstruments(
      exchange, list: instruments, symbols: configuration.supportedSymbols, health: health, logger: logger)
    let bound = LoopBound(streams, loop: loop)
    let spikes = SpikeWiring(
      exchange, client: client, instruments: instruments, loop: loop, feeds: feeds, configuration: configuration,
      tuning: tuning, telemetry: telemetry)
    client.onReturn { loop.post { bound.value.exchangeAnswered() } }
    instruments.onLoad { changes in
      loop.post { bound.value.listed() }
      line.post(.listed(changes))
      spikes?.listed()
    }
    streams.sink = publisher
    connector = ExchangeConnector(
      exchange: exchange, client: client, instruments: instruments, streams: bound,
      loop: loop, health: health)
    self.http = http
    self.spikes = spikes
    self.line = line
    self.publisher = LoopBound(publisher, loop: loop)
  }
}

/// Where things are told and counted.
struct Instrumentation: Sendable {
  let metrics: MetricsRegistry
  let level: LogLevel
  let format: LogFormat
  var sink: any LogSink = DescriptorSink.standardError

  func logger(_ label: String) -> Logger { Logger(label: label, level: level, format: format, sink: sink) }
}
