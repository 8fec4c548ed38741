import Model
import Testing

@Suite struct MarketEventTests {
  @Test func anEventNamesItsInstrumentAndTopic() throws {
    let trade = try #require(ModelSample.trade(price: "2", quantity: "3"))
    let liquidation = try #require(ModelSample.liquidation(price: "2", quantity: "4"))
    let events: [MarketEvent] = [.trade(trade), .candle(ModelSample.candle), .liquidation(liquidation)]
    #expect(events.allSatisfy { $0.instrument === ModelSample.instrument })
    #expect(
      events.map(\.topic.description) == [
        "toy/BTCUSDT/trades", "toy/BTCUSDT/candles(1m)", "toy/BTCUSDT/liquidations",
      ])
  }

  @Test func tradesAndLiquidationsHaveANotional() throws {
    let trade = try #require(ModelSample.trade(price: "2", quantity: "3"))
    let liquidation = try #require(ModelSample.liquidation(price: "2", quantity: "4"))
    #expect(MarketEvent.trade(trade).notional == FixedDecimal(6))
    #expect(MarketEvent.liquidation(liquidation).notional == FixedDecimal(8))
    #expect(MarketEvent.candle(ModelSample.candle).notional == nil)
  }
}
