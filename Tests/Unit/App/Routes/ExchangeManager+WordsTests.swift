import Contract
import Model
import Sessions
import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct ExchangeManagerWordsTests {
  @Test func intervalsAreThoseOfTheExchangesThatCanShortestFirst() async throws {
    let bench = try ToyGateway()
    let manager = bench.application.manager
    #expect(manager.connectors(with: .ohlc).map(\.exchange.id.name) == ["toy"])
    #expect(manager.words(of: \.intervals, with: .ohlc) == ["1m", "5m", "1h"])
    #expect(manager.words(of: \.intervals, with: []) == ["1m", "5m", "1h"])
    await bench.stop()
  }
}
