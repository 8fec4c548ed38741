public import Model
public import Wire

extension JSONReader {
  /// A decimal, in a string or as a number, with its digits kept.
  ///
  /// - Throws: also when it has more digits than a `FixedDecimal` holds.
  public mutating func readDecimal() throws(JSONError) -> FixedDecimal {
    let isText = try peek() == .string
    let start = offset
    if isText {
      let text = try readText()
      if let number = text.decimal { return number }
    } else if let number = FixedDecimal(utf8: try readNumberText()) {
      return number
    }
    throw JSONError(offset: start, reason: "a decimal was expected")
  }

  /// A decimal, or `nil` where the exchange says there is none: `null`, `""` or `"NaN"`.
  public mutating func readOptionalDecimal() throws(JSONError) -> FixedDecimal? {
    if try readNull() { return nil }
    guard try peek() == .string else { return try readDecimal() }
    let start = offset
    let text = try readText()
    if text.raw.isEmpty || text.equals("NaN") { return nil }
    guard let number = text.decimal else { throw JSONError(offset: start, reason: "a decimal was expected") }
    return number
  }

  /// An instant as a whole number of milliseconds since 1970, as a number or in a string.
  public mutating func readMilliseconds() throws(JSONError) -> Timestamp {
    let isText = try peek() == .string
    let start = offset
    let milliseconds = isText ? try readText().integer : try readInt64()
    guard let milliseconds, let instant = Timestamp(milliseconds: milliseconds) else {
      throw JSONError(offset: start, reason: "milliseconds since 1970 were expected")
    }
    return instant
  }
}

extension JSONText {
  /// The decimal the text names; `nil` when it is none, or too long to hold.
  public var decimal: FixedDecimal? {
    hasEscapes ? FixedDecimal(string) : FixedDecimal(utf8: raw)
  }
}
