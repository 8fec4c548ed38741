import Model
import Support
import Testing

@testable import Services

@Suite struct CandleMemoryTests {
  private func candle(_ minute: Int64, close: String = "1.5", quoteVolume: String? = "3", trades: Int64? = 2) -> Candle
  {
    let one = FixedDecimal(1)
    return Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
      open: one, high: one, low: one, close: FixedDecimal(close) ?? one, baseVolume: one,
      quoteVolume: quoteVolume.flatMap { FixedDecimal($0) }, tradesCount: trades, isClosed: true, receiveTime: .epoch)
  }

  @Test(arguments: [
    ("1.5", "3", Int64?(2), true), ("1.50", "3.000", 2, true), ("1.5", nil, nil, true), ("1.6", "3", 2, false),
    ("1.5", "4", 2, false), ("1.5", "3", 3, false),
  ])
  func valuesAreComparedAndNotDigitsOrWhatIsNotGiven(
    close: String, quoteVolume: String?, trades: Int64?, isSame: Bool
  ) {
    var memory = CandleMemory()
    memory.remember(candle(1))
    let verdict = memory.compare(candle(1, close: close, quoteVolume: quoteVolume, trades: trades))
    #expect(verdict == (isSame ? .same : .revised(1)))
  }

  @Test func theLastFinalsAreRemembered() {
    var memory = CandleMemory()
    for minute in 0...Int64(CandleMemory.capacity) { memory.remember(candle(minute)) }
    #expect(memory.compare(candle(0, close: "9")) == .unknown)
    #expect(memory.compare(candle(1, close: "9")) == .revised(1))
    #expect(memory.compare(candle(Int64(CandleMemory.capacity), close: "9")) == .revised(1))
  }

  @Test func revisionsAreCountedFromTheOneAFinalCameAs() {
    var memory = CandleMemory()
    memory.remember(candle(1), revision: 1)
    #expect(memory.compare(candle(1)) == .same)
    #expect(memory.compare(candle(1, close: "2")) == .revised(2))
    #expect(memory.compare(candle(1, close: "3")) == .revised(3))
  }
}
