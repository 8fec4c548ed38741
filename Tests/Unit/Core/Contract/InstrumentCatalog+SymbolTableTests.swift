import Model
import Testing
import Wire

@testable import Contract

@Suite struct InstrumentCatalogSymbolTableTests {
  private func instrument(_ symbol: String) -> Instrument {
    Instrument(
      exchange: ExchangeID("toy"), symbol: symbol, base: "A", quote: "B", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
  }

  private func find(_ symbol: String, in catalog: InstrumentCatalog) -> Instrument? {
    Array(symbol.utf8).withUnsafeBytes { catalog.find(utf8: $0) }
  }

  private func find(plain symbol: String, in catalog: InstrumentCatalog) -> Instrument? {
    Array(symbol.utf8).withUnsafeBytes { catalog.table.find(plain: ShortText($0)) }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 7, 13, 100, 2048, 2049, 5000, 20_000])
  func everySymbolIsFoundAndNoOther(count: Int) {
    let catalog = InstrumentCatalog((0..<count).map { instrument("S\(100_000 + $0)USDT") })
    for index in 0..<count where find("S\(100_000 + index)USDT", in: catalog) !== catalog.instruments[index] {
      Issue.record("\(index)")
    }
    for instrument in catalog.instruments where find(plain: instrument.symbol, in: catalog) !== instrument {
      Issue.record("\(instrument.symbol)")
    }
    for text in ["", "S", "S100000USD", "S100000USDTT", "S\(100_000 + count)USDT"] {
      #expect(find(text, in: catalog) == nil, "\(text)")
    }
  }

  @Test func symbolsThatBeginAlikeForSixteenBytesAreToldApart() {
    let symbols = ["ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNOPR", "ABCDEFGHIJKLMNO"]
    let catalog = InstrumentCatalog(symbols.map(instrument))
    for (symbol, instrument) in zip(symbols, catalog.instruments) { #expect(find(symbol, in: catalog) === instrument) }
    #expect(find("ABCDEFGHIJKLMNOPS", in: catalog) == nil)
  }

  @Test func ofTwoEqualSymbolsTheFirstStays() {
    let catalog = InstrumentCatalog([instrument("TWICE"), instrument("TWICE")])
    #expect(find("TWICE", in: catalog) === catalog.instruments[0])
  }

  @Test func aSymbolThatJSONWritesWithEscapesIsNoPlainKey() {
    let catalog = InstrumentCatalog([instrument("A\"B"), instrument("ÄB"), instrument("AB")])
    for symbol in ["A\"B", "ÄB", "AB"] {
      #expect((find(plain: symbol, in: catalog) != nil) == (symbol == "AB"), "\(symbol)")
      #expect(find(symbol, in: catalog)?.symbol == symbol)
    }
  }

  @Test func whatNoDisplacementTellsApartIsFoundWithoutTheTable() {
    // A bit of the first word and one of the second that meet when they are mixed.
    let symbols = ["ABCDEFGHIJKLMNOP", "ABCEEFGHKJKLMNOP"]
    let keys = symbols.map { Array($0.utf8).withUnsafeBytes { ShortText($0) } }
    #expect(keys[0] != keys[1] && keys[0].mixed == keys[1].mixed)
    let catalog = InstrumentCatalog((symbols + ["BTCUSDT"]).map(instrument))
    #expect(symbols.map { find(plain: $0, in: catalog)?.symbol } == [symbols[0], nil])
    for (symbol, instrument) in zip(symbols, catalog.instruments) { #expect(find(symbol, in: catalog) === instrument) }
    #expect(find(plain: "BTCUSDT", in: catalog) === catalog.instruments[2])
  }

  @Test func symbolsThatAllMeetInOneBucketAreFound() {
    let symbols = (0..<100_000).lazy.map { "S\($0)USDT" }.filter { symbol in
      Array(symbol.utf8).withUnsafeBytes { ShortText($0) }.mixed >> 54 == 7
    }
    let catalog = InstrumentCatalog(symbols.prefix(90).map(instrument))
    #expect(catalog.instruments.count == 90)
    for instrument in catalog.instruments { #expect(find(instrument.symbol, in: catalog) === instrument) }
  }

  @Test func zerosBehindASymbolAreNoPartOfIt() {
    let catalog = InstrumentCatalog([instrument("AB")])
    for text in ["AB\0", "\0", "AB\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] { #expect(find(text, in: catalog) == nil) }
  }

  @Test func aSearchFindsWhatItWasBegunFor() {
    let catalog = InstrumentCatalog([instrument("AB"), instrument("CD")])
    let searches = ["CD", "XY", "AB"].map { text in
      Array(text.utf8).withUnsafeBytes { catalog.table.begin(ShortText($0)) }
    }
    #expect(searches.map { $0.instrument?.symbol } == ["CD", nil, "AB"])
  }
}
