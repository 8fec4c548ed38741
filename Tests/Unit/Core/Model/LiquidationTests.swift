import Model
import Testing

@Suite struct LiquidationTests {
  @Test func theNotionalIsExactWithoutTrailingZeros() throws {
    let liquidation = try #require(ModelSample.liquidation(price: "0.09460", quantity: "1055"))
    // python3: Decimal('0.09460') * 1055 = 99.80300
    #expect(liquidation.notional?.description == "99.803")
  }

  @Test func aNotionalTooLongToHoldIsNone() throws {
    let long = "1234567890123456789.123456789"
    #expect(try #require(ModelSample.liquidation(price: long, quantity: long)).notional == nil)
  }
}
