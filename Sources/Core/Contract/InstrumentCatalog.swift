public import Model
internal import Wire

/// An instrument, and what the client who asked for it calls it.
public struct InstrumentMatch: Sendable, Equatable {
  /// What was found.
  public let instrument: Instrument
  /// The pair the client used (`BTCUSDT`), where the exchange's own name is the coin alone; it gets that pair back.
  public let pair: String?

  /// A match by the exchange's own name, or by a pair.
  public init(_ instrument: Instrument, pair: String? = nil) {
    self.instrument = instrument
    self.pair = pair
  }
}

/// The instruments of one exchange at one time, and the ways to find one. Immutable: a refresh makes a new one.
public final class InstrumentCatalog: Sendable {
  /// All of them, in the exchange's order.
  public let instruments: [Instrument]
  /// By exactly this symbol.
  let bySymbol: [String: Instrument]
  private let byFoldedSymbol: [String: [Instrument]]
  private let byPair: [String: Instrument]
  /// By exactly this symbol, where it is short; lives as long as the catalog.
  let table: SymbolTable

  /// A catalog of a list; the first of two equal symbols stays. `namesCoins` as the exchange declares it.
  public init(_ list: [Instrument], namesCoins: Bool = false) {
    instruments = list
    bySymbol = Dictionary(list.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
    byFoldedSymbol = Dictionary(grouping: list) { $0.symbol.lowercased() }
    byPair = namesCoins ? InstrumentCatalog.pairs(of: list) : [:]
    table = SymbolTable(list)
  }

  deinit { table.deallocate() }

  /// A catalog of no instruments.
  public static let empty = InstrumentCatalog([])

  /// The instrument a client means: the exact symbol, else a unique one without regard to case, else, where the
  /// exchange names coins, the one of the pair's base and quote.
  public func match(_ text: String) -> InstrumentMatch? {
    if let exact = bySymbol[text] { return InstrumentMatch(exact) }
    if let folded = byFoldedSymbol[text.lowercased()], folded.count == 1 { return InstrumentMatch(folded[0]) }
    let pair = text.uppercased()
    return byPair[pair].map { InstrumentMatch($0, pair: pair) }
  }

  /// The instrument a client means, whatever the client calls it.
  public func find(_ text: String) -> Instrument? { match(text)?.instrument }

  /// The instrument of exactly these bytes: for decoders, without making a string.
  public func find(utf8 symbol: UnsafeRawBufferPointer) -> Instrument? {
    // The key of a longer one is its beginning, and behind a shorter one there are zeros.
    if let short = table.find(plain: ShortText(symbol)), short.symbol.utf8.count == symbol.count { return short }
    guard let other = bySymbol[String(decoding: symbol, as: UTF8.self)] else { return nil }
    return other.symbol.utf8.elementsEqual(symbol) ? other : nil
  }

  /// This list with every instrument that did not change kept in the same state as in `old`.
  public static func refreshed(
    _ list: [Instrument], from old: InstrumentCatalog, namesCoins: Bool = false
  ) -> InstrumentCatalog {
    InstrumentCatalog(
      list.map { instrument in
        guard let known = old.bySymbol[instrument.symbol], known.hasSameProperties(as: instrument) else {
          return instrument
        }
        return known
      }, namesCoins: namesCoins)
  }

  /// The perpetuals in dollars by base and quote. Any dollar will do, as the exchange has but one; the units must be
  /// equal, so a coin of a thousand (base `1000PEPE`) is found by `1000PEPEUSDT` only. A pair of two meanings has none.
  private static func pairs(of list: [Instrument]) -> [String: Instrument] {
    let dollars = ["USDT", "USDC", "USD"]
    var named: [String: [Instrument]] = [:]
    for instrument in list where instrument.kind == .perpetual && dollars.contains(instrument.quote) {
      for quote in dollars { named[instrument.base.uppercased() + quote, default: []].append(instrument) }
    }
    return named.compactMapValues { $0.count == 1 ? $0[0] : nil }
  }
}
