import Contract
import Support
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct StreamCatalogTests {
  @Test func everyStreamIsListedWithItsQueryAndExchanges() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let catalog = try JSONValue(parsing: try await bench.web.get("/ws-catalog").text)
    let routes = try #require(catalog["routes"]?.array)
    #expect(
      routes.compactMap { $0["path"]?.string } == [
        "/ws/{exchange}/{symbol}/ohlc", "/ws/{exchange}/{symbol}/trades", "/ws/{exchange}/{symbol}/large_trades",
        "/ws/{exchange}/{symbol}/liquidations",
      ])
    #expect(routes[0]["query"]?["interval"]?.string?.isEmpty == false)
    #expect(routes[2]["query"]?["min_value_usd"]?.string?.isEmpty == false)
    for route in routes { #expect(route["exchanges"]?.array?.compactMap(\.string) == ["toy"]) }
    #expect(catalog["streams"]?.members?.map(\.key) == ["ohlc", "trades", "large_trades", "liquidations"])
    let multiplex = try #require(catalog["multiplex"])
    #expect(multiplex["path"]?.string == "/ws")
    #expect(multiplex["commands"]?.members?.map(\.key) == ["subscribe", "unsubscribe", "list", "ping"])
    #expect(
      multiplex["streams"]?.array?.compactMap(\.string) == [
        "{exchange}/{symbol}/{stream}", "all/{feed}", "oi-vol", "instruments", "gaps",
      ])
    #expect(catalog["examples"]?.array?.first?.string == "/ws/toy/ALPHAUSD/ohlc")
    let feeds = try #require(catalog["aggregated"]?.array)
    #expect(feeds.compactMap { $0["path"]?.string } == ["/ws/all/liquidations", "/ws/all/large_trades", "/ws/oi-vol"])
    #expect(feeds.map { $0["exchanges"]?.array?.compactMap(\.string) } == [[], ["toy"], []])
    // FEEDS_KEPT is `none` here.
    #expect(feeds.map { $0["kept"]?.bool } == [false, false, false])
    #expect(
      feeds[2]["query"]?["timeframes"]?.string == "lengths of bars with commas between them; default 5m,15m,1h")
    #expect(feeds[0]["query"]?["min_value_usd"]?.string == "the least value in dollars; default 5000")
    await bench.stop()
  }

  @Test func aStreamTheExchangeLacksIsNotOffered() async throws {
    var exchange = ToyExchange()
    exchange.declaration.capabilities.features.remove(.liquidations)
    let bench = try ToyGateway(exchange)
    let catalog = try JSONValue(parsing: try await bench.web.get("/ws-catalog").text)
    #expect(catalog["routes"]?[3]?["exchanges"]?.array?.count == 0)
    #expect(catalog["routes"]?[0]?["exchanges"]?.array?.count == 1)
    await bench.stop()
  }
}
