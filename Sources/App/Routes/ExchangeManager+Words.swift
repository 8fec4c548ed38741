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

  /// The same, as clients write them.
  func words(of list: KeyPath<Capabilities, [Interval]>, with feature: Capabilities.Features) -> [String] {
    intervals(of: list, with: feature).map(\.description)
  }
}
