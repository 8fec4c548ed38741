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
    let first = writer.take()
    #expect(first == Array("[1]".utf8))
    let rest = writer.bytes
    #expect(rest.isEmpty)
    writer.integer(2)
    let second = writer.take()
    #expect(second == Array("2".utf8))
  }

  // MARK: Memory

  /// A document of many lengths, and what it is.
  private func row(of count: Int, in writer: inout JSONWriter) -> String {
    writer.beginArray()
    for number in 0..<count { writer.integer(Int64(number)) }
    writer.endArray()
    return "[" + (0..<count).map(String.init).joined(separator: ",") + "]"
  }

  @Test func itGrowsAsItMust() {
    var wrong: [Int] = []
    for reserved in [0, 1, 7, 64, 1000] {
      for count in [0, 1, 2, 3, 10, 100, 500] {
        var writer = JSONWriter(reserving: reserved)
        let expected = row(of: count, in: &writer)
        let length = writer.count
        if writer.shared().array != Array(expected.utf8) || length != expected.utf8.count { wrong.append(count) }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func whatIsSharedIsNotCopiedWhereLittleIsWasted() {
    var writer = JSONWriter(reserving: 100)
    let text = String(repeating: "a", count: 90)
    writer.string(text)
    let shared = writer.shared()
    #expect(shared.array == Array("\"\(text)\"".utf8))
    var wasteful = JSONWriter(reserving: 100_000)
    wasteful.string(text)
    let copied = wasteful.shared()
    #expect(copied.array == shared.array)
  }

  @Test func takingKeepsTheRoomForAHead() {
    var writer = JSONWriter(reserving: 4, headroom: WebSocketFrame.headroom)
    writer.integer(1)
    let taken = writer.take()
    #expect(taken == Array("1".utf8))
    writer.integer(22)
    let frame = WebSocketFrame.serverText(writer)
    #expect(frame.array == [0x81, 2] + Array("22".utf8))
  }

  // MARK: Strings

  @Test func everyByteOfEveryShortTextIsLookedAt() {
    var wrong: [String] = []
    for count in 1...33 {
      for position in 0..<count {
        for (byte, escape) in [(0x22, #"\""#), (0x5c, #"\\"#), (0x1f, #"\u001f"#), (0x7f, "\u{7f}")]
          as [(UInt8, String)]
        {
          var text = [UInt8](repeating: UInt8(ascii: "x"), count: count)
          text[position] = byte
          let (before, after) = (
            String(repeating: "x", count: position), String(repeating: "x", count: count - position - 1)
          )
          let found = written { $0.string(String(decoding: text, as: UTF8.self)) }
          if found != "\"\(before)\(escape)\(after)\"" { wrong.append(found) }
        }
      }
    }
    #expect(wrong.isEmpty)
  }

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
    let bytes = writer.bytes
    #expect(try JSONValue(parsing: bytes) == .string(text))
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
    let bytes = writer.bytes
    #expect(JSONVerdict.bySkipping(bytes) == nil)
  }
}
