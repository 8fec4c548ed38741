public import Model
public import Wire

extension JSONReader {
  /// A decimal, in a string or as a number, with its digits kept.
  ///
  /// - Throws: also when it has more digits than a `FixedDecimal` holds.
  public mutating func readDecimal() throws(JSONError) -> FixedDecimal {
    let text = try readTextOrNumber()
    guard let number = text.decimal else { throw error(at: text, "a decimal was expected") }
    return number
  }

  /// A decimal, or `nil` where the exchange says there is none: `null`, `""` or `"NaN"`.
  public mutating func readOptionalDecimal() throws(JSONError) -> FixedDecimal? {
    if try readNull() { return nil }
    let text = try readTextOrNumber()
    if let number = text.decimal { return number }
    guard text.raw.isEmpty || text.equals("NaN") else { throw error(at: text, "a decimal was expected") }
    return nil
  }

  /// An instant as a whole number of milliseconds since 1970, as a number or in a string.
  public mutating func readMilliseconds() throws(JSONError) -> Timestamp {
    let text = try readTextOrNumber()
    guard let milliseconds = text.integer, let instant = Timestamp(milliseconds: milliseconds) else {
      throw error(at: text, "milliseconds since 1970 were expected")
    }
    return instant
  }

  /// The id that a text just read names; a whole number is one where the exchange counts its trades.
  ///
  /// - Throws: when it is longer than a `Trade.TextID` may be.
  public func tradeID(of text: JSONText, isCounted: Bool = false) throws(JSONError) -> Trade.ID {
    if isCounted, let number = text.integer { return .number(number) }
    guard let id = text.withBytes({ Trade.ID(plain: $0) }) else { throw error(at: text, "a trade's id is too long") }
    return id
  }
}

extension JSONText {
  /// The decimal the text names; `nil` when it is none, or too long to hold.
  public var decimal: FixedDecimal? {
    hasEscapes ? FixedDecimal(string) : FixedDecimal(utf8: raw)
  }
}

extension Trade.ID {
  /// The id of a text without escapes, as a number where it is a UUID; `nil` when it is too long.
  fileprivate init?(plain text: UnsafeRawBufferPointer) {
    if let number = UUIDText.number(text) {
      self = .uuid(number)
    } else if let text = Trade.TextID(utf8: text) {
      self = .text(text)
    } else {
      return nil
    }
  }
}
