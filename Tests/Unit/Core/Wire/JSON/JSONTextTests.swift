import Testing
import Wire

@Suite struct JSONTextTests {
  /// Runs a body over the text of a JSON string, given with its quotes.
  private func withText<Result>(_ string: String, _ body: (JSONText) -> Result) throws -> Result {
    try readJSON(string) { (reader) throws(JSONError) in body(try reader.readText()) }
  }

  // MARK: Escapes

  /// Expected UTF-8 is what Python's `json.loads(text).encode("utf-8", "surrogatepass")` gives; half surrogate pairs,
  /// which Python keeps, are U+FFFD (EF BF BD) here.
  @Test(
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, [0x22, 0x5c, 0x2f, 0x08, 0x0c, 0x0a, 0x0d, 0x09]), (#""\u0041""#, [0x41]),
      (#""\u0000""#, [0x00]), (#""\u00e9""#, [0xc3, 0xa9]), (#""\u00E9""#, [0xc3, 0xa9]),
      (#""\u20ac""#, [0xe2, 0x82, 0xac]), (#""\ud83d\ude00""#, [0xf0, 0x9f, 0x98, 0x80]),
      (#""\uD83D\uDE00!""#, [0xf0, 0x9f, 0x98, 0x80, 0x21]), (#""\udbff\udfff""#, [0xf4, 0x8f, 0xbf, 0xbf]),
      (#""\ud800\udc00""#, [0xf0, 0x90, 0x80, 0x80]), (#""\uffff""#, [0xef, 0xbf, 0xbf]),
      (#""\ud800""#, [0xef, 0xbf, 0xbd]), (#""\udc00""#, [0xef, 0xbf, 0xbd]),
      (#""\ud800x""#, [0xef, 0xbf, 0xbd, 0x78]),
      (#""\ud800\n""#, [0xef, 0xbf, 0xbd, 0x0a]), (#""\ud800\u0041""#, [0xef, 0xbf, 0xbd, 0x41]),
      (#""\ud800\ud800\udc00""#, [0xef, 0xbf, 0xbd, 0xf0, 0x90, 0x80, 0x80]),
      (#""\udc00\ud800""#, [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]),
      (#""\udc00\udc00""#, [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]),
      (#""\\u0041""#, [0x5c, 0x75, 0x30, 0x30, 0x34, 0x31]),
      (#""é\té""#, [0xc3, 0xa9, 0x09, 0xc3, 0xa9]), (#""a\/b""#, [0x61, 0x2f, 0x62]),
    ] as [(String, [UInt8])])
  func escapesAreResolved(string: String, expected: [UInt8]) throws {
    #expect(try withText(string) { Array($0.string.utf8) } == expected)
    #expect(try withText(string) { $0.hasEscapes })
  }

  @Test(arguments: ["", "a", "BTCUSDT", "é€😀", "a string that is longer than any short one"])
  func textWithoutEscapesIsItself(text: String) throws {
    #expect(try withText("\"\(text)\"") { $0.string } == text)
    #expect(try withText("\"\(text)\"") { !$0.hasEscapes })
    #expect(try withText("\"\(text)\"") { Array($0.raw) } == Array(text.utf8))
  }

  // MARK: Comparison

  @Test func aTextEqualsItsLettersAndNoOthers() throws {
    #expect(try withText(#""kline""#) { $0.equals("kline") })
    #expect(try withText(#""kline""#) { !$0.equals("klinE") })
    #expect(try withText(#""kline""#) { !$0.equals("kline_") })
    #expect(try withText(#""kline""#) { !$0.equals("klin") })
    #expect(try withText(#""""#) { $0.equals("") })
    #expect(try withText(#""é""#) { $0.equals("é") })
  }

  @Test func escapesAreResolvedBeforeComparing() throws {
    #expect(try withText(#""\u006bline""#) { $0.equals("kline") })
    #expect(try withText(#""a\/b""#) { $0.equals("a/b") })
    #expect(try withText(#""\u006b""#) { !$0.equals("\\u006b") })
    #expect(try withText(#""\ud83d\ude00""#) { $0.equals("😀") })
  }

  @Test func equivalentCharactersAreNotTheSameText() throws {
    // RFC 8259 §8.3: unit by unit. U+00E9 and U+0065 U+0301 look alike.
    #expect(try withText(#""\u00e9""#) { !$0.equals("e\u{301}") })
    #expect(try withText("\"\u{e9}\"") { !$0.equals("e\u{301}") })
  }

  @Test func aTextOfOneByteIsThatByte() throws {
    #expect(try withText(#""k""#) { $0.singleByte } == UInt8(ascii: "k"))
    #expect(try withText(#""""#) { $0.singleByte } == nil)
    #expect(try withText(#""kk""#) { $0.singleByte } == nil)
    #expect(try withText(#""\n""#) { $0.singleByte } == nil)
    #expect(try withText(#""é""#) { $0.singleByte } == nil)
  }

  @Test func aTextIsToldApartInASwitch() throws {
    func word(_ text: JSONText) -> Int {
      switch text {
      case "open": 1
      case "close": 2
      default: 0
      }
    }
    #expect(try withText(#""open""#) { word($0) } == 1)
    #expect(try withText(#""clos\u0065""#) { word($0) } == 2)
    #expect(try withText(#""ope""#) { word($0) } == 0)
  }
}
