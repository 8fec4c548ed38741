import Testing

@testable import App

@Suite struct GetCommandTests {
  private static func asking(_ words: [String]) -> Configuration? {
    let arguments = CommandLineArguments(words)
    guard case .get(let options) = arguments.command else { return nil }
    return Configuration(values: ["EXCHANGES": "binance,bybit"]).asking(options)
  }

  @Test func onlyTheExchangeThatIsNamedIsAsked() throws {
    #expect(try #require(Self.asking(["get", "okx", "funding", "A"])).exchanges == ["okx"])
    #expect(try #require(Self.asking(["get", "BYBIT", "oi", "A"])).exchanges == ["bybit"])
    #expect(try #require(Self.asking(["get", "multi", "oi", "A"])).exchanges == ["binance", "bybit"])
    #expect(try #require(Self.asking(["exchanges"])).exchanges == ["binance", "bybit"])
  }

  @Test(arguments: [(["exchanges"], false), (["get", "health"], false), (["get", "multi", "oi", "A"], true)])
  func whatTheGatewaySaysOfItselfNeedsNoExchange(words: [String], asks: Bool) throws {
    guard case .get(let options) = CommandLineArguments(words).command else {
      Issue.record("no question")
      return
    }
    #expect(options.asksExchanges == asks)
  }
}
