internal import Contract
internal import Model
internal import Services
internal import Sessions

/// Finds what `exchange` and `symbol` of a question about a feed name, among the exchanges that the feed is made of.
struct FeedScope: Sendable {
  let manager: ExchangeManager
  let feed: PublicFeed

  /// What a question about some of the feed's exchanges is about.
  func selection(of connectors: [ExchangeConnector], symbol: String?) throws(APIError) -> FeedSelection {
    guard let symbol else { return selection(of: connectors) }
    var matches: [Instrument: InstrumentMatch] = [:]
    var unloaded: [ExchangeConnector] = []
    var listing: Set<ExchangeID> = []
    for connector in connectors {
      guard let catalog = connector.instruments.catalog else {
        unloaded.append(connector)
        continue
      }
      guard let match = catalog.match(symbol) else { continue }
      matches[match.instrument] = match
      listing.insert(connector.exchange.id)
    }
    if listing.isEmpty {
      if let first = unloaded.first { throw ExchangeLookup.notLoaded(first) }
      let searched = connectors.map(\.exchange.id.name).joined(separator: ", ")
      throw APIError(.unknownSymbol, "symbol '\(symbol)' is not listed on \(searched)")
    }
    // One whose list is not there may have it too: its part of the answer is missing, and is named so.
    var selection = selection(
      of: connectors.filter { listing.contains($0.exchange.id) || $0.instruments.catalog == nil })
    selection.matches = matches
    return selection
  }

  private func selection(of connectors: [ExchangeConnector]) -> FeedSelection {
    FeedSelection(
      exchanges: connectors.map(\.exchange.id),
      connected: connectors.filter { feed.feed == .spikes ? $0.isAnswering : $0.isStreaming }.map(\.exchange.id))
  }

  /// The exchanges of the feed, or the one that is named.
  func exchanges(_ name: String?) throws(APIError) -> [ExchangeConnector] {
    let all = manager.connectors + manager.feedConnectors
    let taking = feed.exchanges.compactMap { id in all.first { $0.exchange.id == id } }
    guard let name else { return taking }
    let id = ExchangeID(name)
    if let connector = taking.first(where: { $0.exchange.id == id }) { return [connector] }
    let known = feed.exchanges.map(\.name).joined(separator: ", ")
    guard all.contains(where: { $0.exchange.id == id }) else {
      throw APIError(.unknownExchange, "exchange '\(name)' is not known; in this feed: \(known)")
    }
    throw APIError(.unsupported, "\(id) is not part of this feed; in it: \(known)")
  }

  /// How much of its liquidations an exchange shows.
  func coverage(of exchange: ExchangeID) -> Capabilities.LiquidationCoverage {
    let all = manager.connectors + manager.feedConnectors
    return all.first { $0.exchange.id == exchange }?.exchange.declaration.capabilities.liquidationCoverage ?? .none
  }
}

extension ExchangeConnector {
  /// Whether its streams are up: what happens there is heard.
  fileprivate var isStreaming: Bool {
    let streams = health.snapshot
    return streams.isInFeed && streams.connections > 0 && streams.downSince == nil && instruments.catalog != nil
  }

  /// Whether it can be asked: what is made of its answers is told.
  fileprivate var isAnswering: Bool { instruments.catalog != nil && client.standing.cause == nil }
}
