import Contract
import Net
import Support
import Telemetry
import Testing

@testable import App

@Suite struct ReferenceWiringTests {
  @Test func aServiceWithoutAKeyHasRoutesAndNothingThatAsksIt() async throws {
    let loop = EventLoop(name: "wiring")
    for (settings, count) in [([:], 0), (["ACME_API_KEY": ""], 0), (["ACME_API_KEY": "k"], 1)] {
      let wiring = ReferenceWiring(
        [SecretService.declaration], loop: loop, configuration: Configuration(values: settings), tuning: Tuning())
      #expect(wiring.routes.pages.count == count)
      #expect(wiring.routes.upstreams.map(\.name) == ["acme"])
      await wiring.stop()
    }
    loop.shutdown()
  }

  @Test func theKeyIsASecretSetting() throws {
    let setting = try #require(Setting.all.first { $0.name == "COINMARKETCAP_API_KEY" })
    #expect(setting.isSecret)
    #expect(setting.defaultValue.isEmpty)
    let configuration = Configuration(values: ["COINMARKETCAP_API_KEY": "k-1", "COINMARKETCAP_BASE_URL": "http://h/"])
    #expect(configuration.referenceKey("coinmarketcap")?.exposed == "k-1")
    #expect("\(String(describing: configuration.referenceKey("coinmarketcap")))".contains("k-1") == false)
    #expect(configuration.referenceAddress("coinmarketcap") == "http://h")
    #expect(Configuration(values: [:]).referenceAddress("coinmarketcap") == "https://pro-api.coinmarketcap.com")
  }
}
