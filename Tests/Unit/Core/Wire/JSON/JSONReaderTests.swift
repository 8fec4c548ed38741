import Testing
import Wire

@Suite struct JSONReaderTests {
  // MARK: Kinds

  @Test(arguments: [
    ("{}", JSONKind.object), ("[]", .array), (#""a""#, .string), ("0", .number), ("9", .number), ("-1", .number),
    ("true", .bool), ("false", .bool), ("null", .null), (" \t\r\n{}", .object),
  ])
  func peekTellsTheKindAndConsumesNothing(text: String, kind: JSONKind) throws {
    try readJSON(text) { (reader) throws(JSONError) in
      #expect(try reader.peek() == kind)
      #expect(try reader.peek() == kind)
      try reader.skipValue()
      try reader.expectEnd()
    }
  }

  @Test(arguments: ["", " ", "+", ".5", "}", "]", ",", ":", "a", "'"])
  func peekRefusesWhatStartsNoValue(text: String) {
    #expect(throws: JSONError.self) { try readJSON(text) { (reader) throws(JSONError) in _ = try reader.peek() } }
  }

  // MARK: Objects and arrays

  @Test func anObjectGivesItsNamesInOrderThenNil() throws {
    try readJSON(#" { "a" : 1 , "b" : [ ] } "#) { (reader) throws(JSONError) in
      try reader.beginObject()
      #expect(try reader.nextKey()?.string == "a")
      #expect(try reader.readInt64() == 1)
      #expect(try reader.nextKey()?.string == "b")
      try reader.beginArray()
      #expect(try !reader.nextElement())
      #expect(try reader.nextKey() == nil)
      try reader.expectEnd()
    }
  }

  @Test func anArrayGivesItsElementsInOrderThenFalse() throws {
    let numbers = try readJSON("[1,2 , 3]") { (reader) throws(JSONError) in
      var numbers: [Int64] = []
      try reader.beginArray()
      while try reader.nextElement() { numbers.append(try reader.readInt64()) }
      try reader.expectEnd()
      return numbers
    }
    #expect(numbers == [1, 2, 3])
  }

  @Test func aNameThatOccursTwiceIsGivenTwice() throws {
    let names = try readJSON(#"{"a":1,"a":2}"#) { (reader) throws(JSONError) in
      var names: [String] = []
      try reader.beginObject()
      while let key = try reader.nextKey() {
        names.append(key.string)
        try reader.skipValue()
      }
      return names
    }
    #expect(names == ["a", "a"])
  }

  // MARK: What may follow what

  @Test func askingInTheWrongOrderIsAnErrorNotATrap() {
    let wrongOrders: [(String, (inout JSONReader) throws(JSONError) -> Void)] = [
      ("{}", { (r) throws(JSONError) in _ = try r.nextKey() }),
      ("[]", { (r) throws(JSONError) in _ = try r.nextElement() }),
      (
        "[]",
        { (r) throws(JSONError) in
          try r.beginArray(); _ = try r.nextKey()
        }
      ),
      (
        "{}",
        { (r) throws(JSONError) in
          try r.beginObject(); _ = try r.nextElement()
        }
      ),
      ("[]", { (r) throws(JSONError) in try r.beginObject() }),
      ("{}", { (r) throws(JSONError) in try r.beginArray() }),
      (
        #"{"a":1}"#,
        { (r) throws(JSONError) in
          try r.beginObject(); _ = try r.readText()
        }
      ),
      (
        #"{"a":1}"#,
        { (r) throws(JSONError) in
          try r.beginObject(); try r.skipValue()
        }
      ),
      (
        #"{"a":1}"#,
        { (r) throws(JSONError) in
          try r.beginObject(); _ = try r.nextKey(); _ = try r.nextKey()
        }
      ),
      (
        #"{"a":{}}"#,
        { (r) throws(JSONError) in
          try r.beginObject(); _ = try r.nextKey(); try r.expectEnd()
        }
      ),
      (
        "[1]",
        { (r) throws(JSONError) in
          try r.beginArray(); _ = try r.readInt64()
        }
      ),
      (
        "[1]",
        { (r) throws(JSONError) in
          try r.beginArray(); _ = try r.nextElement(); _ = try r.nextElement()
        }
      ),
      (
        "[1,2]",
        { (r) throws(JSONError) in
          try r.beginArray(); _ = try r.nextElement(); try r.skipValue(); try r.skipValue()
        }
      ),
      (
        "[1]",
        { (r) throws(JSONError) in
          try r.beginArray(); try r.expectEnd()
        }
      ),
      ("1", { (r) throws(JSONError) in try r.expectEnd() }),
      (
        "1 2",
        { (r) throws(JSONError) in
          try r.skipValue(); try r.skipValue()
        }
      ),
      (
        "[]",
        { (r) throws(JSONError) in
          try r.skipValue(); _ = try r.nextElement()
        }
      ),
      (
        "{}",
        { (r) throws(JSONError) in
          try r.skipValue(); _ = try r.nextKey()
        }
      ),
      (
        "null",
        { (r) throws(JSONError) in
          _ = try r.readNull(); _ = try r.readNull()
        }
      ),
    ]
    for (text, body) in wrongOrders {
      #expect(throws: JSONError.self, "\(text)") { try readJSON(text, body) }
    }
  }

  @Test func aCommaIsNotClosedByAskingTwice() {
    #expect(throws: JSONError(offset: 3, reason: "the element before was not read")) {
      try readJSON("[1,]") { (reader) throws(JSONError) in
        try reader.beginArray()
        _ = try reader.nextElement()
        try reader.skipValue()
        _ = try reader.nextElement()
        _ = try reader.nextElement()
      }
    }
  }

