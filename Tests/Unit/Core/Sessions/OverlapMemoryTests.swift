import Model
import Support
import Testing

@testable import Sessions

@Suite struct OverlapMemoryTests {
  private func trade(_ id: Int64, time: Int64 = 0, of instrument: Instrument = ToyExchange.alpha) -> MarketEvent {
    .trade(
      Trade(
        instrument: instrument, id: .number(id), price: FixedDecimal(1), quantity: FixedDecimal(1), aggressor: .buy,
        exchangeTime: Timestamp(microseconds: time), receiveTime: .epoch))
  }

  private func liquidation(_ quantity: Int, received: Int64 = 0) -> MarketEvent {
    .liquidation(
      Liquidation(
        instrument: ToyExchange.alpha, liquidated: .long, price: FixedDecimal(1), quantity: FixedDecimal(quantity),
        exchangeTime: .epoch, receiveTime: Timestamp(microseconds: received)))
  }

  @Test func aTradeIsNewsOnceByTimeAndId() {
    var memory = OverlapMemory()
    let news = [
      memory.receive(trade(1), from: .old), memory.receive(trade(1), from: .new), memory.receive(trade(1), from: .old),
      memory.receive(trade(1, time: 5), from: .new), memory.receive(trade(1, of: ToyExchange.beta), from: .new),
    ]
    #expect(news == [true, false, false, true, true])
    #expect(memory.knows(trade(1)) && !memory.knows(trade(2)))
  }

  @Test func equalLiquidationsOfOneConnectionAreAllKeptAndThoseOfTheOtherAreTheSame() {
    var memory = OverlapMemory()
    // When it was received is not part of it.
    let news = [
      memory.receive(liquidation(1, received: 1), from: .new), memory.receive(liquidation(1, received: 2), from: .old),
      memory.receive(liquidation(1, received: 3), from: .old), memory.receive(liquidation(1, received: 4), from: .new),
      memory.receive(liquidation(1, received: 5), from: .new), memory.receive(liquidation(2), from: .old),
    ]
    #expect(news == [true, false, true, false, true, true])
  }

  @Test func whatIsOlderThanTheLimitIsForgotten() {
    var memory = OverlapMemory(limit: 3)
    for id in Int64(1)...5 { _ = memory.receive(trade(id), from: .old) }
    #expect((1...5).map { memory.knows(trade($0)) } == [false, false, true, true, true])
    #expect(memory.receive(trade(1), from: .new) == true)
    #expect(!memory.knows(trade(3)))
  }

  @Test func candlesAreNotItsAffair() {
    var memory = OverlapMemory()
    let candle = MarketEvent.candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: FixedDecimal(1),
        high: FixedDecimal(1), low: FixedDecimal(1), close: FixedDecimal(1), baseVolume: FixedDecimal(1),
        quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch))
    let news = [memory.receive(candle, from: .old), memory.receive(candle, from: .new)]
    #expect(news == [true, true])
    #expect(!memory.knows(candle))
  }
}
