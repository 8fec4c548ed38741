internal import Model
internal import Wire

/// What a value of the public API looks like in a terminal. Digits stay as they were served.
enum ShownText {
  /// A value that is neither list nor object; `nil` for those.
  static func scalar(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): time(text) ?? TextWidth.printable(text)
    case .number(let digits): digits
    case .bool(let truth): truth ? "yes" : "no"
    case .null: "-"
    case .array, .object: nil
    }
  }

  /// `2026-10-01 12:00:00.123` of a time of the API; `nil` for any other text.
  static func time(_ text: String) -> String? {
    guard let (date, clock) = parts(text) else { return nil }
    return "\(date) \(clock)"
  }

  /// `12:00:00.123`, with three digits of the second at least, so that lines of a tape stand below each other.
  static func clock(_ text: String) -> String? {
    guard let (_, clock) = parts(text) else { return nil }
    return clock.utf8.count == 8 ? "\(clock).000" : String(clock)
  }

  /// `10-01 12:00`, and the seconds where there are some.
  static func opening(_ text: String) -> String? {
    guard let (date, clock) = parts(text) else { return nil }
    return "\(date.dropFirst(5)) \(clock.hasSuffix(":00") ? clock.dropLast(3) : clock)"
  }

  /// Without the seconds, where no one of some times has any.
  static func withoutSeconds(_ times: [String]) -> [String] {
    guard times.contains(where: { $0 != "-" }), times.allSatisfy({ $0 == "-" || isWholeMinute($0) }) else {
      return times
    }
    return times.map { $0 == "-" ? $0 : String($0.dropLast(3)) }
  }

  private static func isWholeMinute(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 19 && bytes[10] == UInt8(ascii: " ") && text.hasSuffix(":00")
  }

  /// Date and clock of a time as the API writes it: ISO 8601 in UTC with `Z`.
  private static func parts(_ text: String) -> (date: Substring, clock: Substring)? {
    let bytes = Array(text.utf8)
    guard (20...Timestamp.maxTextLength).contains(bytes.count), bytes[10] == UInt8(ascii: "T"),
      bytes.last == UInt8(ascii: "Z"),
      bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), bytes.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return nil }
    let text = text.utf8
    let middle = text.index(text.startIndex, offsetBy: 10)
    return (
      Substring(text[..<middle]), Substring(text[text.index(after: middle)...].dropLast())
    )
  }

  /// The tint of a member's value: sides, and what is not final.
  static func tint(_ key: String, _ value: JSONValue) -> Ink.Tint? {
    switch (key, value) {
    case ("side", .string("buy")): .green
    case ("side", .string("sell")): .red
    case ("is_closed", .bool(false)): .faint
    case ("healthy", .bool(let isHealthy)): isHealthy ? .green : .red
    default: nil
    }
  }
}