  @Test func anOpenContainerIsNotTheEndThoughTheBytesAre() {
    #expect(throws: JSONError(offset: 2, reason: "the document has not been read to its end")) {
      try readJSON("[1") { (reader) throws(JSONError) in
        try reader.beginArray()
        _ = try reader.nextElement()
        try reader.skipValue()
        try reader.expectEnd()
      }
    }
  }

  @Test func bracketsMustMatchAtEveryDepth() {
    for depth in 1...64 {
      let opening = (0..<depth).map { $0.isMultiple(of: 3) ? "[" : #"{"a":"# }
      let closing = (0..<depth).map { $0.isMultiple(of: 3) ? "]" : "}" }
      let right = opening.joined() + "1" + closing.reversed().joined()
      #expect(JSONVerdict.bySkipping(Array(right.utf8)) == nil)
      var turned = closing
      turned[depth / 2] = turned[depth / 2] == "]" ? "}" : "]"
      let wrong = opening.joined() + "1" + turned.reversed().joined()
      #expect(JSONVerdict.bySkipping(Array(wrong.utf8)) != nil)
      #expect(JSONVerdict.byValue(Array(wrong.utf8)) != nil)
    }
  }

  // MARK: Depth

  @Test func nestingIsTakenUpToTheLimitAndNoDeeper() {
    for limit in [0, 1, 2, 63, 64] {
      let deepest = Array((String(repeating: "[", count: limit) + "1" + String(repeating: "]", count: limit)).utf8)
      let tooDeep = Array("[".utf8) + deepest + Array("]".utf8)
      #expect(JSONVerdict.bySkipping(deepest, depthLimit: limit) == nil)
      #expect(JSONVerdict.byValue(deepest, depthLimit: limit) == nil)
      #expect(JSONVerdict.bySkipping(tooDeep, depthLimit: limit)?.reason == "too many containers in each other")
      #expect(JSONVerdict.byValue(tooDeep, depthLimit: limit)?.offset == limit)
    }
  }

  @Test func aLimitOutsideTheRangeIsHeldAtItsEnds() {
    let deep = Array((String(repeating: "[", count: 65) + String(repeating: "]", count: 65)).utf8)
    #expect(JSONVerdict.bySkipping(deep, depthLimit: .max)?.offset == JSONReader.maxDepthLimit)
    #expect(JSONVerdict.bySkipping(Array("[]".utf8), depthLimit: .min)?.offset == 0)
    #expect(JSONVerdict.bySkipping(Array("1".utf8), depthLimit: .min) == nil)
  }

  @Test func manyContainersBesideEachOtherAreNotDeep() {
    let wide = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
    #expect(JSONVerdict.bySkipping(Array(wide.utf8)) == nil)
  }

  // MARK: Offsets

  @Test(arguments: [
    ("", 0), ("  ", 2), ("nul", 0), ("[1,]", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), ("1 x", 2),
    (#"{"a":tru}"#, 5), (#"["ab"#, 4), (#"["a\x"]"#, 4), (#"["a\u12g4"]"#, 7), ("[\"a\u{1}\"]", 3), ("[1.]", 3),
    ("[1e]", 3), ("[-]", 2), ("[01]", 2), (#"{"a":1"#, 6), ("{1:2}", 1), ("]", 0),
  ])
  func anErrorNamesTheByteAtWhichReadingStopped(text: String, offset: Int) {
    #expect(JSONVerdict.bySkipping(Array(text.utf8))?.offset == offset)
    #expect(JSONVerdict.byValue(Array(text.utf8))?.offset == offset)
  }

  @Test func theOffsetFollowsWhatIsRead() throws {
    try readJSON(#"{"a": 12, "b":3}"#) { (reader) throws(JSONError) in
      #expect(reader.offset == 0)
      try reader.beginObject()
      #expect(reader.offset == 1)
      _ = try reader.nextKey()
      #expect(reader.offset == 5)
      _ = try reader.peek()
      #expect(reader.offset == 6)
      try reader.skipValue()
      #expect(reader.offset == 8)
    }
  }

  @Test func aTextKnowsWhereItStands() throws {
    try readJSON(#"["ab","cd",12]"#) { (reader) throws(JSONError) in
      try reader.beginArray()
      _ = try reader.nextElement()
      let first = try reader.readText()
      _ = try reader.nextElement()
      let second = try reader.readText()
      _ = try reader.nextElement()
      let third = try reader.readTextOrNumber()
      #expect(reader.error(at: first, "no side") == JSONError(offset: 2, reason: "no side"))
      #expect(reader.error(at: second, "no side").offset == 7)
      #expect(reader.error(at: third, "no side").offset == 11)
    }
  }
}
