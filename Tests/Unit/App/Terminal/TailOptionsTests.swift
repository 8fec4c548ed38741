import Testing

@testable import App

@Suite struct TailOptionsTests {
  private static func read(_ words: String) -> (streams: [String], faults: [String]) {
    let arguments = CommandLineArguments(["tail"] + words.split(separator: " ").map(String.init))
    guard case .tail(let options) = arguments.command else { return ([], arguments.faults) }
    return (options.streams, arguments.faults)
  }

  @Test(arguments: [
    ("binance BTCUSDT", ["binance/BTCUSDT/trades"]),
    ("BINANCE btcusdt ETHUSDT", ["binance/btcusdt/trades", "binance/ETHUSDT/trades"]),
    ("binance BTCUSDT --stream ohlc --interval 1h --closed-only", ["binance/BTCUSDT/ohlc?interval=1h&closed_only=1"]),
    (
      "binance BTCUSDT --stream=large_trades --min-value-usd=50000",
      ["binance/BTCUSDT/large_trades?min_value_usd=50000"]
    ),
    ("all liquidations --min-value-usd 1e5", ["all/liquidations?min_value_usd=1e5"]),
    ("all large_trades", ["all/large_trades"]),
    ("oi-vol --timeframes 5m,1h", ["oi-vol?timeframes=5m%2C1h"]), ("oi-vol", ["oi-vol"]),
    ("hyperliquid a/b?c", ["hyperliquid/a%2Fb%3Fc/trades"]),
  ])
  func wordsBecomeNamesOfStreams(words: String, streams: [String]) {
    let read = Self.read(words)
    #expect(read.streams == streams)
    #expect(read.faults == [])
  }

  @Test(arguments: [
    ("", "tail needs an exchange"), ("binance", "tail needs an exchange"), ("all", "tail needs an exchange"),
    ("all liquidations large_trades", "tail needs an exchange"),
    ("binance BTCUSDT --stream candles", "--stream must be one of ohlc, trades, large_trades, liquidations"),
    ("binance BTCUSDT --interval 1h", "--interval has no meaning"),
    ("binance BTCUSDT --closed-only", "--closed-only has no meaning"),
    ("all liquidations --stream ohlc", "--stream has no meaning"),
    ("oi-vol --min-value-usd 5", "--min-value-usd has no meaning"),
    ("binance BTCUSDT --limit 0", "--limit \"0\" must be a whole number from 1"),
    ("binance BTCUSDT --gateway x://y", "--gateway"), ("binance BTCUSDT --nonsense", "\"--nonsense\" is not known"),
  ])
  func whatCannotBeIsAFault(words: String, fault: String) {
    #expect(Self.read(words).faults.first?.hasPrefix(fault) == true)
  }

  @Test func aCommandHasAMostOfSymbols() {
    let symbols = Array(repeating: "A", count: TailOptions.maxSymbols)
    #expect(CommandLineArguments(["tail", "binance"] + symbols).faults == [])
    #expect(CommandLineArguments(["tail", "binance"] + symbols + ["A"]).faults.count == 1)
  }

  @Test func whatIsCompletedAreTheFeedsThereAre() {
    let feeds = PublicFeed.all(of: [], Configuration(values: [:]))
    #expect(feeds.filter(\.isOfPattern).map(\.name) == TailOptions.feeds)
    #expect(feeds.filter { !$0.isOfPattern }.map(\.name) == [TailOptions.spikes])
    #expect(PublicStream.all.contains { $0.name == TailOptions.usualStream })
  }
}
