import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct ExchangeManagerTests {
  private func connector(_ upstream: ToyUpstream, loop: EventLoop, http: HTTPClient) -> ExchangeConnector {
    let (exchange, clock, health, registry) = (ToyExchange(), SystemClock(), StreamHealth(), MetricsRegistry())
    let client = ExchangeClient(
      exchange, address: upstream.httpAddress, http: http, clock: clock,
      counters: ClientCounters(registry, exchange: "toy"))
    let list = InstrumentList(exchange, client: client, clock: clock, logger: .silent)
    let streams = ExchangeStreams(
      exchange,
      environment: ExchangeStreams.Environment(
        loop: loop, clock: clock, address: upstream.webSocketAddress, options: WebSocketClientOptions(),
        logger: .silent, counters: SessionCounters(registry, exchange: "toy"), health: health)
    ) { list.catalog ?? .empty }
    return ExchangeConnector(
      exchange: exchange, client: client, instruments: list, streams: LoopBound(streams, loop: loop), loop: loop,
      health: health)
  }

  @Test func exchangesAreFoundInAnyCaseAndHealthyOnceTheirListIsLoaded() async throws {
    let (upstream, loop) = (try ToyUpstream(), EventLoop(name: "manager"))
    let http = HTTPClient(loop: loop)
    let loaded = Inbox<Void>()
    upstream.answer("/instruments") { _ in
      loaded.add(())
      return .response(.init(.ok, body: .bytes(Array(ToyExchange.instrumentsBody.utf8))))
    }
    let manager = ExchangeManager([connector(upstream, loop: loop, http: http)])
    #expect(manager.find("TOY")?.exchange.id.name == "toy")
    #expect(manager.find("nowhere") == nil)
    #expect(manager.connectors[0].isHealthy(now: 0) == false)
    manager.start()
    try await loaded.next()
    #expect(await loop.eventually { manager.connectors[0].instruments.catalog != nil })
    #expect(manager.connectors[0].isHealthy(now: 0))
    manager.stop()
    await loop.settled()
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }

  @Test func anExchangeInFeedsAloneIsNotAskedNorFoundAndCountsWhileItIsWanted() async throws {
    let (upstream, loop) = (try ToyUpstream(), EventLoop(name: "manager"))
    let http = HTTPClient(loop: loop)
    let connector = connector(upstream, loop: loop, http: http)
    let manager = ExchangeManager([], inFeedsAlone: [connector])
    manager.start()
    await loop.settled()
    #expect(upstream.targets.isEmpty)
    #expect(manager.find("toy") == nil)
    #expect(manager.demandedConnectors.isEmpty)
    connector.health.note(isInFeed: true)
    #expect(manager.demandedConnectors.map(\.exchange.id.name) == ["toy"])
    manager.stop()
    connector.instruments.start()
    await loop.settled()
    #expect(upstream.targets.isEmpty)
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }
}
