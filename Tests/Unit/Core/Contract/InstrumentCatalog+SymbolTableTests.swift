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

  @Test(arguments: [0, 1, 7, 100, 2048, 2049, 5000, 20_000])
  func everySymbolIsFoundAndNoOther(count: Int) {
    let catalog = InstrumentCatalog((0..<count).map { instrument("S\(100_000 + $0)USDT") })
    for index in 0..<count where find("S\(100_000 + index)USDT", in: catalog) !== catalog.instruments[index] {
      Issue.record("\(index)")
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
      let found = Array(symbol.utf8).withUnsafeBytes { catalog.table.find(plain: ShortText($0)) }
      #expect((found != nil) == (symbol == "AB"), "\(symbol)")
      #expect(find(symbol, in: catalog)?.symbol == symbol)
    }
  }
}
