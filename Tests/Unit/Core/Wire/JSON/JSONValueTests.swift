import Testing
import Wire

@Suite struct JSONValueTests {
  @Test func everyKindBecomesItsCase() throws {
    #expect(try JSONValue(parsing: "null") == .null)
    #expect(try JSONValue(parsing: "true") == .bool(true))
    #expect(try JSONValue(parsing: "false") == .bool(false))
    #expect(try JSONValue(parsing: #""a\nb""#) == .string("a\nb"))
    #expect(try JSONValue(parsing: "[]") == .array([]))
    #expect(try JSONValue(parsing: "{}") == .object([]))
    #expect(try JSONValue(parsing: "[1,[null]]") == .array([.number("1"), .array([.null])]))
    let members = [JSONValue.Member(key: "a", value: .number("1")), JSONValue.Member(key: "b", value: .string(""))]
    #expect(try JSONValue(parsing: #"{"a":1,"b":""}"#) == .object(members))
  }

  @Test func numbersKeepTheirDigits() throws {
    for digits in ["0", "-0", "101621.70", "1e5", "123456789012345678901234567890"] {
      #expect(try JSONValue(parsing: digits) == .number(digits))
    }
  }

  @Test func bytesAndTextAreReadAlike() throws {
    let text = #"{"a":[1,"é"]}"#
    let value = try JSONValue(parsing: text)
    #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    #expect(try Array(text.utf8).withUnsafeBytes { try JSONValue(parsing: $0) } == value)
  }

  @Test func membersAreFoundByNameAndElementsByPlace() throws {
    let value = try JSONValue(parsing: #"{"data":[{"s":"BTCUSDT"},2]}"#)
    #expect(value["data"]?[0]?["s"]?.string == "BTCUSDT")
    #expect(value["data"]?[1]?.integer == 2)
    #expect(value["data"]?[2] == nil)
    #expect(value["data"]?[-1] == nil)
    #expect(value["nothing"] == nil)
    #expect(value[0] == nil)
    #expect(value["data"]?["s"] == nil)
  }

  @Test func ofTwoMembersOfOneNameTheLastCounts() throws {
    let value = try JSONValue(parsing: #"{"a":1,"a":2}"#)
    #expect(value["a"]?.integer == 2)
    #expect(value.members?.count == 2)
  }

  @Test func namesAreComparedUnitByUnit() throws {
    let value = try JSONValue(parsing: "{\"\u{e9}\":1}")
    #expect(value["\u{e9}"] != nil)
    #expect(value["e\u{301}"] == nil)
  }

  @Test func aValueIsSeenAsItsOwnKindOnly() throws {
    let values: [JSONValue] = [.object([]), .array([]), .string("1"), .number("1"), .bool(true), .null]
    #expect(values.map { $0.members != nil } == [true, false, false, false, false, false])
    #expect(values.map { $0.array != nil } == [false, true, false, false, false, false])
    #expect(values.map { $0.string != nil } == [false, false, true, false, false, false])
    #expect(values.map { $0.integer != nil } == [false, false, false, true, false, false])
    #expect(values.map { $0.bool != nil } == [false, false, false, false, true, false])
  }

  @Test func membersAndElementsKeepTheirOrder() throws {
    let value = try JSONValue(parsing: #"{"z":1,"a":[3,2,1]}"#)
    #expect(value.members?.map(\.key) == ["z", "a"])
    #expect(value.members?.first?.value == .number("1"))
    #expect(value["a"]?.array?.map(\.integer) == [3, 2, 1])
  }

  @Test(arguments: [
    ("9223372036854775807", Int64.max), ("-5", -5), ("1.0", nil), ("1e2", nil), ("9223372036854775808", nil),
  ])
  func onlyAWholeNumberThatFitsIsAnInteger(text: String, expected: Int64?) throws {
    #expect(try JSONValue(parsing: text).integer == expected)
  }

  @Test func anInvalidDocumentIsAnErrorWithItsPlace() {
    #expect(throws: JSONError(offset: 3, reason: "a value was expected")) { try JSONValue(parsing: "[1,]") }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [UInt8]()) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "{} {}") }
  }
}
