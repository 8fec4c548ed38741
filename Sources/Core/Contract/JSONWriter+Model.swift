public import Model
public import Wire

extension JSONWriter {
  /// A number with the decimal's digits, never an exponent.
  public mutating func decimal(_ value: FixedDecimal) {
    self.value(upTo: FixedDecimal.maxTextLength) { value.write(at: $0) }
  }

  /// A number, or `null` where there is none.
  public mutating func decimal(_ value: FixedDecimal?) {
    if let value { decimal(value) } else { null() }
  }

  /// ISO 8601 in a string.
  public mutating func timestamp(_ value: Timestamp) {
    quoted(upTo: Timestamp.maxTextLength) { value.writeISO8601(at: $0) }
  }

  /// `1m` in a string.
  public mutating func interval(_ value: Interval) {
    quoted(upTo: Interval.maxTextLength) { value.write(at: $0) }
  }

  /// A text in which nothing must be escaped.
  private mutating func quoted(upTo most: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    value(upTo: most + 2) { memory in
      memory.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
      let count = write(memory + 1)
      memory.storeBytes(of: UInt8(ascii: "\""), toByteOffset: count + 1, as: UInt8.self)
      return count + 2
    }
  }
}

// MARK: What is asked of an exchange

extension JSONWriter {
  /// The text of an object: a message, or the body of a request.
  public static func object(_ members: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    members(&writer)
    writer.endObject()
    return String(decoding: writer.take(), as: UTF8.self)
  }

  /// A member that is a text.
  public mutating func member(_ name: StaticString, _ text: String) {
    key(name)
    string(text)
  }

  /// A member that is a list of texts.
  public mutating func member(_ name: StaticString, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }

  /// A member that is a whole number.
  public mutating func member(_ name: StaticString, _ number: Int64) {
    key(name)
    integer(number)
  }
}
