internal import Contract
internal import Model
internal import PublicJSON
internal import Services

/// A stream made of several exchanges, `/ws/all/…`: what it is called, what it carries, in which form.
struct PublicFeed: Sendable {
  /// The last part of the path.
  let name: String
  /// The shape of its messages.
  let form: EventForm
  /// What it is on the bus.
  let feed: Feed
  /// Events worth less are left out unless the client says otherwise, in US dollars.
  let standardMinimum: FixedDecimal
  /// What is said of the minimum.
  let minimumHelp: String
  /// One sentence.
  let help: String
  /// The exchanges it is made of.
  let exchanges: [ExchangeID]

  /// The pattern of every feed's path.
  static let pattern = "/ws/all/{feed}"

  var path: String { "/ws/all/\(name)" }

  /// Liquidations worth less are left out of their feed unless the client says otherwise, in US dollars.
  static let liquidationMinimum = FixedDecimal(5000)

  /// All feeds, of what is enabled of some exchanges.
  static func all(of exchanges: [any ExchangeInterface], _ configuration: Configuration) -> [PublicFeed] {
    let liquidations = exchanges.filter { configuration.liquidationExchanges.contains($0.id.name) }
      .filter { $0.declaration.capabilities.features.contains(.liquidations) }
    let trades = exchanges.filter { configuration.exchanges.contains($0.id.name) }
      .filter { $0.declaration.feeds.contains(.largeTrades) }
    return [
      PublicFeed(
        name: "liquidations", form: .feedLiquidation, feed: .liquidations, standardMinimum: liquidationMinimum,
        minimumHelp: "the least value in dollars; default \(liquidationMinimum)",
        help: "the liquidations of several exchanges; side sell: a long was liquidated, buy: a short",
        exchanges: liquidations.map(\.id)),
      PublicFeed(
        name: "large_trades", form: .feedLargeTrade, feed: .largeTrades,
        standardMinimum: configuration.largeTradeThreshold,
        minimumHelp: "the least value in dollars; default LARGE_TRADE_THRESHOLD_USD",
        help: "trades of at least a value in the symbols of SUPPORTED_SYMBOLS, of several exchanges",
        exchanges: trades.map(\.id)),
    ]
  }
}
