public import Model
public import Wire

extension JSONWriter {
  /// A number with the decimal's digits, never an exponent.
  public mutating func decimal(_ value: FixedDecimal) {
    raw { value.append(to: &$0) }
  }

  /// A number, or `null` where there is none.
  public mutating func decimal(_ value: FixedDecimal?) {
    if let value { decimal(value) } else { null() }
  }

  /// ISO 8601 in a string.
  public mutating func timestamp(_ value: Timestamp) {
    raw { bytes in
      bytes.append(UInt8(ascii: "\""))
      value.appendISO8601(to: &bytes)
      bytes.append(UInt8(ascii: "\""))
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
