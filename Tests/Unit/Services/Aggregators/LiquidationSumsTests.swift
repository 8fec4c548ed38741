import Model
import Services
import Testing

@Suite struct LiquidationSumsTests {
  private let instrument = AggregatorSample.instrument("BTCUSDT")

  private func liquidation(_ side: PositionSide, _ price: String, _ quantity: String) -> Liquidation {
    AggregatorSample.liquidation(instrument, side, price: price, quantity: quantity, at: .epoch)
  }

  /// python3: Decimal('101621.70') * Decimal('0.020') + Decimal('0.1') * Decimal('0.2') = 2032.45400
  @Test func valuesAreSummedExactlyWithoutTrailingZeros() {
    var sums = LiquidationSums()
    sums.add(liquidation(.long, "101621.70", "0.020"))
    sums.add(liquidation(.long, "0.1", "0.2"))
    sums.add(liquidation(.short, "0.5", "1"))
    sums.add(liquidation(.short, "0.5", "1"))
    #expect(sums.longs.count == 2 && sums.longs.value?.description == "2032.454")
    #expect(sums.shorts.count == 2 && sums.shorts.value?.description == "1")
    #expect(sums.count == 4)
  }

  @Test func sumsAreAddedSideBySide() {
    var (one, other) = (LiquidationSums(), LiquidationSums())
    one.add(liquidation(.long, "1", "2"))
    other.add(liquidation(.long, "0.5", "1"))
    other.add(liquidation(.short, "3", "1"))
    one.add(other)
    #expect(one.longs.count == 2 && one.longs.value?.description == "2.5")
    #expect(one.shorts.count == 1 && one.shorts.value?.description == "3")
  }

  @Test func aValueTooLongToHoldMakesNoneOfTheSumAndIsCountedAllTheSame() {
    let long = "1234567890123456789.123456789"
    var sums = LiquidationSums()
    sums.add(liquidation(.long, "1", "1"))
    sums.add(liquidation(.long, long, long))
    sums.add(liquidation(.long, "1", "1"))
    #expect(sums.longs.count == 3 && sums.longs.value == nil)
    var other = LiquidationSums()
    other.add(sums)
    #expect(other.longs.count == 3 && other.longs.value == nil && other.shorts.value == .zero)
  }

  @Test func aSumTooLongToHoldIsNone() {
    let most = String(repeating: "9", count: 38)
    var sums = LiquidationSums()
    for _ in 1...2 { sums.add(liquidation(.short, most, "1")) }
    #expect(sums.shorts.value == nil && sums.shorts.count == 2)
  }
}
