import Model
import Wire

/// A value a layout can be filled with.
enum LayoutValue: Sendable, Equatable {
  case text(String)
  case bytes([UInt8])
  case integer(Int64)
  case flag(Bool)
  /// `mantissa × 10^-scale`, printed with all its places.
  case decimal(Int128, scale: UInt8)
  /// A quotient, printed to the places the layout asks for.
  case quotient(Int128, Int128)
  case json(JSONValue)

  /// Appends the value in a form of a layout.
  func append(to bytes: inout [UInt8], form: Layout.Form) {
    switch form {
    case .plain: append(to: &bytes, places: nil)
    case .places(let places): append(to: &bytes, places: places)
    case .trimmed:
      let start = bytes.count
      append(to: &bytes, places: nil)
      guard bytes[start...].contains(UInt8(ascii: ".")) else { return }
      while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
      if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    case .uuid: bytes.append(contentsOf: uuid.utf8)
    case .words(let words): bytes.append(contentsOf: (isTrue ? words.yes : words.no).utf8)
    }
  }

  /// A UUID (RFC 9562 §4) whose last digits are those of a whole number, in hexadecimal.
  private var uuid: String {
    guard case .integer(let number) = self else { return "null" }
    let digits = String(UInt64(bitPattern: number), radix: 16)
    let text = String(repeating: "0", count: 32 - digits.count) + digits
    return [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)].map { start, end in text.dropFirst(start).prefix(end - start)
    }
    .joined(separator: "-")
  }

  /// Appends the value; with `places` a number is rounded to them, half to even.
  func append(to bytes: inout [UInt8], places: UInt8?) {
    switch self {
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .bytes(let text): bytes.append(contentsOf: text)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .flag(let flag): bytes.append(flag ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    case .decimal(let mantissa, let scale):
      guard let places else { return LayoutValue.append(mantissa, scale: scale, to: &bytes) }
      LayoutValue.append(mantissa, over: LayoutValue.powerOfTen(scale), places: places, to: &bytes)
    case .quotient(let dividend, let divisor):
      LayoutValue.append(dividend, over: divisor, places: places ?? 0, to: &bytes)
    case .json(let value):
      var writer = JSONWriter()
      writer.write(value)
      bytes.append(contentsOf: writer.bytes)
    }
  }

  /// Whether a flag stands, or a text or number is `1`: the first of a layout's two words.
  var isTrue: Bool {
    switch self {
    case .flag(let flag): flag
    case .text(let text): text == "1"
    case .integer(let number): number == 1
    default: false
    }
  }

  private static func append(_ mantissa: Int128, scale: UInt8, to bytes: inout [UInt8]) {
    FixedDecimal(mantissa: mantissa, scale: scale)?.append(to: &bytes)
  }

  private static func append(_ dividend: Int128, over divisor: Int128, places: UInt8, to bytes: inout [UInt8]) {
    guard divisor > 0 else { return append(0, scale: places, to: &bytes) }
    let (whole, rest) = (dividend.magnitude * UInt128(powerOfTen(places))).quotientAndRemainder(
      dividingBy: divisor.magnitude)
    let isRoundedUp = 2 * rest > divisor.magnitude || (2 * rest == divisor.magnitude && whole % 2 == 1)
    let magnitude = Int128(whole) + (isRoundedUp ? 1 : 0)
    append(dividend < 0 ? -magnitude : magnitude, scale: places, to: &bytes)
  }

  private static func powerOfTen(_ exponent: UInt8) -> Int128 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}

extension JSONWriter {
  /// Writes a value as it was read; numbers keep their text.
  mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key)
        write(member.value)
      }
      endObject()
    case .array(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .string(let text): string(text)
    case .number(let text): raw { $0.append(contentsOf: text.utf8) }
    case .bool(let flag): bool(flag)
    case .null: null()
    }
  }
}
