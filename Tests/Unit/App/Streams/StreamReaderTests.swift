import Contract
import Model
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct StreamReaderTests {
  @Test func aCapabilityTheExchangeLacksIsUnsupported() async throws {
    var exchange = ToyExchange()
    exchange.declaration.capabilities.features.remove(.liquidations)
    let bench = try ToyGateway(exchange)
    let reader = StreamReader(
      lookup: ExchangeLookup(manager: bench.application.manager), feeds: [], largeTradeThreshold: .zero)
    let names = StreamNames(reader, limits: MultiplexLimits())
    let error = #expect(throws: APIError.self) { try names.target("toy/ALPHAUSD/liquidations") }
    #expect(error?.code == .unsupported)
    #expect(error?.detail == "toy does not offer liquidations")
    #expect(throws: APIError.self) { try names.target("all/liquidations") }
    await bench.stop()
  }
}
