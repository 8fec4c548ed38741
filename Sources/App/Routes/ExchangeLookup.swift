internal import Contract
internal import Model
internal import Services
internal import Sessions
internal import Wire

/// Finds what a path names: the exchange, whether it can, the instrument.
struct ExchangeLookup: Sendable {
  let manager: ExchangeManager

  /// The enabled exchange of a name.
  func exchange(_ name: String) throws(APIError) -> ExchangeConnector {
    if let connector = manager.find(name) { return connector }
    let known = manager.connectors.map(\.exchange.id.name).joined(separator: ", ")
    throw APIError(.unknownExchange, "exchange '\(name)' is not known; available: \(known)")
  }

  /// The enabled exchange of a name, if it has a capability.
  func exchange(_ name: String, with feature: Capabilities.Features) throws(APIError) -> ExchangeConnector {
    let connector = try exchange(name)
    guard connector.exchange.declaration.capabilities.features.contains(feature) else {
      let word = Capabilities.Features.named.first { $0.feature == feature }?.name ?? "this"
      throw APIError(.unsupported, "\(connector.exchange.id) does not offer \(word)")
    }
    return connector
  }

  /// All that are heard, those of the feeds alone among them.
  var heard: [ExchangeID] { (manager.connectors + manager.feedConnectors).map(\.exchange.id) }

  /// The one of those that `?exchange=` names; `nil` when it is absent.
  func heard(_ query: HTTPQuery) throws(APIError) -> ExchangeID? {
    guard let name = query["exchange"] else { return nil }
    let (asked, known) = (ExchangeID(name), heard)
    if known.contains(asked) { return asked }
    throw APIError(
      .unknownExchange, "exchange '\(asked)' is not known; available: \(known.map(\.name).joined(separator: ", "))")
  }

  /// What a symbol names, when it can be said from memory: `nil` when the list should be refreshed first.
  func knownMatch(_ symbol: String, on connector: ExchangeConnector) throws(APIError) -> InstrumentMatch? {
    guard let catalog = connector.instruments.catalog else { throw Self.notLoaded(connector) }
    if let match = catalog.match(symbol) { return match }
    if connector.instruments.isRefreshDue { return nil }
    throw Self.unknownSymbol(symbol, connector)
  }

  /// What a symbol names, after a refresh of the list when one is due, before a deadline.
  func match(
    _ symbol: String, on connector: ExchangeConnector, deadline: Int64
  ) async throws(APIError) -> InstrumentMatch {
    if let match = try knownMatch(symbol, on: connector) { return match }
    if let match = await connector.instruments.matchAfterRefresh(symbol, deadline: deadline) { return match }
    throw Self.unknownSymbol(symbol, connector)
  }

  /// Throws when a parameter that was read is not valid. A path that names nothing is 404 whatever stands behind it.
  func check(_ reader: ParameterReader, symbol: String, on connectors: [ExchangeConnector]) throws(APIError) {
    guard !reader.faults.isEmpty else { return }
    let catalogs = connectors.compactMap(\.instruments.catalog)
    if let first = connectors.first, catalogs.count == connectors.count,
      catalogs.allSatisfy({ $0.match(symbol) == nil })
    {
      throw Self.unknownSymbol(symbol, first)
    }
    try reader.check()
  }

  static func notLoaded(_ connector: ExchangeConnector) -> APIError {
    APIError(
      .upstreamUnavailable, "\(connector.exchange.id): \(connector.instruments.cause)",
      retryAfterSeconds: APIError.retrySeconds(connector.client.standing.pauseMilliseconds))
  }

  static func unknownSymbol(_ symbol: String, _ connector: ExchangeConnector) -> APIError {
    APIError(.unknownSymbol, "symbol '\(symbol)' is not listed on \(connector.exchange.id)")
  }
}
