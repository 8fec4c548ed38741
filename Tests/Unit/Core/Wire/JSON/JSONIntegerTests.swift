import Testing
import Wire

/// Whole numbers, as numbers and as texts.
@Suite struct JSONIntegerTests {
  private func number(_ text: String) throws -> Int64 {
    try readJSON(text) { (reader) throws(JSONError) in
      let value = try reader.readInt64()
      try reader.expectEnd()
      return value
    }
  }

  private func text(_ text: String) throws -> Int64? {
    try readJSON("\"\(text)\"") { (reader) throws(JSONError) in try reader.readText().integer }
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("10", 10), ("1626992741012", 1_626_992_741_012),
    ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ("1000000000000000000", 1_000_000_000_000_000_000),
  ])
  func wholeNumbersThatFitAreRead(text: String, value: Int64) throws {
    #expect(try number(text) == value)
    #expect(try self.text(text) == value)
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "9999999999999999999", "10000000000000000000",
    "18446744073709551616", "18446744073709551617", "99999999999999999999999999", "1.0", "1e3", "1E3", "0.5", "01",
    "00",
    "-01", "-", "", "+1", "1x", "x", "0x10",
  ])
  func everythingElseIsNoWholeNumber(text: String) throws {
    #expect(throws: JSONError.self) { try number(text) }
    #expect(try self.text(text) == nil)
  }

  @Test(arguments: ["\"1\"", "null", "true", "[1]"])
  func onlyANumberIsReadAsInteger(text: String) {
    #expect(throws: JSONError.self) { try number(text) }
  }

  @Test func everyLengthOfDigitsIsRead() throws {
    for length in 1...18 {
      for digit in ["1", "9"] {
        let digits = String(repeating: digit, count: length)
        #expect(try number(digits) == Int64(digits))
        #expect(try number("-" + digits) == Int64("-" + digits))
      }
    }
  }

  @Test func spacesAreNoPartOfANumberInAString() throws {
    #expect(try text(" 1") == nil)
    #expect(try text("1 ") == nil)
    #expect(try text("\\u0031") == nil)
  }
}
