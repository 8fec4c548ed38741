extension JSONReader {
  /// A string.
  @inlinable public mutating func readText() throws(JSONError) -> JSONText {
    guard try firstByteOfValue() == UInt8(ascii: "\"") else { throw failure("a string was expected") }
    let text = try scanString()
    place = .afterValue
    return text
  }

  /// The bytes of a number, which has the form of RFC 8259 §6.
  @inlinable public mutating func readNumberText() throws(JSONError) -> UnsafeRawBufferPointer {
    _ = try firstByteOfValue()
    let start = position
    try scanNumber()
    place = .afterValue
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  /// The text of a string or the digits of a number: exchanges send numbers in both forms.
  @inlinable public mutating func readTextOrNumber() throws(JSONError) -> JSONText {
    if try firstByteOfValue() == UInt8(ascii: "\"") { return try readText() }
    return JSONText(raw: try readNumberText(), hasEscapes: false)
  }

  /// A whole number without fraction and exponent that fits.
  @inlinable public mutating func readInt64() throws(JSONError) -> Int64 {
    _ = try firstByteOfValue()
    guard let number = JSONInteger(bytes, from: position), !number.goesOn(in: bytes) else {
      throw failure("a whole number was expected")
    }
    position = number.end
    place = .afterValue
    return number.value
  }

  /// `true` or `false`.
  @inlinable public mutating func readBool() throws(JSONError) -> Bool {
    switch try firstByteOfValue() {
    case UInt8(ascii: "t"):
      try scanWord("true")
      place = .afterValue
      return true
    case UInt8(ascii: "f"):
      try scanWord("false")
      place = .afterValue
      return false
    default: throw failure("true or false was expected")
    }
  }

  /// Whether the next value is `null`, which is consumed then; another value is left to be read.
  @inlinable public mutating func readNull() throws(JSONError) -> Bool {
    guard try firstByteOfValue() == UInt8(ascii: "n") else { return false }
    try scanWord("null")
    place = .afterValue
    return true
  }

  /// Passes over a value of any kind, which is checked all the same.
  @inlinable public mutating func skipValue() throws(JSONError) {
    switch try firstByteOfValue() {
    case UInt8(ascii: "{"): try skipContainer(asObject: 1)
    case UInt8(ascii: "["): try skipContainer(asObject: 0)
    case let first: try skipScalar(first)
    }
  }

  /// Passes over a value whose name the caller does not know, and counts it in `unknownCount`; one that is known but of
  /// no use is for `skipValue`.
  @inline(never) public mutating func skipUnknown() throws(JSONError) {
    unknownCount += 1
    try skipValue()
  }

  /// Passes over a value of any kind and gives its bytes, without the whitespace around it.
  @inlinable public mutating func rawValue() throws(JSONError) -> UnsafeRawBufferPointer {
    _ = try firstByteOfValue()
    let start = position
    try skipValue()
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  @inlinable mutating func skipScalar(_ first: UInt8) throws(JSONError) {
    switch first {
    case UInt8(ascii: "\""): _ = try scanString()
    case UInt8(ascii: "t"): try scanWord("true")
    case UInt8(ascii: "f"): try scanWord("false")
    case UInt8(ascii: "n"): try scanWord("null")
    default: try scanNumber()
    }
    place = .afterValue
  }

  /// Not recursive, though containers nest: `objects` is its stack.
  @usableFromInline mutating func skipContainer(asObject object: UInt64) throws(JSONError) {
    let outerDepth = depth
    try open(asObject: object)
    while depth > outerDepth {
      guard objects & 1 == 1 ? try nextKey() != nil : try nextElement() else { continue }
      switch try nextByte() {
      case UInt8(ascii: "{"): try open(asObject: 1)
      case UInt8(ascii: "["): try open(asObject: 0)
      case let first: try skipScalar(first)
      }
    }
  }
}

// MARK: Scanning

extension JSONReader {
  /// Passes over a string, whose opening quote is the current byte.
  @inlinable @inline(__always) mutating func scanString() throws(JSONError) -> JSONText {
    let start = position + 1
    let runEnd = bytes.plainRunEnd(from: start)
    guard runEnd < end, bytes[runEnd] == UInt8(ascii: "\"") else {
      return try scanSpecialString(from: start, plainUpTo: runEnd)
    }
    position = runEnd + 1
    return JSONText(raw: UnsafeRawBufferPointer(rebasing: bytes[start..<runEnd]), hasEscapes: false)
  }

  /// The rest of a string that is not plain ASCII text.
  @usableFromInline mutating func scanSpecialString(
    from start: Int, plainUpTo runEnd: Int
  ) throws(JSONError) -> JSONText {
    var cursor = runEnd
    var hasEscapes = false
    while cursor < end, bytes[cursor] != UInt8(ascii: "\"") {
      if bytes[cursor] == UInt8(ascii: "\\") { hasEscapes = true }
      cursor = bytes.plainRunEnd(from: try endOfSpecialCharacter(at: cursor))
    }
    guard cursor < end else { throw JSONReader.error(at: end, "the string has no end") }
    position = cursor + 1
    return JSONText(raw: UnsafeRawBufferPointer(rebasing: bytes[start..<cursor]), hasEscapes: hasEscapes)
  }

  /// Checks an escape or a character of several bytes; gives the byte after it.
  private func endOfSpecialCharacter(at start: Int) throws(JSONError) -> Int {
    let first = bytes[start]
    if first < 0x20 { throw JSONReader.error(at: start, "a control character must be escaped") }
    if first >= 0x80 {
      guard let length = UTF8Character.length(in: bytes, at: start) else {
        throw JSONReader.error(at: start, "the string is not UTF-8")
      }
      return start + length
    }
    guard start + 1 < end else { throw JSONReader.error(at: end, "the string has no end") }
    switch bytes[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      for index in start + 2..<start + 6 {
        guard index < end else { throw JSONReader.error(at: end, "the string has no end") }
        guard bytes[index].hexDigitValue != nil else {
          throw JSONReader.error(at: index, "a hexadecimal digit was expected")
        }
      }
      return start + 6
    default: throw JSONReader.error(at: start + 1, "there is no such escape")
    }
  }

  /// Passes over `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  @inlinable mutating func scanNumber() throws(JSONError) {
    if position < end, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position < end ? bytes[position] : 0
    guard first.isDigit else { throw failure("a value was expected") }
    if first == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
    if position < end, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try scanDigits()
    }
    guard position < end, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    position += 1
    if position < end, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
    try scanDigits()
  }

  @inlinable mutating func scanDigits() throws(JSONError) {
    guard position < end, bytes[position].isDigit else { throw failure("a digit was expected") }
    skipDigits()
  }

  @inlinable mutating func skipDigits() {
    while position < end, bytes[position].isDigit { position += 1 }
  }

  /// Passes over `true`, `false` or `null`.
  @inlinable mutating func scanWord(_ word: StaticString) throws(JSONError) {
    let count = word.utf8CodeUnitCount
    guard end - position >= count else { throw failure("the document ends too soon") }
    let found = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    guard found.equals(word) else { throw failure("a value was expected") }
    position += count
  }
}
