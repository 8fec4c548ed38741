internal import Contract
internal import Model
internal import Net
internal import Services
internal import Sessions

/// All that stands between the exchanges and the routes: the exchanges that are wanted, the bus, the feeds and what is
/// remembered of them.
struct MarketWiring: Sendable {
  let manager: ExchangeManager
  let feeds: [PublicFeed]
  let memory: FeedMemory
  let state: StateStore
  let lanes: ClientLanes
  let gaps: GapLedger
  private let exchanges: [ExchangeWiring]
  private let feedWiring: FeedWiring

  /// Wires those of `exchanges` that the configuration names; nothing is asked of them yet.
  init(
    _ exchanges: [any ExchangeInterface], loops: [EventLoop], configuration: Configuration, tuning: Tuning,
    telemetry: Instrumentation
  ) {
    let busLanes = loops.indices.map { BusLane(index: $0, metrics: BusMetrics(telemetry.metrics)) }
    let loopLanes = zip(busLanes, loops).map { LoopLane($0, loop: $1) }
    let feeds = PublicFeed.all(of: exchanges, configuration)
    let memory = FeedMemory(feeds, configuration, clock: tuning.clock)
    let feedWiring = FeedWiring(
      feeds, memory: memory, loop: loops[0], lanes: loopLanes, tuning: tuning, telemetry: telemetry)
    let answering = Set(configuration.exchanges)
    let wanted = exchanges.filter { exchange in
      answering.contains(exchange.id.name) || feeds.contains { $0.exchanges.contains(exchange.id) }
    }
    let state = StateStore(
      folder: configuration.stateFolder, isReadOnly: !tuning.writesState, exchanges: wanted.map(\.id),
      quarantined: tuning.quarantinedFrames, clock: tuning.clock, metrics: telemetry.metrics,
      logger: telemetry.logger("state"))
    let gaps = GapLedger(
      of: wanted.map(\.id), feed: feedWiring.line, clock: tuning.clock, metrics: telemetry.metrics,
      logger: telemetry.logger("gaps"))
    self.gaps = gaps
    self.exchanges = wanted.enumerated().map { index, exchange in
      ExchangeWiring(
        exchange, loop: loops[index % loops.count], lanes: loopLanes, feeds: feedWiring.line, gaps: gaps, state: state,
        configuration: configuration, tuning: tuning, telemetry: telemetry)
    }
    let connectors = self.exchanges.map(\.connector)
    manager = ExchangeManager(
      connectors.filter { answering.contains($0.exchange.id.name) },
      inFeedsAlone: connectors.filter { !answering.contains($0.exchange.id.name) })
    lanes = ClientLanes(busLanes, on: loops)
    (self.feeds, self.memory, self.state, self.feedWiring) = (feeds, memory, state, feedWiring)
    connect(busLanes)
  }

  /// Shows the lanes and the feeds where the publishers are, before the first client.
  private func connect(_ busLanes: [BusLane]) {
    let publishers = Dictionary(uniqueKeysWithValues: exchanges.map { ($0.connector.exchange.id, $0.line) })
    for lane in busLanes {
      lane.publishers = publishers
      lane.feeds = feedWiring.line
    }
    feedWiring.connect(publishers)
  }

  /// Reads what streams are asked for.
  func streamReader(_ configuration: Configuration) -> StreamReader {
    StreamReader(
      lookup: ExchangeLookup(manager: manager), feeds: feeds, largeTradeThreshold: configuration.largeTradeThreshold)
  }

  /// Begins to ask the exchanges: for their lists, what the feeds that are kept are made of, and what shows spikes.
  func start() {
    manager.start()
    feedWiring.start()
    for exchange in exchanges { exchange.spikes?.start() }
  }

  /// Asks nothing more, for good.
  func stop() async {
    for exchange in exchanges { exchange.spikes?.stop() }
    manager.stop()
    for exchange in exchanges { await exchange.http.shutdown() }
  }
}
