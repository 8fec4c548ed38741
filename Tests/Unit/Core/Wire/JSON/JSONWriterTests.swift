import Testing
import Wire

@Suite struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  // MARK: Containers

  @Test func commasStandBetweenValuesAndNowhereElse() {
    let text = written { writer in
      writer.beginObject()
      writer.key("a")
      writer.beginArray()
      writer.integer(1)
      writer.integer(2)
      writer.beginArray()
      writer.endArray()
      writer.beginObject()
      writer.endObject()
      writer.endArray()
      writer.key("b")
      writer.null()
      writer.key("c" as String)
      writer.beginObject()
      writer.key("d")
      writer.bool(true)
      writer.key("e")
      writer.bool(false)
      writer.endObject()
      writer.key("f")
      writer.string("g")
      writer.endObject()
    }
    #expect(text == #"{"a":[1,2,[],{}],"b":null,"c":{"d":true,"e":false},"f":"g"}"#)
  }

  @Test func everyKindOfValueIsFollowedByAComma() {
    let text = written { writer in
      writer.beginArray()
      writer.string("a")
      writer.string(utf8: UnsafeRawBufferPointer(start: nil, count: 0))
      writer.integer(1)
      writer.bool(true)
      writer.null()
      writer.raw { $0.append(contentsOf: "1.50".utf8) }
      Array("{}".utf8).withUnsafeBytes { writer.rawValue($0) }
      writer.integer(2)
      writer.endArray()
    }
    #expect(text == #"["a","",1,true,null,1.50,{},2]"#)
  }

  @Test func takingStartsAnew() {
    var writer = JSONWriter(reserving: 100)
    writer.beginArray()
    writer.integer(1)
    writer.endArray()
    #expect(writer.take() == Array("[1]".utf8))
    #expect(writer.bytes.isEmpty)
    writer.integer(2)
    #expect(writer.take() == Array("2".utf8))
  }

  // MARK: Strings

  /// Expected texts are those of Python's `json.dumps(text, ensure_ascii=False)`.
  @Test(arguments: [
    ("", #""""#), ("a", #""a""#), ("\"", #""\"""#), ("\\", #""\\""#), ("a\"b\\c", #""a\"b\\c""#), ("/", #""/""#),
    ("\u{8}\u{9}\u{a}\u{c}\u{d}", #""\b\t\n\f\r""#), ("\u{0}", #""\u0000""#), ("\u{1f}", #""\u001f""#),
    ("\u{7f}", "\"\u{7f}\""), ("é€😀", "\"é€😀\""), ("\u{2028}", "\"\u{2028}\""), ("ab\u{1}", #""ab\u0001""#),
    ("a string longer than fifteen bytes\n", #""a string longer than fifteen bytes\n""#),
  ])
  func stringsAreEscapedAsFarAsTheyMustBe(text: String, expected: String) {
    #expect(written { $0.string(text) } == expected)
    #expect(written { writer in Array(text.utf8).withUnsafeBytes { writer.string(utf8: $0) } } == expected)
    #expect(written { $0.key(text) } == expected + ":")
  }

  @Test func aStaticNameIsEscapedToo() {
    #expect(written { $0.key("a\"b\n") } == #""a\"b\n":"#)
  }

  @Test func bytesThatAreNotUTF8AreReplaced() {
    let replaced = written { writer in
      let bytes: [UInt8] = [0x61, 0xff, 0x62]
      bytes.withUnsafeBytes { writer.string(utf8: $0) }
    }
    #expect(replaced == "\"a\u{fffd}b\"")
  }

  @Test func everyCharacterComesBackFromTheReader() throws {
    var text = ""
    for value in UInt32(0)...0x2ff { text.unicodeScalars.append(Unicode.Scalar(value) ?? "?") }
    for value: UInt32 in [0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff] {
      text.unicodeScalars.append(Unicode.Scalar(value) ?? "?")
    }
    var writer = JSONWriter()
    writer.string(text)
    #expect(try JSONValue(parsing: writer.bytes) == .string(text))
  }

  @Test func aTextOfAnotherDocumentKeepsItsEscapes() throws {
    let source = #""\u00e9\/\"é""#
    let copy = try readJSON(source) { (reader) throws(JSONError) in
      let text = try reader.readText()
      return written { $0.string(text) }
    }
    #expect(copy == source)
  }

  // MARK: Numbers

  @Test(arguments: [0, 1, -1, 9, 10, -10, 1_626_992_741_012, Int64.max, Int64.min])
  func wholeNumbersAreWrittenInFull(value: Int64) {
    #expect(written { $0.integer(value) } == String(value))
  }

  @Test func whatIsWrittenIsValid() {
    var writer = JSONWriter()
    writer.beginObject()
    for index in 0..<50 {
      writer.key("k\(index)\"\\\n")
      writer.beginArray()
      writer.integer(Int64(index))
      writer.string("é\u{1}")
      writer.endArray()
    }
    writer.endObject()
    #expect(JSONVerdict.bySkipping(writer.bytes) == nil)
  }
}
