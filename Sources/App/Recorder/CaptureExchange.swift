internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Telemetry

/// A kind of live data that can be recorded.
enum CaptureChannel: String, CaseIterable, Sendable {
  case ohlc
  case trades
  case liquidations

  /// The exchange's channel; `nil` when it does not offer it. Candles are of a minute, or of the shortest interval.
  func channel(of capabilities: Capabilities) -> Channel? {
    switch self {
    case .ohlc where capabilities.features.contains(.ohlc):
      let minute = Interval.oneMinute
      return (capabilities.intervals.contains(minute) ? minute : capabilities.intervals.first).map { .candles($0) }
    case .trades where capabilities.features.contains(.trades): return .trades
    case .liquidations where capabilities.features.contains(.liquidations): return .liquidations
    default: return nil
    }
  }
}

/// One exchange, connected as the gateway connects it, with taps where the bus would be.
struct CaptureExchange: Sendable {
  let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let http: HTTPClient
  private let streams: LoopBound<ExchangeStreams>
  private let catalog: Lock<InstrumentCatalog>
  private let clock: any TimeSource
  private let timeoutMilliseconds: Int64
  private let logger: Logger

  init(
    _ exchange: any ExchangeInterface, folder: LoopBound<CaptureFolder>, configuration: Configuration, tuning: Tuning,
    telemetry: Instrumentation
  ) {
    let (id, loop, clock) = (exchange.id, folder.loop, tuning.clock)
    let address = configuration.baseAddress(of: id)
    let catalog = Lock(InstrumentCatalog.empty)
    var options = HTTPClientOptions(
      caFile: configuration.upstreamCAFile, proxy: tuning.proxy, userAgent: "marketgate/\(Version.text)")
    options.tap = CaptureReplies(
      exchange: id.name, address: address, usedWeightHeader: exchange.declaration.rest.usedWeightHeader,
      folder: folder)
    http = HTTPClient(loop: loop, options: options)
    client = ExchangeClient(
      exchange, address: address, http: http, clock: clock,
      counters: ClientCounters(telemetry.metrics, exchange: id.name))
    logger = telemetry.logger(id.name)
    let environment = ExchangeStreams.Environment(
      loop: loop, clock: clock, address: configuration.streamAddress(of: id),
      options: WebSocketClientOptions(caFile: configuration.upstreamCAFile, proxy: tuning.proxy),
      backoff: tuning.backoff, logger: logger, counters: SessionCounters(telemetry.metrics, exchange: id.name),
      health: StreamHealth())
    let streams = ExchangeStreams(exchange, environment: environment) { catalog.withLock { $0 } }
    self.streams = LoopBound(streams, loop: loop)
    self.exchange = exchange
    self.catalog = catalog
    self.clock = clock
    timeoutMilliseconds = configuration.requestTimeoutMilliseconds
    // The tap is used on the loop only, and the folder can be reached nowhere else.
    let bound = self.streams
    loop.post { bound.value.tap = CaptureFrames(id.name, folder: folder.value) }
  }

  /// Opens what is asked for once the list of instruments is there, then asks for the past of each instrument. Gives how
  /// many of the symbols are listed; 0 too when it was cancelled before.
  func begin(symbols: [String], channels: [CaptureChannel]) async -> Int {
    guard let catalog = await loadedCatalog() else { return 0 }
    self.catalog.withLock { $0 = catalog }
    var instruments: [Instrument] = []
    for symbol in symbols {
      guard let instrument = catalog.find(symbol) else {
        logger.warning("a symbol is not listed", ["symbol": symbol])
        continue
      }
      if !instruments.contains(instrument) { instruments.append(instrument) }
    }
    let topics = instruments.flatMap { instrument in
      channels.compactMap { $0.channel(of: exchange.declaration.capabilities) }.map { Topic($0, of: instrument) }
    }
    let streams = streams
    streams.loop.post { for topic in topics { streams.value.open(topic) } }
    for instrument in instruments { await askPast(of: instrument) }
    return instruments.count
  }

  /// Ends every connection.
  func stop() async {
    let streams = streams
    streams.loop.post { streams.value.stop() }
    await http.shutdown()
  }

  private func loadedCatalog() async -> InstrumentCatalog? {
    var backoff = Backoff.lists
    var random = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      if let list = await ask(exchange.instruments(), "instruments"), !list.isEmpty { return InstrumentCatalog(list) }
      try? await Task.sleep(for: .milliseconds(backoff.pause(wentWellFor: 0, using: &random)))
    }
    return nil
  }

  /// One question for each capability.
  private func askPast(of instrument: Instrument) async {
    let (capabilities, rest) = (exchange.declaration.capabilities, exchange.declaration.rest)
    func page(_ interval: Interval?, _ limit: Int) -> HistoryQuery {
      HistoryQuery(instrument: instrument, interval: interval, limit: limit, now: clock.wallClock)
    }
    if case .candles(let interval) = CaptureChannel.ohlc.channel(of: capabilities) {
      _ = await ask(exchange.candles(page(interval, rest.candlesPerPage)), "candles")
    }
    if capabilities.features.contains(.openInterest) {
      _ = await ask(exchange.openInterest(of: instrument), "open interest")
    }
    if capabilities.features.contains(.openInterestHistory), let period = capabilities.openInterestPeriods.first {
      _ = await ask(exchange.openInterestHistory(page(period, rest.openInterestPerPage)), "open interest history")
    }
    if capabilities.features.contains(.fundingRate) {
      _ = await ask(exchange.fundingRate(of: instrument), "funding")
      _ = await ask(exchange.fundingHistory(page(nil, rest.fundingRatesPerPage)), "funding history")
    }
  }

  /// What counts is the reply, which the tap has seen; that it cannot be read is worth a line.
  private func ask<Answer: Sendable>(_ inquiry: Inquiry<Answer>?, _ question: String) async -> Answer? {
    guard let inquiry, !Task.isCancelled else { return nil }
    do throws(ExchangeError) {
      return try await client.ask(inquiry, deadline: clock.monotonicMilliseconds + timeoutMilliseconds)
    } catch {
      logger.warning("a question has no answer", ["question": question, "cause": error.reason])
      return nil
    }
  }
}
