/// Reads JSON by pulling values out of bytes, in the order in which they stand there (RFC 8259, to the letter).
///
/// The caller asks for what it expects and gets it or an error; nothing is built and nothing allocated. Between two
/// values the reader checks brackets, commas and colons, in what is skipped as well, so a document that was read to
/// `expectEnd()` is valid. Strings are valid UTF-8 when they are handed out.
///
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///   if key.equals("price") { price = try reader.readText() } else { try reader.skipValue() }
/// }
/// try reader.expectEnd()
/// ```
///
/// The bytes belong to the caller, who keeps them alive as long as the reader and what it gave out. After an error the
/// reader stands at no particular place and only gives errors or values of the same bytes.
public struct JSONReader {
  /// What may stand at the current byte.
  @usableFromInline enum Place {
    /// A value: at the start, after a colon, after a comma of an array.
    case value
    /// The first member or the closing bracket.
    case opened
    /// A comma or the closing bracket; outside of every container, the end.
    case afterValue
  }

  /// The deepest nesting that can be asked for: one bit each in `objects`.
  public static let maxDepthLimit = 64

  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline let end: Int
  @usableFromInline let depthLimit: Int
  @usableFromInline var position = 0
  @usableFromInline var depth = 0
  /// The open containers, the innermost in the lowest bit: set for an object.
  @usableFromInline var objects: UInt64 = 0
  @usableFromInline var place = Place.value
  /// Values passed over by `skipUnknown`. A copy made to look ahead counts for itself.
  public internal(set) var unknownCount = 0

  /// A reader at the start of a document that may nest `depthLimit` containers, at most `maxDepthLimit`.
  @inlinable public init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int = 64) {
    self.bytes = bytes
    self.end = bytes.count
    self.depthLimit = min(max(depthLimit, 0), JSONReader.maxDepthLimit)
  }

  /// The next byte to be read, counted from 0.
  @inlinable public var offset: Int { position }

  /// The kind of the value that comes next, by its first byte; nothing is consumed but whitespace.
  @inlinable public mutating func peek() throws(JSONError) -> JSONKind {
    switch try firstByteOfValue() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    default: throw failure("a value was expected")
    }
  }

  /// Only whitespace may follow; every container must be closed.
  @inlinable public mutating func expectEnd() throws(JSONError) {
    guard depth == 0, place == .afterValue else { throw failure("the document has not been read to its end") }
    skipWhitespace()
    guard position == end else { throw failure("only whitespace may follow the value") }
  }
}

// MARK: Containers

extension JSONReader {
  /// Enters an object; `nextKey()` follows.
  @inlinable public mutating func beginObject() throws(JSONError) {
    guard try firstByteOfValue() == UInt8(ascii: "{") else { throw failure("an object was expected") }
    try open(asObject: 1)
  }

  /// The next name, its colon consumed, so that a value follows; `nil` when the object has ended, its brace consumed.
  @inlinable public mutating func nextKey() throws(JSONError) -> JSONText? {
    guard objects & 1 == 1 else { throw failure("no object is open") }
    var byte = try nextByte()
    if place == .afterValue, byte == UInt8(ascii: ",") {
      position += 1
      byte = try nextByte()
    } else if place != .value, byte == UInt8(ascii: "}") {
      close()
      return nil
    } else if place != .opened {
      throw failure(place == .value ? "the value of the name before was not read" : "a comma or } was expected")
    }
    guard byte == UInt8(ascii: "\"") else { throw failure("a name was expected") }
    let name = try scanString()
    guard try nextByte() == UInt8(ascii: ":") else { throw failure("a colon was expected") }
    position += 1
    place = .value
    return name
  }

  /// Enters an array; `nextElement()` follows.
  @inlinable public mutating func beginArray() throws(JSONError) {
    guard try firstByteOfValue() == UInt8(ascii: "[") else { throw failure("an array was expected") }
    try open(asObject: 0)
  }

  /// Whether an element follows; false when the array has ended, its bracket consumed.
  @inlinable public mutating func nextElement() throws(JSONError) -> Bool {
    guard depth > 0, objects & 1 == 0 else { throw failure("no array is open") }
    let byte = try nextByte()
    if place == .afterValue, byte == UInt8(ascii: ",") {
      position += 1
    } else if place != .value, byte == UInt8(ascii: "]") {
      close()
      return false
    } else if place != .opened {
      throw failure(place == .value ? "the element before was not read" : "a comma or ] was expected")
    }
    place = .value
    return true
  }

  @inlinable mutating func open(asObject object: UInt64) throws(JSONError) {
    guard depth < depthLimit else { throw failure("too many containers in each other") }
    position += 1
    depth += 1
    objects = objects << 1 | object
    place = .opened
  }

  @inlinable mutating func close() {
    position += 1
    depth -= 1
    objects >>= 1
    place = .afterValue
  }
}

// MARK: Bytes

extension JSONReader {
  /// RFC 8259 §2: space, tab, line feed, carriage return.
  @inlinable mutating func skipWhitespace() {
    while position < end {
      let byte = bytes[position]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
      position += 1
    }
  }

  /// The next byte that is no whitespace; it is not consumed.
  @inlinable mutating func nextByte() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard position < end else { throw failure("the document ends too soon") }
    return bytes[position]
  }

  @inlinable mutating func firstByteOfValue() throws(JSONError) -> UInt8 {
    guard place == .value else { throw failure("no value can stand here") }
    return try nextByte()
  }

  @inlinable func failure(_ reason: StaticString) -> JSONError {
    JSONReader.error(at: position, reason)
  }

  /// The error of a text of this document that was read, but does not say what it should.
  @inline(never) public func error(at text: JSONText, _ reason: StaticString) -> JSONError {
    guard let base = bytes.baseAddress, let start = text.raw.baseAddress else { return failure(reason) }
    return JSONReader.error(at: start - base, reason)
  }

  /// Never inlined: making the reason's string would bloat every reading function for the sake of a cold path.
  @inline(never) @usableFromInline static func error(at offset: Int, _ reason: StaticString) -> JSONError {
    JSONError(offset: offset, reason: reason.description)
  }
}
