internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Wire

/// A stream made of several exchanges, `/ws/all/…` or `/ws/oi-vol`: what it is called, what it carries, in which form.
struct PublicFeed: Sendable {
  /// What a client may say of the events it wants.
  enum Choice: Sendable {
    /// The least value in US dollars; events worth less are left out unless the client says otherwise.
    case minimum(standard: FixedDecimal, help: String)
    /// The lengths of bars; all of these unless the client says otherwise.
    case timeframes([Interval])
  }

  /// Where clients connect.
  let path: String
  /// The shape of its messages.
  let form: EventForm
  /// What it is on the bus.
  let feed: Feed
  /// What can be left out.
  let choice: Choice
  /// One sentence.
  let help: String
  /// The exchanges it is made of.
  let exchanges: [ExchangeID]

  /// The pattern of the paths of those that have one in common.
  static let pattern = "/ws/all/{feed}"
  /// The path of the spikes.
  static let spikePath = "/ws/oi-vol"

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether its path is of the common pattern.
  var isOfPattern: Bool { path.hasPrefix("/ws/all/") }

  /// What can be left out, as the query names it, and a sentence on it.
  var query: (name: String, help: String) {
    switch choice {
    case .minimum(_, let help): ("min_value_usd", help)
    case .timeframes(let known): ("timeframes", "lengths of bars with commas between them; default \(words(of: known))")
    }
  }

  /// The least value in US dollars unless the client says otherwise; `nil` where nothing is left out by its value.
  var standardMinimum: FixedDecimal? {
    if case .minimum(let standard, _) = choice { standard } else { nil }
  }

  /// Which events a client wants by its query; faults are noted in the reader.
  func filter(_ reader: inout ParameterReader) -> EventFilter {
    switch choice {
    case .minimum(let standard, _):
      let minimum = reader.notional(query.name) ?? standard
      // 0 lets everything pass, that of unknown worth too.
      return EventFilter(minimumNotional: minimum == .zero ? nil : minimum)
    case .timeframes(let known): return EventFilter(timeframes: reader.intervals(query.name, of: known))
    }
  }

  private func words(of intervals: [Interval]) -> String { intervals.map(\.description).joined(separator: ",") }

  /// Liquidations worth less are left out of their feed unless the client says otherwise, in US dollars.
  static let liquidationMinimum = FixedDecimal(5000)

  /// All feeds, of what is enabled of some exchanges.
  static func all(of exchanges: [any ExchangeInterface], _ configuration: Configuration) -> [PublicFeed] {
    let liquidations = exchanges.filter { configuration.liquidationExchanges.contains($0.id.name) }
      .filter { $0.declaration.capabilities.features.contains(.liquidations) }
    let trades = exchanges.filter { configuration.exchanges.contains($0.id.name) }
      .filter { $0.declaration.feeds.contains(.largeTrades) }
    let spikes = exchanges.filter { configuration.spikeExchanges.contains($0.id.name) }
      .filter { SpikeMonitor.canWatch($0) }
    return [
      PublicFeed(
        path: "/ws/all/liquidations", form: .feedLiquidation, feed: .liquidations,
        choice: .minimum(
          standard: liquidationMinimum, help: "the least value in dollars; default \(liquidationMinimum)"),
        help: "the liquidations of several exchanges; side sell: a long was liquidated, buy: a short",
        exchanges: liquidations.map(\.id)),
      PublicFeed(
        path: "/ws/all/large_trades", form: .feedLargeTrade, feed: .largeTrades,
        choice: .minimum(
          standard: configuration.largeTradeThreshold,
          help: "the least value in dollars; default LARGE_TRADE_THRESHOLD_USD"),
        help: "trades of at least a value in the symbols of SUPPORTED_SYMBOLS, of several exchanges",
        exchanges: trades.map(\.id)),
      PublicFeed(
        path: spikePath, form: .feedSpike, feed: .spikes, choice: .timeframes(SpikeRule.all.map(\.timeframe)),
        help:
          "bars whose open interest or volume stands far above that of the 50 bars before; each once, when it is over",
        exchanges: spikes.map(\.id)),
    ]
  }
}

extension ParameterReader {
  /// Some intervals of those there are, from the query, with commas between them; all when it is absent.
  fileprivate mutating func intervals(_ name: String, of known: [Interval]) -> Set<Interval> {
    guard let text = query[name] else { return Set(known) }
    let chosen = text.split(separator: ",", omittingEmptySubsequences: false).map { Interval(String($0)) }
    let intervals = Set(chosen.compactMap { $0 }.filter(known.contains))
    guard intervals.count > 0, chosen.allSatisfy({ $0.map(intervals.contains) ?? false }) else {
      let words = known.map(\.description).joined(separator: ", ")
      fault(.query, name, "enum", "Input should be some of \(words), with commas between them", text)
      return Set(known)
    }
    return intervals
  }
}
