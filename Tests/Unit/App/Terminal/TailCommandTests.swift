import Testing

@testable import App

@Suite struct TailCommandTests {
  private static func asking(_ words: [String], _ values: [String: String] = [:]) -> Configuration? {
    let arguments = CommandLineArguments(["tail"] + words)
    guard case .tail(let options) = arguments.command else { return nil }
    return Configuration(values: values).asking(options)
  }

  @Test func nothingIsAskedThatWasNotAskedFor() throws {
    let configuration = try #require(Self.asking(["okx", "BTC-USDT-SWAP"], ["EXCHANGES": "binance"]))
    #expect(configuration.exchanges == ["okx"])
    #expect(configuration.liquidationExchanges == [])
    #expect(configuration.spikeExchanges == [])
    #expect(configuration.feedsKept == [])
  }

  @Test func aFeedOfSeveralExchangesAsksThoseOfTheSettings() throws {
    let liquidations = try #require(Self.asking(["all", "liquidations"], ["LIQUIDATION_EXCHANGES": "bybit"]))
    #expect(liquidations.liquidationExchanges == ["bybit"])
    #expect(liquidations.spikeExchanges == [])
    let spikes = try #require(Self.asking(["oi-vol"]))
    #expect(!spikes.spikeExchanges.isEmpty)
  }

  @Test func aNameThatIsNoExchangeLeavesThoseThatCanBeNamedInTheAnswer() throws {
    #expect(try #require(Self.asking(["nowhere", "A"], ["EXCHANGES": "bybit"])).exchanges == ["bybit"])
  }
}
