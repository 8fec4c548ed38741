/// A whole document as a value: for cold paths, where its shape is not known or not worth a reader.
public enum JSONValue: Sendable, Equatable {
  /// A name and its value.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let key: String
    /// The value.
    public let value: JSONValue

    /// A member of the given name and value.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Members in the order of the document; a name that occurs twice stands there twice.
  case object([Member])
  /// Elements.
  case array([JSONValue])
  /// Text, escapes resolved.
  case string(String)
  /// A number's own digits.
  case number(String)
  /// `true` or `false`.
  case bool(Bool)
  /// `null`.
  case null
}

extension JSONValue {
  /// The value of a document.
  public init(parsing bytes: UnsafeRawBufferPointer, depthLimit: Int = 64) throws(JSONError) {
    var reader = JSONReader(bytes, depthLimit: depthLimit)
    self = try reader.readValue()
    try reader.expectEnd()
  }

  /// The value of a document.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSONValue in
      try JSONValue(parsing: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The value of a document.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

extension JSONReader {
  /// The next value, whole. Recurses as deep as the limit allows.
  public mutating func readValue() throws(JSONError) -> JSONValue {
    switch try peek() {
    case .object:
      var members: [JSONValue.Member] = []
      try beginObject()
      while let key = try nextKey() { members.append(JSONValue.Member(key: key.string, value: try readValue())) }
      return .object(members)
    case .array:
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try readValue()) }
      return .array(elements)
    case .string: return .string(try readText().string)
    case .number: return .number(String(decoding: try readNumberText(), as: UTF8.self))
    case .bool: return .bool(try readBool())
    case .null:
      _ = try readNull()
      return .null
    }
  }
}

extension JSONValue {
  /// The value of a member, the last one when the name occurs twice; `nil` when there is none or this is no object.
  public subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    // RFC 8259 §8.3: names are compared unit by unit; `==` of strings would take canonical equivalents for equal.
    return members.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// An element; `nil` when there is none or this is no array.
  public subscript(_ index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text of a string; `nil` for other kinds.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of a number without fraction and exponent that fits; `nil` for anything else.
  public var integer: Int64? {
    if case .number(let text) = self { Int64(text) } else { nil }
  }

  /// The value of `true` or `false`; `nil` for other kinds.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The elements of an array; `nil` for other kinds.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object; `nil` for other kinds.
  public var members: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { members.map { ($0.key, $0.value) } } else { nil }
  }
}
