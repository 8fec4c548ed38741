public import Wire

extension UpstreamReply {
  /// Whether the body is one JSON value, whole (RFC 8259): one that broke off is none.
  public var isJSON: Bool {
    (try? read { (reader) throws(JSONError) in try reader.skipValue() }) != nil
  }

  /// The longest pause a reply can impose: a week, so that a wrong figure does not shut an exchange out for good.
  public static let maxPauseMilliseconds: Int64 = 7 * 86_400_000

  /// Reads the body as one JSON value.
  ///
  /// - Throws: `malformed`, with the byte at which reading stopped.
  public func read<Answer>(
    _ body: (inout JSONReader) throws(JSONError) -> Answer
  ) throws(ExchangeError) -> Answer {
    let result = self.body.withUnsafeBytes { bytes in
      Result { () throws(JSONError) -> Answer in
        var reader = JSONReader(bytes)
        let answer = try body(&reader)
        try reader.expectEnd()
        return answer
      }
    }
    do {
      return try result.get()
    } catch {
      throw .malformed("byte \(error.offset) of the answer: \(error.reason)")
    }
  }

  /// Reads the body as one JSON array of rows.
  ///
  /// - Throws: `malformed`, with the byte at which reading stopped.
  public func readRows<Row>(
    _ row: (inout JSONReader) throws(JSONError) -> Row
  ) throws(ExchangeError) -> [Row] {
    try read { (reader) throws(JSONError) in try reader.readArray(row) }
  }

  /// Reads the array at the end of a path of members; what stands beside it is skipped.
  ///
  /// - Throws: `malformed`, with the byte at which reading stopped; also when there is no such array.
  public func readRows<Row>(
    at path: [StaticString], _ row: (inout JSONReader) throws(JSONError) -> Row
  ) throws(ExchangeError) -> [Row] {
    try read { (reader) throws(JSONError) in
      let rows = try UpstreamReply.rows(&reader, path[...], row)
      return try reader.require(rows, "the list")
    }
  }

  private static func rows<Row>(
    _ reader: inout JSONReader, _ path: ArraySlice<StaticString>,
    _ row: (inout JSONReader) throws(JSONError) -> Row
  ) throws(JSONError) -> [Row]? {
    guard let name = path.first else { return try reader.readArray(row) }
    var found: [Row]?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key.equals(name) { found = try rows(&reader, path.dropFirst(), row) } else { try reader.skipValue() }
    }
    return found
  }

  /// The code of an exchange that says how it went in the body, and its message, empty when there is none; `nil` without a
  /// code. They stand at the beginning, so a long answer is not read twice.
  public func verdict(code codeName: StaticString, message messageName: StaticString) -> (
    code: String, message: String
  )? {
    let verdict = try? body.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      var (code, message): (String?, String?)
      try reader.beginObject()
      while code == nil || message == nil, let key = try reader.nextKey() {
        if key.equals(codeName) {
          code = try reader.readTextOrNumber().string
        } else if key.equals(messageName) {
          message = try reader.readTextOrNumber().string
        } else {
          try reader.skipValue()
        }
      }
      return code.map { (code: $0, message: message ?? "") }
    }
    return verdict ?? nil
  }

  /// The body as one JSON value: for answers that are short or seldom asked for.
  ///
  /// - Throws: `malformed`, with the byte at which reading stopped.
  public func value() throws(ExchangeError) -> JSONValue {
    try read { (reader) throws(JSONError) in try reader.readValue() }
  }

  /// The elements of the JSON array that is the body.
  ///
  /// - Throws: `malformed`.
  public func rows() throws(ExchangeError) -> [JSONValue] {
    guard let rows = try value().array else { throw .malformed("the answer is no array") }
    return rows
  }

  /// What the status alone says (RFC 9110 §15); `nil` for a success.
  public func failureOfStatus(defaultPauseMilliseconds: Int64) -> ExchangeError? {
    switch status {
    case 200..<300: nil
    case 403, 451: ExchangeError(.blocked, .never, "the exchange refuses this address (HTTP \(status))")
    case 408: ExchangeError(.timeout, .retry, "the exchange gave up waiting (HTTP 408)")
    case 429: limited(pauseMilliseconds: retryAfterMilliseconds ?? defaultPauseMilliseconds)
    case 400..<500: ExchangeError(.rejected, .never, "the exchange refused the request (HTTP \(status))")
    case 500..<600: ExchangeError(.unavailable, .retry, "the exchange is out of order (HTTP \(status))")
    default: .malformed("the exchange answered with HTTP \(status)")
    }
  }

  /// The error of too many requests, with a pause held between a second and a week.
  public func limited(pauseMilliseconds: Int64) -> ExchangeError {
    let pause = min(max(pauseMilliseconds, 1000), UpstreamReply.maxPauseMilliseconds)
    return ExchangeError(.limited, .pause(milliseconds: pause), "the exchange asks for a pause (HTTP \(status))")
  }

  /// The seconds of `Retry-After` in milliseconds (RFC 9110 §10.2.3); `nil` when it is absent or a date.
  public var retryAfterMilliseconds: Int64? {
    guard let text = header("retry-after"), let seconds = Int64(text), seconds >= 0 else { return nil }
    return min(seconds, UpstreamReply.maxPauseMilliseconds / 1000) * 1000
  }

  /// Whether the body begins like a JSON object or array: a page of HTML under status 200 does not.
  public var looksLikeJSON: Bool {
    let first = body.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}
