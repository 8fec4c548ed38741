import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

@Suite(.timeLimit(.minutes(1))) struct TradeBackfillTests {
  @Test func onePageIsAskedForAndAFailureIsTold() async throws {
    let upstream = try ToyUpstream()
    let loop = EventLoop(name: "backfill")
    let http = HTTPClient(loop: loop)
    var exchange = ToyExchange()
    let client = ExchangeClient(
      exchange, address: upstream.httpAddress, http: http, clock: SystemClock(),
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    let backfill = TradeBackfill(exchange, client: client, clock: SystemClock())
    upstream.answer("/trades", body: #"[{"id":7,"price":"1.50","quantity":"2","side":"sell","time":5}]"#)
    let trades = await backfill.trades(of: ToyExchange.alpha, from: 7, count: 500)
    #expect(trades?.map(\.id) == [.number(7)] && trades?.first?.aggressor == .sell)
    #expect(upstream.targets == ["/trades?symbol=ALPHAUSD&from=7&limit=10"])
    upstream.answer("/trades", status: .notFound, body: "{}")
    #expect(await backfill.trades(of: ToyExchange.alpha, from: 8, count: 1) == nil)
    exchange.declaration.rest.tradesPerPage = nil
    let uncounted = TradeBackfill(exchange, client: client, clock: SystemClock())
    #expect(await uncounted.trades(of: ToyExchange.alpha, from: 9, count: 1) == nil)
    #expect(upstream.targets.count == 2)
    var terms = RepairTerms()
    terms.deadline = 1
    exchange.declaration.rest.tradesPerPage = 10
    let hasty = TradeBackfill(exchange, client: client, clock: SystemClock(), terms: terms)
    let gate = Inbox<Void>()
    upstream.answer("/trades") { _ in
      .later {
        try? await gate.next()
        return HTTPResponse(.ok, body: .bytes(Array("[]".utf8)))
      }
    }
    #expect(await hasty.trades(of: ToyExchange.alpha, from: 9, count: 1) == nil)
    gate.add(())
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }
}
