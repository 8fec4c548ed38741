import Model
import Net
import Testing
import Wire

@testable import App

@Suite struct ParameterReaderTests {
  private func reader(_ query: String, path: String = "/x") throws -> ParameterReader {
    var router = Router<Int>()
    router.add(.get, "/{interval}", 1)
    guard case .found(_, let parameters) = router.match(.get, path: path) else { throw Unexpected() }
    return ParameterReader(query: try #require(HTTPQuery(parsing: query)), path: parameters)
  }

  private struct Unexpected: Error {}

  @Test func aMissingNumberIsItsDefault() throws {
    var reader = try reader("")
    #expect(reader.integer("limit", default: 500, in: 1...1500) == 500)
    try reader.check()
  }

  @Test(arguments: ["1", "1500", "007"])
  func numbersInTheRangeAreRead(text: String) throws {
    var reader = try reader("limit=\(text)")
    #expect(reader.optionalInteger("limit", in: 1...1500) == Int64(text))
    try reader.check()
  }

  @Test(arguments: [
    ("0", "greater_than_equal", "Input should be greater than or equal to 1"),
    ("-5", "greater_than_equal", "Input should be greater than or equal to 1"),
    ("1501", "less_than_equal", "Input should be less than or equal to 1500"),
    ("99999999999999999999", "less_than_equal", "Input should be less than or equal to 1500"),
    ("abc", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
    ("1.5", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
    ("", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
    ("٣", "int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
  ])
  func whatIsNoNumberInTheRangeIsAFault(text: String, type: String, message: String) throws {
    var reader = try reader("limit=\(text)")
    _ = reader.integer("limit", default: 500, in: 1...1500)
    #expect(
      reader.faults == [
        APIError.Parameter(place: .query, name: "limit", type: type, message: message, input: text)
      ])
    #expect(throws: APIError(invalid: reader.faults)) { try reader.check() }
  }

  @Test func aStartAfterTheEndIsAFault() throws {
    var reader = try reader("start_time=2&end_time=1")
    _ = reader.range("start_time", "end_time")
    #expect(reader.faults.map(\.name) == ["start_time"])
    var good = try self.reader("start_time=1&end_time=1")
    #expect(good.range("start_time", "end_time").start == Timestamp(milliseconds: 1))
    try good.check()
  }

  @Test func aTimeBeyondTheCalendarIsAFault() throws {
    var reader = try reader("start_time=253402300800000")
    #expect(reader.time("start_time") == nil)
    #expect(reader.faults.count == 1)
  }

  @Test func anIntervalTheExchangeLacksNamesTheValidOnes() throws {
    var reader = try reader("", path: "/7m")
    let known = [Interval("1m"), Interval("1h")].compactMap { $0 }
    _ = reader.pathInterval("interval", of: known)
    #expect(reader.faults.map(\.place) == [.path])
    #expect(reader.faults.map(\.message) == ["Input should be one of 1m, 1h"])
    #expect(reader.faults.map(\.input) == ["7m"])
  }

  @Test func caseMattersInIntervals() throws {
    var reader = try reader("", path: "/1M")
    _ = reader.pathInterval("interval", of: [.oneMinute])
    #expect(reader.faults.count == 1)
  }

  @Test(arguments: [
    ("0", true), ("5000.5", true), ("1e5", true), ("-1", false), ("abc", false), ("NaN", false),
    ("1e15", true), ("1000000000000000.5", false), ("1e308", false), ("4.5e-175", true), ("0e-99", true),
    ("-1e-99", false), ("e-99", false), ("99e-99", true), ("7.638561409025561e-29", true), ("1E-40", true),
    ("1e-", false), ("1e-x", false), ("1e-99999999999999999999", true), ("-7.638561409025561e-29", false),
    ("123456789012345678901234567890e-20", true), ("1e-40e-1", false),
  ])
  func amountsAreZeroOrMore(text: String, isValid: Bool) throws {
    var reader = try reader("min_value_usd=\(text)")
    #expect((reader.notional("min_value_usd") != nil) == isValid)
    #expect(reader.faults.isEmpty == isValid)
  }

  /// Expected by Python: `Decimal(text).quantize(Decimal("1e-38"), ROUND_CEILING)`.
  @Test(arguments: [
    ("7.638561409025561e-29", "0.00000000000000000000000000007638561410"),
    ("1e-38", "0.00000000000000000000000000000000000001"),
    ("1.0e-39", "0.00000000000000000000000000000000000001"), ("9.99e-37", "0.00000000000000000000000000000000000100"),
    ("2.50e-37", "0.00000000000000000000000000000000000025"), ("0.000e-99", "0.00000000000000000000000000000000000000"),
    ("170141183460469231731687303715884105727e-75", "0.00000000000000000000000000000000000018"),
  ])
  func anAmountTooSmallToHoldIsTheNextGreaterOne(text: String, amount: String) throws {
    var reader = try reader("min_value_usd=\(text)")
    #expect(reader.notional("min_value_usd") == FixedDecimal(amount))
  }

  @Test func aChoiceIsOneOfItsWords() throws {
    var reader = try reader("kind=Perpetual&other=x")
    #expect(reader.choice("kind", of: ["perpetual", "spot"]) == "perpetual")
    #expect(reader.choice("absent", of: ["a"]) == nil)
    #expect(reader.choice("other", of: ["a", "b"]) == nil)
    #expect(reader.faults.map(\.type) == ["enum"])
  }

  @Test(arguments: [
    ("1m", 60_000), ("5m", 300_000), ("1h", 3_600_000), ("90m", 5_400_000), ("24h", 86_400_000), ("1440m", 86_400_000),
    ("0m", nil), ("25h", nil), ("1441m", nil), ("1d", nil), ("60s", nil), ("m", nil), ("5", nil), ("-5m", nil),
    ("1.5h", nil), ("+5m", nil), ("1M", nil), ("99999h", nil), ("05m", nil),
  ])
  func aSpanIsMinutesOrHoursUpToADay(text: String, milliseconds: Int64?) throws {
    var reader = try reader("window=\(text.replacing("+", with: "%2B"))")
    let span = reader.span(.query("window", .span, default: "1h", ""))
    #expect(reader.faults.isEmpty == (milliseconds != nil))
    if let milliseconds { #expect(span.milliseconds == milliseconds && span.text == text) }
  }

  @Test func aSpanThatIsNotGivenIsTheDefault() throws {
    var reader = try reader("")
    #expect(reader.span(.query("window", .span, default: "1h", "")).milliseconds == 3_600_000)
  }

  @Test func allFaultsOfARequestAreReported() throws {
    var reader = try reader("limit=0&start_time=x", path: "/7m")
    _ = reader.integer("limit", default: 1, in: 1...2)
    _ = reader.time("start_time")
    _ = reader.pathInterval("interval", of: [.oneMinute])
    #expect(reader.faults.count == 3)
  }
}
