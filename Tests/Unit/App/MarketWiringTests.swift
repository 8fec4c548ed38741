import Contract
import Net
import Sessions
import Support
import Telemetry
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct MarketWiringTests {
  @Test func nothingIsAskedOfAnExchangeBeforeTheStart() async throws {
    let upstream = try ToyUpstream()
    upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let exchange = ToyExchange()
    let configuration = Configuration(values: [
      "EXCHANGES": "toy", "LIQUIDATION_EXCHANGES": "toy", "FEEDS_KEPT": "liquidations", "LOG_LEVEL": "ERROR",
    ]).withAddresses(of: exchange.id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    let loop = EventLoop(name: "market")
    let telemetry = Instrumentation(metrics: MetricsRegistry(), level: .error, format: .text)
    let market = MarketWiring(
      [exchange], loops: [loop], configuration: configuration, tuning: Tuning(), telemetry: telemetry)
    await loop.settled()
    #expect(upstream.targets.isEmpty && market.manager.connectors.map(\.exchange.id) == [exchange.id])
    market.start()
    // The feed is followed though nobody reads it.
    #expect(try await upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    #expect(upstream.targets.contains("/instruments"))
    await market.stop()
    loop.shutdown()
    market.state.stop()
    await upstream.stop()
  }
}
