public import Model

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
  private let table: SymbolTable

  /// A catalog of a list; the first of two equal symbols stays. `namesCoins` as the exchange declares it.
  public init(_ list: [Instrument], namesCoins: Bool = false) {
    instruments = list
    bySymbol = Dictionary(list.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
    byFoldedSymbol = Dictionary(grouping: list) { $0.symbol.lowercased() }
    byPair = namesCoins ? InstrumentCatalog.pairs(of: list) : [:]
    table = SymbolTable(list)
  }

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
    table.find(symbol)
  }

  /// This list with every instrument that did not change kept as the same object as in `old`.
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

/// An open-addressing hash table from symbol bytes to instruments.
private struct SymbolTable: Sendable {
  private var slots: [Slot]
  private let mask: Int

  private struct Slot: Sendable {
    var symbol: [UInt8]
    var instrument: Instrument?
  }

  init(_ list: [Instrument]) {
    var size = 16
    while size < list.count * 2 { size *= 2 }
    slots = Array(repeating: Slot(symbol: [], instrument: nil), count: size)
    mask = size - 1
    for instrument in list { insert(instrument) }
  }

  private mutating func insert(_ instrument: Instrument) {
    let symbol = Array(instrument.symbol.utf8)
    var index = symbol.withUnsafeBytes(SymbolTable.hash) & mask
    while slots[index].instrument != nil {
      if slots[index].symbol == symbol { return }
      index = (index + 1) & mask
    }
    slots[index] = Slot(symbol: symbol, instrument: instrument)
  }

  func find(_ symbol: UnsafeRawBufferPointer) -> Instrument? {
    var index = SymbolTable.hash(symbol) & mask
    while let instrument = slots[index].instrument {
      if slots[index].symbol.elementsEqual(symbol) { return instrument }
      index = (index + 1) & mask
    }
    return nil
  }

  /// FNV-1a: short keys from a fixed list, so nothing an exchange sends can make it degenerate.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash & 0x7fff_ffff_ffff_ffff)
  }
}
