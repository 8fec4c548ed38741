import Testing
import Wire

/// The grammar of RFC 8259, section by section.
@Suite struct JSONGrammarTests {
  static let valid: [String] = [
    // §2: one value, whitespace around it.
    "1", " 1", "1 ", "\t1\n", "\r\n1\r\n", " \t\r\n null \t\r\n ",
    // §3: the three names, and values of every kind at the top.
    "true", "false", "null", #""""#, "0", "{}", "[]",
    // §4: objects.
    "{ }", #"{"":0}"#, #"{"a":1}"#, #"{"a":1,"b":2}"#, #" { "a" : 1 , "b" : 2 } "#, #"{"a":{"b":{}}}"#, #"{"a":[]}"#,
    #"{"a":1,"a":2}"#, #"{"a":1,"a":1}"#, #"{"\u0061":1}"#, #"{"a\"b":1}"#, "{\"a\":\n1\n}", #"{"a":null}"#,
    // §5: arrays.
    "[ ]", "[1]", "[1,2]", " [ 1 , 2 ] ", "[[]]", "[[],[]]", "[[[]]]", "[{}]", #"[{"a":[{"b":[]}]}]"#, "[null]",
    "[true,false,null]", #"["a"]"#, #"[1,"a",null,{},[]]"#, "[1\n]", "[\n]", "[1 ,2]",
    // §6: numbers.
    "-0", "-1", "10", "123456789012345678901234567890", "0.0", "-0.0", "0.10", "1.5", "1e1", "1E1", "1e+1", "1e-1",
    "1E+400", "0e0", "0e+0", "0.5e-10", "-1.25E+02", "1e0000", "123.456e78", "-9223372036854775808", "20e1",
    // §7: strings.
    #""a""#, #"" ""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\uFFFF""#, #""\uabCD""#, #""\ud83d\ude00""#,
    #""\ud800""#, #""\udc00\ud800""#, #""\ud800x""#, #""\\u0041""#, "\"\u{7f}\"", "\"é\"", "\"€\"", "\"😀\"",
    "\"\u{2028}\u{2029}\"", "\"\u{feff}\"", "\"\u{10ffff}\"", "\"\u{fffe}\"", #""/""#, "\"'\"", #""//""#,
    #""{[,:]}""#, #""0123456\"""#, #""01234567""#, #""012345678""#, #"["\"","\\"]"#,
  ]

