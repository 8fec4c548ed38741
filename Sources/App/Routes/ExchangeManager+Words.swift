internal import Contract
internal import Model
internal import Sessions

/// What the enabled exchanges can be asked, as the documents and parameters name it.
extension ExchangeManager {
  /// Those with a capability.
  func connectors(with feature: Capabilities.Features) -> [ExchangeConnector] {
    connectors.filter { $0.exchange.declaration.capabilities.features.contains(feature) }
  }

  /// Every interval that one of those with a capability has, shortest first.
  func intervals(
    of list: KeyPath<Capabilities, [Interval]>, with feature: Capabilities.Features
  ) -> [Interval] {
    Set(connectors(with: feature).flatMap { $0.exchange.declaration.capabilities[keyPath: list] })
      .sorted { $0.nominalMilliseconds < $1.nominalMilliseconds }
  }

  /// Those that all of them have, as clients write them: what a document of all exchanges can promise.
  func words(of list: KeyPath<Capabilities, [Interval]>, with feature: Capabilities.Features) -> [String] {
    let able = connectors(with: feature)
    return intervals(of: list, with: feature).filter { interval in
      able.allSatisfy { $0.exchange.declaration.capabilities[keyPath: list].contains(interval) }
    }.map(\.description)
  }
}
