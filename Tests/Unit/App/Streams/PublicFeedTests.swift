import Contract
import Exchanges
import Model
import Services
import Support
import Testing
import Wire

@testable import App

@Suite struct PublicFeedTests {
  private func exchanges(_ settings: [String: String] = [:]) -> [[String]] {
    PublicFeed.all(of: Registry.exchanges, Configuration(values: settings)).map { $0.exchanges.map(\.name) }
  }

  @Test func theFeedsAreThoseOfTheContract() {
    let feeds = PublicFeed.all(of: Registry.exchanges, Configuration(values: [:]))
    #expect(feeds.map(\.path) == ["/ws/all/liquidations", "/ws/all/large_trades", "/ws/oi-vol"])
    #expect(feeds.map(\.name) == ["liquidations", "large_trades", "oi-vol"])
    #expect(feeds.map(\.isOfPattern) == [true, true, false])
    #expect(filters() == [minimum(5000), minimum(100_000), EventFilter(timeframes: Self.timeframes)])
    #expect(feeds.map(\.feed) == [.liquidations, .largeTrades, .spikes])
    #expect(exchanges() == [["binance", "bybit", "okx"], ["binance", "bybit", "hyperliquid"], ["binance"]])
  }

  @Test func settingsSayWhoTakesPartAmongThoseWhoCan() {
    #expect(
      exchanges([
        "LIQUIDATION_EXCHANGES": "hyperliquid,OKX", "EXCHANGES": "okx,bybit", "OI_VOL_EXCHANGES": "Bybit,okx",
      ]) == [["okx"], ["bybit"], ["bybit"]])
    #expect(
      exchanges(["LIQUIDATION_EXCHANGES": "", "EXCHANGES": "", "OI_VOL_SYMBOLS": "0"]) == [[], [], []])
  }

  @Test func theThresholdIsTheLeastValueOfLargeTrades() {
    #expect(filters(settings: ["LARGE_TRADE_THRESHOLD_USD": "7"])[1] == minimum(7))
  }

  @Test func aClientChoosesWhatItGets() {
    #expect(filters("min_value_usd=12.50")[0] == EventFilter(minimumNotional: FixedDecimal("12.50")))
    #expect(filters("min_value_usd=0")[1] == EventFilter.all)
    #expect(filters("timeframes=1h,5m")[2] == EventFilter(timeframes: Set(["5m", "1h"].compactMap { Interval($0) })))
    #expect(filters("timeframes=15m,15m")[2].timeframes?.map(\.description) == ["15m"])
  }

  @Test(arguments: ["", "1m", "5m,2h", "5m,", ",", "5m 15m", "x", "60m"])
  func timeframesThereAreNotAreFaults(text: String) {
    let feed = PublicFeed.all(of: [], Configuration(values: [:]))[2]
    let path = RouteParameters()
    var reader = ParameterReader(
      query: HTTPQuery(parsing: "timeframes=\(text.replacing(" ", with: "%20"))") ?? HTTPQuery(), path: path)
    _ = feed.filter(&reader)
    #expect(reader.faults.map(\.message) == ["Input should be some of 5m, 15m, 1h, with commas between them"])
    #expect(reader.faults.map(\.input) == [text])
  }

  private static let timeframes = Set(["5m", "15m", "1h"].compactMap { Interval($0) })

  private func minimum(_ value: Int) -> EventFilter { EventFilter(minimumNotional: FixedDecimal(value)) }

  /// What each feed takes a query for.
  private func filters(_ query: String = "", settings: [String: String] = [:]) -> [EventFilter] {
    PublicFeed.all(of: Registry.exchanges, Configuration(values: settings)).map { feed in
      var reader = ParameterReader(query: HTTPQuery(parsing: query) ?? HTTPQuery(), path: RouteParameters())
      return feed.filter(&reader)
    }
  }
}
