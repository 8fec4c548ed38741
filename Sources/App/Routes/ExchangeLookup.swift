internal import Contract
internal import Model
internal import Services
internal import Sessions

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

  /// The instrument of a symbol, when it can be said from memory: `nil` when the list should be refreshed first.
  func knownInstrument(_ symbol: String, on connector: ExchangeConnector) throws(APIError) -> Instrument? {
    guard let catalog = connector.instruments.catalog else { throw Self.notLoaded(connector) }
    if let instrument = catalog.find(symbol) { return instrument }
    if connector.instruments.isRefreshDue { return nil }
    throw Self.unknownSymbol(symbol, connector)
  }

  /// The instrument of a symbol, after a refresh of the list when one is due, before a deadline.
  func instrument(
    _ symbol: String, on connector: ExchangeConnector, deadline: Int64
  ) async throws(APIError) -> Instrument {
    if let instrument = try knownInstrument(symbol, on: connector) { return instrument }
    if let instrument = await connector.instruments.findAfterRefresh(symbol, deadline: deadline) { return instrument }
    throw Self.unknownSymbol(symbol, connector)
  }

  static func notLoaded(_ connector: ExchangeConnector) -> APIError {
    APIError(
      .upstreamUnavailable, "\(connector.exchange.id): \(connector.instruments.cause)",
      retryAfterSeconds: APIError.defaultRetrySeconds)
  }

  static func unknownSymbol(_ symbol: String, _ connector: ExchangeConnector) -> APIError {
    APIError(.unknownSymbol, "symbol '\(symbol)' is not listed on \(connector.exchange.id)")
  }
}
