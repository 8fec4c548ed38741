import Support
import Testing

@testable import App

@Suite struct BashCompletionTests {
  /// What a real bash offers where the cursor stands behind the words.
  private static func offers(_ cases: [[String]]) throws -> [[String]] {
    var script = BashCompletion.script + "\n"
    for words in cases {
      let quoted = (["marketgate"] + words).map { "'\($0)'" }.joined(separator: " ")
      script +=
        "COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); COMPREPLY=(); _marketgate; echo \"${COMPREPLY[*]}\"\n"
    }
    let output = try Program.output(of: ["bash", "--norc", "-u", "-c", script])
    return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: " ").map(String.init) }
  }

  @Test func wordsAreOfferedWhereTheyMayStand() throws {
    let exchanges = ["binance", "bybit", "hyperliquid", "okx"]
    let cases: [([String], [String])] = [
      (["ta"], ["tail"]), (["tail", "b"], ["binance", "bybit"]), (["tail", ""], exchanges + ["all", "oi-vol"]),
      (["tail", "all", "l"], ["liquidations", "large_trades"]), (["tail", "okx", "B"], ["BTCUSDT"]),
      (["tail", "binance", "BTCUSDT", "--stream", "l"], ["large_trades", "liquidations"]),
      (["tail", "binance", "--stream", "=", "oh"], ["ohlc"]), (["tail", "--stream", "ohlc", "ok"], ["okx"]),
      (["tail", "--cl"], ["--closed-only"]), (["get", "binance", "fund"], ["funding", "funding-hist"]),
      (["get", "okx", "ohlc", "BTC", "1"], ["1m", "15m", "1h", "12h", "1d", "1w", "1M"]), (["get", "--limit", ""], []),
      (["completions", ""], ["bash", "zsh", "fish"]), (["--log-level", "W"], ["WARNING"]),
      (["--check"], ["--check-config"]),
      (["serve", "--de"], ["--demo", "--demo-speed"]), (["--app-p"], ["--app-port"]), (["doctor", "--j"], ["--json"]),
      (["man", "--h"], ["--help"]),
    ]
    let offers = try Self.offers(cases.map(\.0))
    #expect(offers.count == cases.count)
    for ((words, expected), offered) in zip(cases, offers) {
      #expect(offered == expected, "\(words)")
    }
  }

  @Test func foldersAreTheShells() throws {
    #expect(try Self.offers([["record", "/pro"]]) == [["/proc"]])
  }
}
