import Testing

@testable import App

@Suite struct ConfigurationTests {
  private static let configuration = Configuration(values: ["EXCHANGES": "a", "LIQUIDATION_EXCHANGES": "a,b"])

  @Test func somebodyAtATerminalAsksTheExchangeThatIsNamedAlone() {
    let asking = Self.configuration.asking("b", of: ["a", "b"], ["OI_VOL_SYMBOLS": "5"])
    #expect(asking.exchanges == ["b"])
    #expect(asking.liquidationExchanges == [])
    #expect(asking.spikeExchanges == [])
    #expect(asking.spikeSymbols == 5)
  }

  @Test(arguments: [nil, "c"]) func whatIsNoExchangeChangesNothing(name: String?) {
    let asking = Self.configuration.asking(name, of: ["a", "b"], [:])
    #expect(asking.exchanges == ["a"])
    #expect(asking.liquidationExchanges == ["a", "b"])
  }

  @Test func whatIsLoggedIsSaidOrNot() {
    #expect(!Self.configuration.namesLogLevel)
    #expect(Configuration(values: ["LOG_LEVEL": "INFO"]).namesLogLevel)
  }

  @Test func addressesAreReadWithoutTheSlashAtTheirEnd() {
    #expect(Self.configuration.trimmed("http://a/") == "http://a")
    #expect(Self.configuration.trimmed("http://a") == "http://a")
  }
}
