import Testing
import Wire

@Suite struct JSONReaderScalarsTests {
  // MARK: Strings and numbers

  @Test func aStringIsGivenAsItStandsBetweenItsQuotes() throws {
    try readJSON(#" "a\nb" "#) { (reader) throws(JSONError) in
      let text = try reader.readText()
      #expect(Array(text.raw) == Array(#"a\nb"#.utf8))
      #expect(text.hasEscapes)
      try reader.expectEnd()
    }
  }

  @Test(arguments: ["1", "null", "true", "{}", "[]", "", "'a'"])
  func onlyAStringIsReadAsText(text: String) {
    #expect(throws: JSONError.self) { try readJSON(text) { (reader) throws(JSONError) in _ = try reader.readText() } }
  }

  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "0.0", "101621.70", "1e5", "1E-5", "-2.50e+10", "123456789012345678901234567890",
  ])
  func aNumberKeepsItsDigits(text: String) throws {
    let read = try readJSON("[ \(text) ]") { (reader) throws(JSONError) in
      try reader.beginArray()
      _ = try reader.nextElement()
      let digits = String(decoding: try reader.readNumberText(), as: UTF8.self)
      _ = try reader.nextElement()
      try reader.expectEnd()
      return digits
    }
    #expect(read == text)
  }

  @Test(arguments: ["\"1\"", "null", "true", "{}", "[]", "-", "+1", ".5", "1.", "1e", "x"])
  func onlyANumberIsReadAsNumber(text: String) {
    #expect(throws: JSONError.self) {
      try readJSON(text) { (reader) throws(JSONError) in _ = try reader.readNumberText() }
    }
  }

  @Test func digitsAreReadFromAStringAndFromANumber() throws {
    try readJSON(#"["0.10",0.10,"",null]"#) { (reader) throws(JSONError) in
      try reader.beginArray()
      for expected in ["0.10", "0.10", ""] {
        _ = try reader.nextElement()
        #expect(try reader.readTextOrNumber().string == expected)
      }
      _ = try reader.nextElement()
      #expect(throws: JSONError.self) { try reader.readTextOrNumber() }
    }
  }

  // MARK: Passing over

  @Test func whatIsSkippedAsUnknownIsCountedAndWhatIsKnownIsNot() throws {
    try readJSON(#"{"a":{"b":[1,2]},"c":null,"d":"x"}"#) { (reader) throws(JSONError) in
      try reader.beginObject()
      _ = try reader.nextKey()
      try reader.skipUnknown()
      _ = try reader.nextKey()
      try reader.skipValue()
      var ahead = reader
      _ = try ahead.nextKey()
      try ahead.skipUnknown()
      #expect(ahead.unknownCount == 2 && reader.unknownCount == 1)
      _ = try reader.nextKey()
      try reader.skipUnknown()
      #expect(try reader.nextKey() == nil)
      try reader.expectEnd()
      #expect(reader.unknownCount == 2)
    }
  }

  @Test(arguments: ["", "{", "[1", "nul", "x", "\"a"])
  func whatIsUnknownIsCheckedAllTheSame(text: String) {
    #expect(throws: JSONError.self) { try readJSON(text) { (reader) throws(JSONError) in try reader.skipUnknown() } }
  }

  // MARK: Words

  @Test func truthIsRead() throws {
    #expect(try readJSON("true") { (reader) throws(JSONError) in try reader.readBool() })
    #expect(try !readJSON(" false") { (reader) throws(JSONError) in try reader.readBool() })
  }

  @Test(arguments: ["1", "null", "\"true\"", "t", "tru", "trux", "fals", "falsy", "True", "", "{}"])
  func nothingElseIsTruth(text: String) {
    #expect(throws: JSONError.self) { try readJSON(text) { (reader) throws(JSONError) in _ = try reader.readBool() } }
  }

  @Test func nullIsConsumedAndAnythingElseIsLeft() throws {
    try readJSON("[null, 7]") { (reader) throws(JSONError) in
      try reader.beginArray()
      _ = try reader.nextElement()
      #expect(try reader.readNull())
      _ = try reader.nextElement()
      #expect(try !reader.readNull())
      #expect(try reader.readInt64() == 7)
      #expect(try !reader.nextElement())
    }
  }

  @Test(arguments: ["n", "nul", "nule", "nil", ""])
  func aBrokenNullIsAnError(text: String) {
    #expect(throws: JSONError.self) { try readJSON(text) { (reader) throws(JSONError) in _ = try reader.readNull() } }
  }

  // MARK: Skipping

  @Test func skippingLeavesTheReaderBehindTheValue() throws {
    for value in JSONGrammarTests.valid {
      try readJSON("[\(value),77]") { (reader) throws(JSONError) in
        try reader.beginArray()
        _ = try reader.nextElement()
        try reader.skipValue()
        #expect(try reader.nextElement(), "\(value)")
        #expect(try reader.readInt64() == 77, "\(value)")
        #expect(try !reader.nextElement(), "\(value)")
        try reader.expectEnd()
      }
    }
  }

  @Test func aRawValueIsItsBytesWithoutTheWhitespaceAroundIt() throws {
    for value in ["1", "-2.50", #""a\"b""#, "null", "{ }", #"{"a" : [1, 2]}"#, "[[],{}]"] {
      let raw = try readJSON("{\"k\" : \(value) , \"l\":0}") { (reader) throws(JSONError) in
        try reader.beginObject()
        _ = try reader.nextKey()
        let raw = String(decoding: try reader.rawValue(), as: UTF8.self)
        #expect(try reader.nextKey()?.string == "l")
        return raw
      }
      #expect(raw == value)
    }
  }

  @Test func aValueIsReadWholeInsideADocument() throws {
    try readJSON(#"{"a":{"b":[1,"x"]},"c":2}"#) { (reader) throws(JSONError) in
      try reader.beginObject()
      _ = try reader.nextKey()
      let value = try reader.readValue()
      #expect(value["b"]?[0]?.integer == 1)
      #expect(value["b"]?[1]?.string == "x")
      #expect(try reader.nextKey()?.string == "c")
    }
  }
}
