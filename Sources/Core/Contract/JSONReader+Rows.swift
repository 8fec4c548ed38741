public import Model
public import Wire

extension JSONReader {
  /// A member that must be there, after the object was read.
  public func require<Value>(_ value: Value?, _ name: StaticString) throws(JSONError) -> Value {
    guard let value else { throw JSONError(offset: offset, reason: "\(name) is missing before here") }
    return value
  }

  /// The text of a member of the object that begins here, wherever it stands; the reader does not move.
  public func textAhead(of name: StaticString) throws(JSONError) -> JSONText? {
    var ahead = self
    try ahead.beginObject()
    while let key = try ahead.nextKey() {
      if key.equals(name) { return try ahead.readText() }
      try ahead.skipValue()
    }
    return nil
  }

  /// An array of more elements is taken for a page of rows.
  private static let fewElements = 8
  /// Rows of a usual page.
  private static let usualPage = 512

  /// Reads an array of values, each read by `element`.
  public mutating func readArray<Element>(
    _ element: (inout JSONReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    var elements: [Element] = []
    try beginArray()
    while try nextElement() {
      // Rows are wide: a page of them would else be moved several times while the array grows.
      if elements.count == JSONReader.fewElements { elements.reserveCapacity(JSONReader.usualPage) }
      elements.append(try element(&self))
    }
    return elements
  }

  /// The next element of a row that stands in an array: a decimal.
  public mutating func decimalColumn() throws(JSONError) -> FixedDecimal {
    try expectColumn()
    return try readDecimal()
  }

  /// The next element of a row that stands in an array: milliseconds since 1970.
  public mutating func timeColumn() throws(JSONError) -> Timestamp {
    try expectColumn()
    return try readMilliseconds()
  }

  /// The next element of a row that stands in an array: a whole number.
  public mutating func integerColumn() throws(JSONError) -> Int64 {
    try expectColumn()
    return try readInt64()
  }

  /// The next elements of a row that stands in an array: when a candle opened, open, high, low and close.
  public mutating func openingColumns() throws(JSONError) -> (
    Timestamp, FixedDecimal, FixedDecimal, FixedDecimal, FixedDecimal
  ) {
    (try timeColumn(), try decimalColumn(), try decimalColumn(), try decimalColumn(), try decimalColumn())
  }

  private mutating func expectColumn() throws(JSONError) {
    guard try nextElement() else { throw JSONError(offset: offset, reason: "the row has too few columns") }
  }

  /// A candle interval such as `1m`.
  public mutating func readInterval() throws(JSONError) -> Interval {
    let start = offset
    guard let interval = try readText().withBytes({ Interval(utf8: $0) }) else {
      throw JSONError(offset: start, reason: "an interval was expected")
    }
    return interval
  }
}

extension JSONText {
  /// Gives the text's bytes, escapes resolved; no string is made unless there are some.
  public func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
    hasEscapes ? Array(string.utf8).withUnsafeBytes(body) : body(raw)
  }
}

extension InstrumentCatalog {
  /// The instrument of exactly this symbol: for decoders.
  public func find(_ symbol: JSONText) -> Instrument? {
    symbol.withBytes { find(utf8: $0) }
  }
}
