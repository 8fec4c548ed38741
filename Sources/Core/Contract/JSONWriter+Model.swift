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
