internal import Contract
internal import Model
internal import Net
internal import Services
internal import Sessions
internal import Telemetry

/// Says which instruments of one exchange the feeds follow: every one in trading for its liquidations, those of
/// `SUPPORTED_SYMBOLS` for its trades.
///
/// Crosses threads: what changes is the set of symbols that were told of, behind a lock.
final class FeedInstruments: FeedMembership {
  private let exchange: any ExchangeInterface
  private let list: InstrumentList
  private let symbols: [String]
  private let health: StreamHealth
  private let logger: Logger
  private let told = Lock<Set<String>>([])

  init(
    _ exchange: any ExchangeInterface, list: InstrumentList, symbols: [String], health: StreamHealth, logger: Logger
  ) {
    self.exchange = exchange
    self.list = list
    self.symbols = symbols
    self.health = health
    self.logger = logger
  }

  func members(of channel: Channel) -> TopicMembers {
    guard let catalog = list.catalog else {
      // That of an exchange in feeds alone is not loaded before somebody wants it.
      list.start()
      return .unknown
    }
    if exchange.upstreamTopic(for: Topic(channel, ofAllOn: exchange.id)) != nil { return .whole }
    switch channel {
    case .liquidations: return .instruments(catalog.instruments.filter { $0.status == .trading })
    case .trades: return .instruments(symbols.compactMap { find($0, in: catalog) })
    case .candles: return .instruments([])
    }
  }

  func demandChanged(_ isWanted: Bool) { health.note(isInFeed: isWanted) }

  /// What a symbol of the settings names. One that names nothing here is left out until the list has it.
  private func find(_ symbol: String, in catalog: InstrumentCatalog) -> Instrument? {
    if let instrument = catalog.find(symbol), instrument.status != .delisted { return instrument }
    if told.withLock({ $0.insert(symbol).inserted }) {
      logger.warning("a symbol of SUPPORTED_SYMBOLS is not listed: the large trades are without it", ["symbol": symbol])
    }
    return nil
  }
}
