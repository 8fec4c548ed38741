internal import Model
internal import Wire

/// Reads the parameters of a request and collects every fault, in the words of the schema clients know: a refused value
/// is answered with 422 and the list.
struct ParameterReader {
  let query: HTTPQuery
  private let path: RouteParameters
  private(set) var faults: [APIError.Parameter] = []

  init(_ route: RouteRequest) {
    self.init(query: route.request.query, path: route.parameters)
  }

  init(query: HTTPQuery, path: RouteParameters) {
    self.query = query
    self.path = path
  }

  /// Throws when anything that was read is not valid.
  func check() throws(APIError) {
    if !faults.isEmpty { throw APIError(invalid: faults) }
  }

  /// A whole number within the limits of a parameter that has a default.
  mutating func integer(_ parameter: RouteParameter) -> Int64 {
    guard case .integer(let range) = parameter.form, let standard = parameter.standard.flatMap({ Int64($0) }) else {
      preconditionFailure("\(parameter.name) is no whole number with a default")
    }
    return integer(parameter.name, default: standard, in: range)
  }

  /// A whole number in a range.
  mutating func integer(_ name: String, default standard: Int64, in range: ClosedRange<Int64>) -> Int64 {
    optionalInteger(name, in: range) ?? standard
  }

  /// A whole number in a range, or nothing.
  mutating func optionalInteger(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
    guard let text = query[name] else { return nil }
    guard let number = ParameterReader.wholeNumber(text) else {
      fault(.query, name, "int_parsing", "Input should be a valid integer, unable to parse string as an integer", text)
      return nil
    }
    if number < range.lowerBound {
      fault(
        .query, name, "greater_than_equal", "Input should be greater than or equal to \(range.lowerBound)", text)
      return nil
    }
    if number > range.upperBound {
      fault(.query, name, "less_than_equal", "Input should be less than or equal to \(range.upperBound)", text)
      return nil
    }
    return number
  }

  /// Milliseconds since 1970 that a parameter may hold.
  static let times: ClosedRange<Int64> = 0...Timestamp.latest.milliseconds

  /// Milliseconds since 1970, or nothing.
  mutating func time(_ name: String) -> Timestamp? {
    optionalInteger(name, in: ParameterReader.times).flatMap { Timestamp(milliseconds: $0) }
  }

  /// Two times of a range, the first not after the second.
  mutating func range(_ startName: String, _ endName: String) -> (start: Timestamp?, end: Timestamp?) {
    let (start, end) = (time(startName), time(endName))
    if let start, let end, start > end {
      fault(
        .query, startName, "greater_than", "Input should not be later than \(endName)", query[startName] ?? "")
    }
    return (start, end)
  }

  /// `limit`, `start_time` and `end_time`.
  mutating func historyRange(_ limit: RouteParameter) -> HistoryRange {
    let limit = integer(limit)
    let bounds = range("start_time", "end_time")
    return HistoryRange(start: bounds.start, end: bounds.end, limit: Int(limit))
  }

  /// One of the intervals an exchange has, from the path.
  mutating func pathInterval(_ name: String, of known: [Interval]) -> Interval {
    interval(.path, name, path[name] ?? "", of: known)
  }

  /// One of the intervals an exchange has, as a parameter of the query that has a default.
  mutating func queryInterval(_ parameter: RouteParameter, of known: [Interval]) -> Interval {
    interval(.query, parameter.name, query[parameter.name] ?? parameter.standard ?? "", of: known)
  }

  /// One of the intervals an exchange has, from the query.
  mutating func queryInterval(_ name: String, default standard: String, of known: [Interval]) -> Interval {
    interval(.query, name, query[name] ?? standard, of: known)
  }

  /// A value from the query that must be one of some words; `nil` when it is absent.
  mutating func choice(_ name: String, of words: [String]) -> String? {
    guard let text = query[name] else { return nil }
    guard words.contains(text.lowercased()) else {
      fault(.query, name, "enum", "Input should be one of \(words.joined(separator: ", "))", text)
      return nil
    }
    return text.lowercased()
  }

