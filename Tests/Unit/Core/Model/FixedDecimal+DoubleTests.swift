import Model
import Testing

@Suite struct FixedDecimalDoubleTests {
  @Test(arguments: [
    ("0", 0.0), ("-0.1", -0.1), ("101621.70", 101621.70), ("0.00000000000000000000000000000000000001", 1e-38),
    ("170141183460469231731687303715884105727", 1.7014118346046923e38), ("9007199254740993", 9007199254740992),
  ])
  func theNearestDoubleIsPythons(text: String, expected: Double) throws {
    #expect(try #require(FixedDecimal(text)).nearestDouble == expected)
  }
}
