import Model
import Testing

@Suite struct FixedDecimalArithmeticTests {
  private func number(_ text: String) throws -> FixedDecimal {
    try #require(FixedDecimal(text), "\(text)")
  }

  private func expectPython(
    _ operation: String, atLeast count: Int, _ result: (FixedDecimal, FixedDecimal) -> FixedDecimal?
  ) throws {
    let cases = try PythonCases.decimals(operation)
    #expect(cases.count >= count)
    for fields in cases {
      let (left, right) = (try number(fields[0]), try number(fields[1]))
      #expect(result(left, right)?.description ?? "nil" == fields[2], "\(operation) \(fields[0]) \(fields[1])")
    }
  }

  @Test func orderIsOfTheValues() throws {
    let cases = try PythonCases.decimals("compare")
    #expect(cases.count > 500)
    for fields in cases {
      let (left, right) = (try number(fields[0]), try number(fields[1]))
      #expect((left < right) == (fields[2] == "<"), "\(fields)")
      #expect((left > right) == (fields[2] == ">"), "\(fields)")
      #expect((left == right) == (fields[2] == "="), "\(fields)")
      if fields[2] == "=" { #expect(left.hashValue == right.hashValue, "\(fields)") }
    }
  }

  @Test func orderHoldsWhereOneScaleCannotBeBroughtToTheOther() throws {
    let (large, tiny) = (
      try number("99999999999999999999999999999999999999"), try number("0.00000000000000000000000000000000000001")
    )
    #expect(tiny < large && !(large < tiny) && large != tiny)
    #expect(large.negated < tiny && large.negated < tiny.negated && tiny.negated < large)
    #expect(!(tiny.negated < large.negated))
  }

  @Test func equalNumbersAreOneKeyOfASet() throws {
    let texts = ["1", "1.0", "1.00", "1.000000000000000000000000000000"]
    #expect(Set(try texts.map { try number($0) }).count == 1)
    #expect(Set([try number("0"), try number("0.000"), .zero]).count == 1)
  }

  @Test func sumsAreExact() throws { try expectPython("add", atLeast: 250) { $0.adding($1) } }

  @Test func productsAreExact() throws { try expectPython("multiply", atLeast: 250) { $0.multiplied(by: $1) } }

  @Test func quotientsHaveEighteenDigitsHalfToEven() throws {
    try expectPython("divide", atLeast: 250) { $0.divided(by: $1) }
  }

  @Test func aHalfIsExact() throws {
    for fields in try PythonCases.decimals("half") {
      #expect(try number(fields[0]).half?.description ?? "nil" == fields[1], "\(fields[0])")
    }
  }

  @Test func trimmingDropsZerosAfterThePointAlone() throws {
    for fields in try PythonCases.decimals("trim") {
      #expect(try number(fields[0]).trimmed.description == fields[1], "\(fields[0])")
    }
    #expect(try number("100").trimmed.description == "100")
  }

  @Test func theNegativeHasTheSameDigits() throws {
    #expect(try number("1.50").negated.description == "-1.50")
    #expect(try number("-1.50").negated.description == "1.50")
    #expect(try number("0.00").negated.description == "0.00")
  }

  // python3: Decimal('101621.70') * Decimal('0.003') and so on, context of 100 digits.
  @Test(arguments: [
    ("101621.70", "0.003", "304.86510"), ("-0.1", "-0.1", "0.01"), ("0.00", "5", "0.00"), ("-0.00", "5.0", "0.000"),
    ("9223372036854775807", "9223372036854775807", "85070591730234615847396907784232501249"),
    ("-9223372036854775808", "9223372036854775807", "-85070591730234615856620279821087277056"),
  ])
  func aProductHasTheScalesOfBothFactors(left: String, right: String, product: String) throws {
    #expect(try number(left).multiplied(by: number(right))?.description == product)
    #expect(try number(right).multiplied(by: number(left))?.description == product)
  }

  // python3: getcontext().prec = 18; Decimal(a) / Decimal(b)
  @Test(arguments: [
    ("1", "3", "0.333333333333333333"), ("2", "3", "0.666666666666666667"), ("1", "8", "0.125"), ("10", "4", "2.5"),
    ("9999999999999999995", "10", "1000000000000000000"), ("0.9999999999999999995", "1", "1"),
    ("999999999999999998.5", "1", "999999999999999998"), ("999999999999999997.5", "1", "999999999999999998"),
    ("1", "170141183460469231731687303715884105727", "nil"), ("0", "7", "0"), ("0.000", "-7", "0"),
    ("7", "0.00", "nil"),
    ("170141183460469231731687303715884105727", "170141183460469231731687303715884105726", "1"),
    ("1", "0.00000000000000000000000000000000000001", "100000000000000000000000000000000000000"),
    ("2", "0.00000000000000000000000000000000000001", "nil"),
  ])
  func quotientsAtTheEdges(left: String, right: String, quotient: String) throws {
    #expect(try number(left).divided(by: number(right))?.description ?? "nil" == quotient)
  }
}
