import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct HyperliquidInstrumentsTests {
  private func read(_ body: String) throws -> [Instrument] {
    try Hyperliquid().instruments().read([HyperliquidTests.reply(body)])
  }

  private func recorded() throws -> [Instrument] {
    try read(try Fixture.text("Hyperliquid/rest/meta_2025-12.json"))
  }

  @Test func theMainListIsAskedFor() {
    let request = UpstreamRequest(.post(body: #"{"type":"meta"}"#), target: "/info", weight: 20)
    #expect(Hyperliquid().instruments().requests == [request])
  }

  /// Python: 223 rows, 37 of them with isDelisted.
  @Test func whatIsNoLongerListedIsLeftOut() throws {
    let instruments = try recorded()
    #expect(instruments.count == 186)
    #expect(!instruments.contains { ["MATIC", "RNDR"].contains($0.symbol) })
    #expect(instruments.map(\.symbol).prefix(4) == ["BTC", "ETH", "ATOM", "DYDX"])
    #expect(instruments.last?.symbol == "FOGO")
  }

  @Test func aCoinIsAPerpetualInDollars() throws {
    let bitcoin = try #require(try recorded().first)
    #expect(bitcoin.base == "BTC" && bitcoin.quote == "USD" && bitcoin.kind == .perpetual)
    #expect(bitcoin.status == .trading && bitcoin.fundingIntervalHours == 1)
    #expect(bitcoin.contractSize == FixedDecimal(1) && bitcoin.tickSize == nil)
    #expect(bitcoin.stepSize?.description == "0.00001")
  }

  @Test func aCoinOfAThousandIsNamedSo() throws {
    let coins = try recorded().filter { $0.symbol.hasPrefix("k") }
    #expect(coins.map(\.symbol) == ["kPEPE", "kSHIB", "kBONK", "kLUNC", "kFLOKI", "kNEIRO"])
    #expect(
      coins.map(\.base) == ["1000PEPE", "1000SHIB", "1000BONK", "1000LUNC", "1000FLOKI", "1000NEIRO"])
    #expect(coins.first?.stepSize?.description == "1")
  }

  @Test(arguments: ["k", "kaito", "KAS", "K"]) func aNameThatOnlyBeginsLikeOneIsItsOwnBase(name: String) throws {
    #expect(try read(#"{"universe":[{"name":"\#(name)","szDecimals":2}]}"#).map(\.base) == [name])
  }

  @Test func pairsFindTheCoinsOfTheRecordedList() throws {
    let catalog = InstrumentCatalog(try recorded(), namesCoins: Hyperliquid().declaration.namesCoins)
    for (text, symbol) in [
      ("BTC", "BTC"), ("btc", "BTC"), ("kPEPE", "kPEPE"), ("KPEPE", "kPEPE"), ("BTCUSDT", "BTC"), ("BTCUSD", "BTC"),
      ("ETHUSDC", "ETH"), ("1000PEPEUSDT", "kPEPE"), ("1000pepeusdt", "kPEPE"),
    ] {
      #expect(catalog.find(text)?.symbol == symbol)
    }
    for text in ["PEPEUSDT", "PEPE", "1000PEPE", "kPEPEUSDT", "MATICUSDT", "BTCEUR", "BTC-USD"] {
      #expect(catalog.find(text) == nil)
    }
  }

  @Test(arguments: [
    "[]", "{}", #"{"universe":[]}"#, #"{"universe":{}}"#, #"{"universe":[{"name":"BTC"}]}"#,
    #"{"universe":[{"szDecimals":5}]}"#, #"{"universe":[{"name":"BTC","szDecimals":"5"}]}"#,
    #"{"universe":[{"name":"BTC","szDecimals":-1}]}"#, #"{"universe":[{"name":"BTC","szDecimals":300}]}"#,
    #"{"universe":[{"name":"BTC","szDecimals":99}]}"#,
    #"{"universe":[{"name":"MATIC","szDecimals":1,"isDelisted":true}]}"#,
  ])
  func aListThatIsNoneIsMalformed(body: String) {
    #expect { try read(body) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  // MARK: Volumes

  @Test func volumesOfAllCoinsAreOneQuestion() throws {
    let inquiry = try #require(Hyperliquid().quoteVolumes())
    #expect(
      inquiry.requests
        == [UpstreamRequest(.post(body: #"{"type":"metaAndAssetCtxs"}"#), target: "/info", weight: 20)])
    let body = try Fixture.text("Hyperliquid/rest/metaAndAssetCtxs_2026-02.json")
    let volumes = try inquiry.read([HyperliquidTests.reply(body)])
    #expect(volumes.count == 80)
    #expect(volumes.prefix(4).map(\.symbol) == ["BTC", "ETH", "ATOM", "MATIC"])
    #expect(
      volumes.prefix(4).map(\.quoteVolume.description)
        == ["12377419030.3486595154", "4577440407.3620147705", "2512207.6565919989", "0.0"])
  }

  // In an optimised build (`make test-release`) this ended the process while `Inquiry` wrapped the reader in a closure.
  @Test func coinsWithoutAContextEachAreMalformed() throws {
    let inquiry = try #require(Hyperliquid().quoteVolumes())
    for body in [#"[{"universe":[{"name":"A"}]},[]]"#, "[]", #"[{"universe":{}},[]]"#, #"[{"universe":[]}]"#] {
      #expect { try inquiry.read([HyperliquidTests.reply(body)]) } throws: {
        ($0 as? ExchangeError)?.kind == .malformed
      }
    }
  }
}
