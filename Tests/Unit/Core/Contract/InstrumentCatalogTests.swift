import Contract
import Model
import Testing

@Suite struct InstrumentCatalogTests {
  private func instrument(
    _ symbol: String, base: String, quote: String, on exchange: String = "test", kind: Instrument.Kind = .perpetual,
    tick: FixedDecimal? = nil
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID(exchange), symbol: symbol, base: base, quote: quote, kind: kind, status: .trading,
      tickSize: tick, stepSize: nil, fundingIntervalHours: nil)
  }

  private func find(_ symbol: String, in catalog: InstrumentCatalog) -> Instrument? {
    Array(symbol.utf8).withUnsafeBytes { catalog.find(utf8: $0) }
  }

  private var pairs: InstrumentCatalog {
    InstrumentCatalog([
      instrument("BTCUSDT", base: "BTC", quote: "USDT"), instrument("BTCUSDC", base: "BTC", quote: "USDC"),
      instrument("1000PEPEUSDT", base: "1000PEPE", quote: "USDT"),
      instrument("BTCUSDT_261225", base: "BTC", quote: "USDT", kind: .future),
    ])
  }

  private var coins: InstrumentCatalog {
    InstrumentCatalog(
      [
        instrument("BTC", base: "BTC", quote: "USDC"), instrument("kPEPE", base: "1000PEPE", quote: "USD"),
        instrument("KPEPE", base: "KPEPE", quote: "USDC"), instrument("USDC", base: "USDC", quote: "USDC"),
        instrument("ETH", base: "ETH", quote: "USDC", kind: .spot), instrument("GOLD", base: "GOLD", quote: "EUR"),
        instrument("TWO", base: "TWO", quote: "USD"), instrument("two", base: "two", quote: "USDC"),
      ], namesCoins: true)
  }

  // MARK: By text

  @Test func theExactSymbolComesFirst() {
    #expect(pairs.find("BTCUSDT")?.symbol == "BTCUSDT")
    #expect(coins.find("kPEPE")?.symbol == "kPEPE")
    #expect(coins.find("KPEPE")?.symbol == "KPEPE")
  }

  @Test func caseIsIgnoredWhereTheSymbolIsStillUnique() {
    #expect(pairs.find("btcusdt")?.symbol == "BTCUSDT")
    #expect(pairs.find("btcusdt_261225")?.symbol == "BTCUSDT_261225")
    #expect(coins.find("btc")?.symbol == "BTC")
    #expect(coins.find("kpepe") == nil)
    #expect(coins.find("Kpepe") == nil)
  }

  @Test func aPairFindsTheCoinWhereSymbolsAreCoins() {
    for text in ["BTCUSDT", "BTCUSDC", "BTCUSD", "btcusdt"] { #expect(coins.find(text)?.symbol == "BTC", "\(text)") }
    #expect(coins.find("1000PEPEUSDT")?.symbol == "kPEPE")
  }

  @Test func aPairInOtherUnitsOrOfAnotherListFindsNothing() {
    for text in ["PEPEUSDT", "BTCEUR", "ETHUSDT", "GOLDUSDT", "GOLDEUR", "TWOUSD", "", "USDT", "kBTCUSDT"] {
      #expect(coins.find(text) == nil, "\(text)")
    }
    #expect(pairs.find("BTCUSD") == nil)
    #expect(pairs.find("BTC") == nil)
  }

  @Test func whoUsesAPairIsToldThatPair() {
    #expect(coins.match("BTCUSDT") == InstrumentMatch(coins.instruments[0], pair: "BTCUSDT"))
    #expect(coins.match("1000pepeusd")?.pair == "1000PEPEUSD")
    for text in ["BTC", "btc"] { #expect(coins.match(text) == InstrumentMatch(coins.instruments[0])) }
    #expect(pairs.match("btcusdt")?.pair == nil)
  }

  @Test func pairsAreForExchangesThatNameCoins() {
    let perpetual = instrument("1000BONKPERP", base: "1000BONK", quote: "USDC")
    let catalog = InstrumentCatalog([perpetual, instrument("BTC-USDT-SWAP", base: "BTC", quote: "USDT")])
    for text in ["1000BONKUSDT", "BTCUSDT"] { #expect(catalog.find(text) == nil) }
    #expect(InstrumentCatalog.refreshed(coins.instruments, from: .empty, namesCoins: true).find("BTCUSDT") != nil)
    #expect(InstrumentCatalog.refreshed(coins.instruments, from: .empty).find("BTCUSDT") == nil)
  }

  // MARK: By bytes

  @Test func bytesFindTheExactSymbolOnly() {
    #expect(find("BTCUSDT", in: pairs)?.symbol == "BTCUSDT")
    for symbol in ["btcusdt", "BTCUSD", "BTCUSDTX", "", "BTC"] { #expect(find(symbol, in: pairs) == nil, "\(symbol)") }
  }

  @Test func everySymbolOfALongListIsFoundByItsBytes() {
    let list = (0..<1000).map { instrument("COIN\($0)USDT", base: "COIN\($0)", quote: "USDT") }
    let catalog = InstrumentCatalog(list)
    for instrument in list { #expect(find(instrument.symbol, in: catalog) === instrument) }
    #expect(find("COIN1000USDT", in: catalog) == nil)
  }

  /// Longer than the key of the table, and equal in all of it.
  @Test func longSymbolsThatBeginAlikeAreToldApart() {
    let names = (0..<40).map { "ALONGCOINOFSIXTEEN\($0)USDT" } + ["ALONGCOINOFSIXTE"]
    let list = names.map { instrument($0, base: $0, quote: "USDT") }
    let catalog = InstrumentCatalog(list)
    let found = names.map { find($0, in: catalog) }
    #expect(zip(found, list).allSatisfy { $0 === $1 })
    #expect(find("ALONGCOINOFSIXTEEN", in: catalog) == nil)
  }

  @Test func ofTwoEqualSymbolsTheFirstStays() {
    let first = instrument("BTCUSDT", base: "BTC", quote: "USDT")
    let catalog = InstrumentCatalog([first, instrument("BTCUSDT", base: "XBT", quote: "USDT")])
    #expect(catalog.find("BTCUSDT") === first)
    #expect(find("BTCUSDT", in: catalog) === first)
  }

  @Test func anEmptyListFindsNothing() {
    #expect(InstrumentCatalog.empty.instruments.isEmpty)
    #expect(InstrumentCatalog.empty.find("BTCUSDT") == nil)
    #expect(find("BTCUSDT", in: .empty) == nil)
    #expect(find("", in: .empty) == nil)
  }

  // MARK: Refresh

  @Test func whatDidNotChangeStaysAsItIs() {
    let old = pairs
    let refreshed = InstrumentCatalog.refreshed(
      [
        instrument("BTCUSDT", base: "BTC", quote: "USDT"),
        instrument("BTCUSDC", base: "BTC", quote: "USDC", tick: FixedDecimal(1)),
        instrument("ETHUSDT", base: "ETH", quote: "USDT"),
      ], from: old)
    #expect(refreshed.find("BTCUSDT") === old.find("BTCUSDT"))
    #expect(refreshed.find("BTCUSDC") !== old.find("BTCUSDC"))
    #expect(refreshed.find("BTCUSDC")?.tickSize == FixedDecimal(1))
    #expect(refreshed.instruments.map(\.symbol) == ["BTCUSDT", "BTCUSDC", "ETHUSDT"])
    #expect(refreshed.find("1000PEPEUSDT") == nil)
  }
}