  /// An amount of money, zero or more; `nil` when it is absent.
  mutating func notional(_ name: String) -> FixedDecimal? {
    guard let text = query[name] else { return nil }
    let number = FixedDecimal(text) ?? ParameterReader.tinyAmount(text)
    guard let number, number >= .zero else {
      fault(.query, name, "decimal_parsing", "Input should be a number of zero or more", text)
      return nil
    }
    guard number <= RouteParameter.largestAmount else {
      fault(.query, name, "less_than_equal", "Input should be at most \(RouteParameter.largestAmount)", text)
      return nil
    }
    return number
  }

  /// A number with an exponent so small that not all its digits can be held: the next greater one that can. No amount lies
  /// between them, so that as a least amount both mean the same.
  private static func tinyAmount(_ text: String) -> FixedDecimal? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }.map(String.init)
    guard parts.count == 2, parts[1].hasPrefix("-"), let exponent = wholeNumber(String(parts[1].dropFirst())),
      let digits = FixedDecimal(parts[0]), digits >= .zero
    else { return nil }
    var (mantissa, isExact) = (digits.mantissa, true)
    // What is left of any mantissa after so many tenths is nothing.
    let surplus = min(exponent, 2 * Int64(FixedDecimal.maxScale)) + Int64(digits.scale) - Int64(FixedDecimal.maxScale)
    guard surplus > 0 else { return nil }
    for _ in 0..<surplus where mantissa != 0 {
      let (tenth, digit) = mantissa.quotientAndRemainder(dividingBy: 10)
      (mantissa, isExact) = (tenth, isExact && digit == 0)
    }
    return FixedDecimal(mantissa: isExact ? mantissa : mantissa + 1, scale: FixedDecimal.maxScale)
  }

  /// A span of minutes or hours, up to a day, as a parameter of the query that has a default.
  mutating func span(_ parameter: RouteParameter) -> (text: String, milliseconds: Int64) {
    let text = query[parameter.name] ?? parameter.standard ?? ""
    if let milliseconds = ParameterReader.span(text) { return (text, milliseconds) }
    fault(.query, parameter.name, "span", "Input should be minutes or hours from 1m to 24h, like 5m or 1h", text)
    return (text, ParameterReader.shortestSpan)
  }

  /// A minute, in milliseconds.
  private static let shortestSpan: Int64 = 60_000
  /// A day, in milliseconds.
  private static let longestSpan: Int64 = 86_400_000

  private static func span(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000]
    guard let unit = text.last.flatMap({ units[$0] }), text.utf8.count <= 5, !text.hasPrefix("0"), !text.hasPrefix("+"),
      let count = wholeNumber(String(text.dropLast())),
      case let milliseconds = count * unit, (shortestSpan...longestSpan).contains(milliseconds)
    else { return nil }
    return milliseconds
  }

  private mutating func interval(
    _ place: APIError.Parameter.Place, _ name: String, _ text: String, of known: [Interval]
  ) -> Interval {
    if let interval = Interval(text), known.contains(interval) { return interval }
    let words = known.map(\.description).joined(separator: ", ")
    fault(place, name, "enum", "Input should be one of \(words)", text)
    return .oneMinute
  }

  /// Notes a fault.
  mutating func fault(
    _ place: APIError.Parameter.Place, _ name: String, _ type: String, _ message: String, _ input: String
  ) {
    faults.append(APIError.Parameter(place: place, name: name, type: type, message: message, input: input))
  }

  /// Digits with an optional sign; nothing that a program would not write.
  private static func wholeNumber(_ text: String) -> Int64? {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    // A number too long for the type is still a number: let the range refuse it.
    return Int64(text) ?? (text.hasPrefix("-") ? .min : .max)
  }
}
