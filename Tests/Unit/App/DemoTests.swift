import Contract
import Exchanges
import Model
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct DemoTests {
  @Test func aMissingRecordingIsSaid() {
    let configuration = Configuration(values: ["RECORDINGS": "/proc/nonexistent", "EXCHANGES": "binance"])
    #expect(throws: RecordingError("/proc/nonexistent", "has no recording of an enabled exchange")) {
      _ = try Demo.start(configuration)
    }
  }

  @Test func anEnabledExchangeWithoutARecordingIsLeftOut() async throws {
    let configuration = Configuration(
      values: ["RECORDINGS": Repository.root + "/Recordings", "EXCHANGES": "toy,binance"])
    let demo = try Demo.start(configuration, exchanges: [Binance(), ToyExchange()])
    #expect(demo.configuration.exchanges == ["binance"])
    #expect(demo.configuration.liquidationExchanges == ["binance"])
    await demo.stop()
    let toyOnly = Configuration(values: ["RECORDINGS": Repository.root + "/Recordings", "EXCHANGES": "toy"])
    #expect(throws: RecordingError.self) { _ = try Demo.start(toyOnly, exchanges: [Binance(), ToyExchange()]) }
  }

  /// That of an exchange that answers no routes is played all the same. One test, as starting reads every recording.
  @Test func theGatewayIsPointedAtEachRecordingByItsOrdinaryAddresses() async throws {
    let configuration = Configuration(
      values: ["RECORDINGS": Repository.root + "/Recordings", "EXCHANGES": "binance", "STATE_DIR": "/proc/nonexistent"])
    let demo = try Demo.start(configuration)
    // A ban that a test of the recording provokes is none of the exchange's.
    #expect(configuration.stateFolder == "/proc/nonexistent" && demo.configuration.stateFolder == nil)
    let recorded = Registry.exchanges.filter { Repository.text("Recordings/\($0.id)/recording.json") != nil }
    #expect(recorded.count > 1 && recorded.contains { $0.id == ExchangeID("binance") })
    for exchange in recorded {
      #expect(demo.configuration.baseAddress(of: exchange.id).hasPrefix("http://127.0.0.1:"), "\(exchange.id)")
      #expect(demo.configuration.streamAddress(of: exchange.id).hasPrefix("ws://127.0.0.1:"), "\(exchange.id)")
    }
    #expect(demo.configuration.exchanges == ["binance"])
    await demo.stop()
  }

  @Test func theNoticeSaysWhatItIs() {
    #expect(Demo.notice.contains("recorded trades, derived series"))
  }
}
