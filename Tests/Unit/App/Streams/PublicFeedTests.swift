import Contract
import Exchanges
import Model
import Services
import Support
import Testing

@testable import App

@Suite struct PublicFeedTests {
  private func exchanges(_ settings: [String: String] = [:]) -> [[String]] {
    PublicFeed.all(of: Registry.exchanges, Configuration(values: settings)).map { $0.exchanges.map(\.name) }
  }

  @Test func theFeedsAreThoseOfTheContract() {
    let feeds = PublicFeed.all(of: Registry.exchanges, Configuration(values: [:]))
    #expect(feeds.map(\.path) == ["/ws/all/liquidations", "/ws/all/large_trades"])
    #expect(feeds.map(\.standardMinimum) == [FixedDecimal(5000), FixedDecimal(100_000)])
    #expect(feeds.map(\.feed) == [.liquidations, .largeTrades])
    #expect(exchanges() == [["binance", "bybit", "okx"], ["binance", "bybit", "hyperliquid"]])
  }

  @Test func settingsSayWhoTakesPartAmongThoseWhoCan() {
    #expect(exchanges(["LIQUIDATION_EXCHANGES": "hyperliquid,OKX", "EXCHANGES": "okx,bybit"]) == [["okx"], ["bybit"]])
    #expect(exchanges(["LIQUIDATION_EXCHANGES": "", "EXCHANGES": ""]) == [[], []])
  }

  @Test func theThresholdIsTheLeastValueOfLargeTrades() {
    let feeds = PublicFeed.all(of: [], Configuration(values: ["LARGE_TRADE_THRESHOLD_USD": "7"]))
    #expect(feeds[1].standardMinimum == FixedDecimal(7))
  }
}
