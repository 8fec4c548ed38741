import Model
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct DemoTests {
  @Test func theGatewayIsPointedAtTheRecordingByItsOrdinaryAddresses() async throws {
    let configuration = Configuration(values: ["RECORDINGS": Repository.root + "/Recordings", "EXCHANGES": "binance"])
    let demo = try Demo.start(configuration)
    let id = ExchangeID("binance")
    #expect(demo.configuration.baseAddress(of: id).hasPrefix("http://127.0.0.1:"))
    #expect(demo.configuration.streamAddress(of: id).hasPrefix("ws://127.0.0.1:"))
    await demo.stop()
  }

  @Test func aMissingRecordingIsSaid() {
    let configuration = Configuration(values: ["RECORDINGS": "/nonexistent", "EXCHANGES": "binance"])
    #expect(throws: RecordingError.self) { _ = try Demo.start(configuration) }
  }

  @Test func theNoticeSaysWhatItIs() {
    #expect(Demo.notice.contains("recorded trades, derived series"))
  }
}