  static let invalid: [String] = [
    // §2: no value, more than one, other whitespace, a mark, comments.
    "", " ", "\n", "1 2", "1,", ",1", "1}", "1]", "[]]", "{}}", "[][]", "{}{}", "null null", "\u{0b}1", "\u{0c}1",
    "\u{a0}1", "\u{feff}1", "1\u{feff}", "\0", "1\0", "/* */1", "1//", "# 1", "\u{2060}[]",
    // §3: other names, names in other letters, names cut off.
    "True", "FALSE", "Null", "nul", "nulll", "t", "tru", "truE", "fals", "falsE", "truefalse", "NaN", "Infinity",
    "-Infinity", "nan", "undefined", "a", "'a'", "`a`", "<", "*",
    // §4: objects.
    "{", "}", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1,,"b":2}"#, #"{"a" 1}"#, #"{"a"::1}"#,
    #"{"a":1 "b":2}"#, #"{a:1}"#, "{1:1}", "{null:1}", "{[]:1}", "{'a':1}", #"{"a":1"#, #"{"a":"#, #"{"a""#, #"{"a"#,
    #"{""#, #"{"a",1}"#, #"{"a":1]"#, #"{"a":1;"b":2}"#, #"{"a":1}}"#, #"{"a":{}"#, "{{}}", #"{:1}"#, #"{"a":,}"#,
    #"{"a":1:2}"#, #"{"a":"b":1}"#, #"{"a":a}"#, "{]", "{true}", #"{"a"/**/:1}"#,
    // §5: arrays.
    "[", "]", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1", "[1,", "[[1]", "[1}", "[}", "[1:2]", #"["a":1]"#, "[1;2]",
    "[\"a\"", "[a]", "[*]", "[[]", "[1]]", "[{]}", "[1,\n", "[\"a\",\n4\n,1,", "[1\u{0c}]", "[,,]", "[-]", "[\\n]",
    // §6: numbers.
    "-", "+1", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1E", "1e+", "1e-", "0e", "1.5e", "--1", "+-1", "1-",
    "1+1", "1..2", "1.2.3", "1e1.5", "1e1e1", "0x1", "0b1", "1_000", "1,000", "1f", "1l", "- 1", "1 .5", "1e 1", "-a",
    "1a", "1e++1", "2.e3", "-2.", "\u{ff11}", "0.", "012", "-012", "1ee2", "[1 000]", "[+1]", "[.5]", "[0x42]",
    // §7: strings.
    "\"", "\"a", "a\"", #""\""#, #""\"#, #""\a""#, #""\'""#, #""\0""#, #""\x41""#, #""\U0041""#, #""\ ""#, "\"\\\n\"",
    #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#, #""\u-123""#, #""\u 123""#, #""\uD83D\u""#,
    #""\uD83D\u1""#, #""\u00"#, "\"\n\"", "\"\t\"", "\"\r\"", "\"\0\"", "\"\u{1f}\"", "\"01234567\u{1f}\"",
    "\"\"\"", #""a"b"#, #""a""b""#, "\"\\\u{e9}\"", #""\u{41}""#, "[\"\\", "[\"\\u", "{\"a\\", "\u{201c}a\u{201d}",
  ]

  /// Strings that are not UTF-8 (§8.1), between quotes.
  static let notUTF8: [[UInt8]] = [
    [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],
    [0xe2, 0x82], [0xe2, 0x41, 0x80], [0xe2, 0x82, 0x41], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
    [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0x98], [0xf0, 0x9f, 0x41, 0x80],
    [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xfe], [0xff], [0x5c, 0xff], [0xfc, 0x83, 0xbf, 0xbf, 0xbf],
  ]

  @Test func thereAreEnoughCases() {
    #expect(Self.valid.count >= 80)
    #expect(Self.invalid.count + Self.notUTF8.count >= 180)
    #expect(Set(Self.valid).count == Self.valid.count)
    #expect(Set(Self.invalid).count == Self.invalid.count)
    #expect(Set(Self.valid).isDisjoint(with: Self.invalid))
  }

  @Test func validDocumentsAreTaken() {
    for text in Self.valid {
      #expect(JSONVerdict.bySkipping(Array(text.utf8)) == nil, "\(text.debugDescription)")
      #expect(JSONVerdict.byValue(Array(text.utf8)) == nil, "\(text.debugDescription)")
    }
  }

  @Test func invalidDocumentsAreRefused() {
    for text in Self.invalid {
      #expect(JSONVerdict.bySkipping(Array(text.utf8)) != nil, "\(text.debugDescription)")
      #expect(JSONVerdict.byValue(Array(text.utf8)) != nil, "\(text.debugDescription)")
    }
  }

  @Test func otherEncodingsAreRefused() {
    let quote = UInt8(ascii: "\"")
    for text in Self.notUTF8 {
      for document in [[quote] + text + [quote], [quote] + text, text] {
        #expect(JSONVerdict.bySkipping(document) != nil, "\(document)")
        #expect(JSONVerdict.byValue(document) != nil, "\(document)")
      }
    }
  }

  @Test func skippingAndBuildingStopAtTheSameByteForTheSameReason() {
    for text in Self.valid + Self.invalid {
      let bytes = Array(text.utf8)
      #expect(JSONVerdict.bySkipping(bytes)?.offset == JSONVerdict.byValue(bytes)?.offset, "\(text.debugDescription)")
    }
  }

  @Test func aValueStaysValidInsideAnotherAndWithWhitespaceAroundIt() {
    for text in Self.valid {
      for document in ["[\(text)]", "{\"k\":\(text)}", " [ \(text) , \(text) ] ", "[{\"a\":[\(text)]}]"] {
        #expect(JSONVerdict.bySkipping(Array(document.utf8)) == nil, "\(document)")
        #expect(JSONVerdict.byValue(Array(document.utf8)) == nil, "\(document)")
      }
    }
  }

  @Test func oneWrongByteAnywhereNeverReadsBeyondTheDocument() {
    let document = Array(#"{"a":[1,-2.5e3,"x\u00e9",true,null],"b":{"c":"d"}}"#.utf8)
    var wrong: [[UInt8]] = []
    for index in document.indices {
      var changed = document
      for byte in UInt8.min...UInt8.max {
        changed[index] = byte
        let (skipped, built) = (JSONVerdict.bySkipping(changed), JSONVerdict.byValue(changed))
        if skipped?.offset != built?.offset || (skipped?.offset ?? 0) > document.count { wrong.append(changed) }
      }
    }
    #expect(wrong.isEmpty)
  }
}
