import Contract
import Model
import Net
import Sessions
import Support
import Testing

@testable import App

/// What `exchange` and `symbol` find; the refusals over HTTP stand in `FeedRESTRoutesTests`.
@Suite(.timeLimit(.minutes(1))) struct FeedScopeTests {
  @Test func aListThatIsNotThereMayHaveTheSymbolToo() async throws {
    let bench = try ToyPair(settings: ["LIQUIDATION_EXCHANGES": "toy,second"])
    try await bench.loaded()
    let feeds = PublicFeed.all(
      of: [ToyExchange()], Configuration(values: ["EXCHANGES": "toy", "LIQUIDATION_EXCHANGES": "toy"]))
    let scope = FeedScope(manager: bench.application.manager, feed: try #require(feeds.first))
    let both = try scope.exchanges(nil)
    #expect(both.map(\.exchange.id.name) == ["toy"])
    #expect(try scope.exchanges("TOY").map(\.exchange.id.name) == ["toy"])
    let all = try scope.selection(of: both, symbol: nil)
    #expect(all.exchanges == [ToyExchange().id] && all.matches == nil && all.connected.isEmpty)
    let alpha = try scope.selection(of: both, symbol: "alphausd")
    #expect(alpha.holds(ToyExchange.alpha) && !alpha.holds(ToyExchange.beta))
    #expect(scope.coverage(of: ToyExchange().id) == .full)
    #expect(scope.coverage(of: ExchangeID("nowhere")) == .none)
    await bench.stop()
  }
}
