import Model
import Testing

@Suite struct TradeTests {
  // python3: Decimal('101621.70') * Decimal('0.020') = 2032.43400
  @Test(arguments: [
    ("101621.70", "0.020", "2032.434"), ("2.50", "4.00", "10"), ("0.00", "5", "0"), ("100", "10", "1000"),
  ])
  func theNotionalIsExactWithoutTrailingZeros(price: String, quantity: String, notional: String) throws {
    let trade = try #require(ModelSample.trade(price: price, quantity: quantity))
    #expect(trade.notional?.description == notional)
  }

  @Test func aNotionalTooLongToHoldIsNone() throws {
    let long = "1234567890123456789.123456789"
    #expect(try #require(ModelSample.trade(price: long, quantity: long)).notional == nil)
  }

  @Test func idsAreNumbersUUIDsOrTexts() throws {
    let (one, a) = (try #require(Trade.TextID("1")), try #require(Trade.TextID("a")))
    #expect(Trade.ID.number(1) != .text(one))
    #expect(Set([Trade.ID.number(1), .number(1), .text(a), .uuid(1)]).count == 3)
  }
}
