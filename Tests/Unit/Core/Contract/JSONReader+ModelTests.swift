import Contract
import Model
import Testing
import Wire

@Suite struct JSONReaderModelTests {
  // MARK: Decimals

  @Test(arguments: [
    (#""101621.70""#, "101621.70"), ("101621.70", "101621.70"), (#""0""#, "0"), ("0", "0"), (#""-0.0025""#, "-0.0025"),
    ("1e-3", "0.001"), (#""1E3""#, "1000"), (#""+1.5""#, "1.5"), (#"".5""#, "0.5"), (#""00.10""#, "0.10"),
    (#""\u0031.50""#, "1.50"), ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
  ])
  func aDecimalIsReadFromBothFormsWithItsDigits(text: String, digits: String) throws {
    let (required, optional) = try readJSON("[\(text),\(text)]") { (reader) throws(JSONError) in
      try reader.beginArray()
      _ = try reader.nextElement()
      let required = try reader.readDecimal()
      _ = try reader.nextElement()
      let optional = try reader.readOptionalDecimal()
      _ = try reader.nextElement()
      try reader.expectEnd()
      return (required, optional)
    }
    #expect(required.description == digits)
    #expect(optional?.description == digits)
  }

  @Test(arguments: [
    #""""#, #""NaN""#, "null", #""Infinity""#, #""1,5""#, #"" 1""#, #""0x10""#, "true", "[]", "{}", #""-""#, #""1e""#,
    "1234567890123456789012345678901234567890", "01", "+1", "",
  ])
  func whatIsNoDecimalIsAnError(text: String) {
    #expect(throws: JSONError.self) {
      try readJSON(text) { (r) throws(JSONError) in
        _ = try r.readDecimal()
        try r.expectEnd()
      }
    }
  }

  @Test(arguments: ["null", #""""#, #""NaN""#])
  func anExchangesWordsForNothingAreNil(text: String) throws {
    try readJSON("[\(text),1]") { (reader) throws(JSONError) in
      try reader.beginArray()
      _ = try reader.nextElement()
      #expect(try reader.readOptionalDecimal() == nil)
      _ = try reader.nextElement()
      #expect(try reader.readOptionalDecimal() == FixedDecimal(1))
    }
  }

  @Test(arguments: [#""nan""#, #""null""#, #"" ""#, #""-""#, #""Infinity""#, "true", "[]", "nul", #""1 ""#, "-"])
  func anythingElseIsNoOptionalDecimalEither(text: String) {
    #expect(throws: JSONError.self) {
      try readJSON(text) { (reader) throws(JSONError) in _ = try reader.readOptionalDecimal() }
    }
  }

  @Test func theErrorNamesThePlaceOfTheText() {
    #expect(throws: JSONError(offset: 2, reason: "a decimal was expected")) {
      try readJSON(#" "x" "#) { (reader) throws(JSONError) in _ = try reader.readDecimal() }
    }
    #expect(throws: JSONError(offset: 2, reason: "a decimal was expected")) {
      try readJSON(#" "x" "#) { (reader) throws(JSONError) in _ = try reader.readOptionalDecimal() }
    }
    #expect(throws: JSONError(offset: 1, reason: "milliseconds since 1970 were expected")) {
      try readJSON(" -1 ") { (reader) throws(JSONError) in _ = try reader.readMilliseconds() }
    }
  }

  // MARK: Instants

  @Test(arguments: [("0", 0), ("1626992741012", 1_626_992_741_012), ("253402300799999", 253_402_300_799_999)])
  func millisecondsAreReadFromBothForms(text: String, milliseconds: Int64) throws {
    for form in [text, "\"\(text)\""] {
      let instant = try readJSON(form) { (reader) throws(JSONError) in try reader.readMilliseconds() }
      #expect(instant.microseconds == milliseconds * 1000)
    }
  }

  @Test(arguments: ["-1", "253402300800000", "1.5", "1e3", "99999999999999999999", "01", "", "x"])
  func whatIsNoInstantIsAnError(text: String) {
    for form in [text, "\"\(text)\""] {
      #expect(throws: JSONError.self) {
        try readJSON(form) { (reader) throws(JSONError) in
          _ = try reader.readMilliseconds()
          try reader.expectEnd()
        }
      }
    }
    #expect(throws: JSONError.self) {
      try readJSON("null") { (reader) throws(JSONError) in _ = try reader.readMilliseconds() }
    }
  }

  // MARK: Ids

  @Test(arguments: [
    (#""17""#, false, "text 17"), (#""17""#, true, "number 17"), (#""x7""#, true, "text x7"), (#""""#, false, "text "),
    (#""\u0078-1""#, false, "text x-1"), (#""99999999999999999999""#, true, "text 99999999999999999999"),
    (#""20f43950-d8dd-5b31-9112-a178eb6023af""#, true, "uuid 43803378801316580537883803377582744495"),
  ])
  func anIDIsANumberAUUIDOrAText(text: String, isCounted: Bool, id: String) throws {
    let found = try readJSON(text) { (reader) throws(JSONError) in
      let text = try reader.readText()
      return try reader.tradeID(of: text, isCounted: isCounted)
    }
    let words =
      switch found {
      case .number(let number): "number \(number)"
      case .uuid(let number): "uuid \(number)"
      case .text(let text): "text \(text)"
      }
    #expect(words == id)
  }

  @Test func anIDThatIsTooLongIsAnError() {
    let long = String(repeating: "x", count: Trade.TextID.maxCount + 1)
    #expect(throws: JSONError(offset: 1, reason: "a trade's id is too long")) {
      try readJSON("\"\(long)\"") { (reader) throws(JSONError) in
        let text = try reader.readText()
        _ = try reader.tradeID(of: text)
      }
    }
  }

  @Test func aTextsDecimalIsNilWhenThereIsNone() throws {
    try readJSON(#"["1.50","\u002d1","","1.5x"]"#) { (reader) throws(JSONError) in
      try reader.beginArray()
      for expected in ["1.50", "-1", nil, nil] {
        _ = try reader.nextElement()
        #expect(try reader.readText().decimal?.description == expected)
      }
    }
  }
}
