import Support
import Testing

@testable import App

@Suite struct ZshCompletionTests {
  @Test func specificationsAreEscapedAndQuoted() {
    let script = ZshCompletion.script
    #expect(script.hasPrefix("#compdef marketgate\n"))
    #expect(
      script.contains(
        "'--stream=[ohlc, trades, large_trades, liquidations (default\\: trades)]:value:(ohlc trades large_trades liquidations)'"
      ))
    #expect(script.contains("'1:DIR:_files -/'"))
    #expect(script.contains("'*:SYMBOL:(liquidations large_trades BTCUSDT ETHUSDT SOLUSDT)'"))
    // A quote of a text ends the string, stands escaped, and opens it again.
    #expect(script.contains("gateway'\\''s own streams"))
  }

  @Test(.enabled(if: Program.exists("zsh"))) func zshReadsIt() throws {
    #expect(try Program.output(of: ["zsh", "-n", "-c", ZshCompletion.script]) == "")
  }
}
