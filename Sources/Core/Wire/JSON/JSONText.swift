/// A string of a document, as it stands between its quotes. Valid as long as the document's bytes.
public struct JSONText {
  /// The bytes between the quotes, escapes not resolved: valid UTF-8 and well-formed escapes.
  public let raw: UnsafeRawBufferPointer
  /// Whether there is a backslash among them; where there is none, `raw` is the text.
  public let hasEscapes: Bool

  @inlinable init(raw: UnsafeRawBufferPointer, hasEscapes: Bool) {
    self.raw = raw
    self.hasEscapes = hasEscapes
  }

  /// Whether it is this text, byte for byte (RFC 8259 §8.3: escapes resolved, no Unicode normalization).
  @inlinable public func equals(_ text: StaticString) -> Bool {
    hasEscapes ? resolvedEquals(text) : raw.equals(text)
  }

  /// `equals` in a `switch`.
  @inlinable public static func ~= (text: StaticString, found: JSONText) -> Bool {
    found.equals(text)
  }

  @inline(never) @usableFromInline func resolvedEquals(_ text: StaticString) -> Bool {
    resolvedBytes.withUnsafeBytes { $0.equals(text) }
  }

  /// The only byte of a text of one; `nil` for any other length, or an escape. For names of one letter.
  @inlinable public var singleByte: UInt8? {
    raw.count == 1 ? raw[0] : nil
  }

  /// The text's whole number, as exchanges put numbers in strings; `nil` for anything but digits after an optional
  /// minus, without leading zeros, that fit.
  @inlinable public var integer: Int64? {
    guard let number = JSONInteger(raw, from: 0), number.end == raw.count else { return nil }
    return number.value
  }

  /// The text, escapes resolved. Half a surrogate pair is no character and becomes U+FFFD.
  public var string: String {
    hasEscapes ? String(decoding: resolvedBytes, as: UTF8.self) : String(decoding: raw, as: UTF8.self)
  }

  private var resolvedBytes: [UInt8] {
    var resolver = EscapeResolver(raw)
    return resolver.resolve()
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these bytes are the literal's.
  @inlinable func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { literal in
      for index in 0..<count where self[index] != literal[index] { return false }
      return true
    }
  }
}

/// Replaces the escapes of RFC 8259 §7 by what they mean.
private struct EscapeResolver {
  private let raw: UnsafeRawBufferPointer
  private var position = 0
  private var output: [UInt8] = []

  init(_ raw: UnsafeRawBufferPointer) {
    self.raw = raw
    output.reserveCapacity(raw.count)
  }

  mutating func resolve() -> [UInt8] {
    while position < raw.count {
      let byte = raw[position]
      position += 1
      guard byte == UInt8(ascii: "\\"), position < raw.count else {
        output.append(byte)
        continue
      }
      let letter = raw[position]
      position += 1
      switch letter {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0c)
      case UInt8(ascii: "n"): output.append(0x0a)
      case UInt8(ascii: "r"): output.append(0x0d)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"): output.append(contentsOf: takeCharacter().utf8)
      default: output.append(letter)
      }
    }
    return output
  }

  /// The character of the four digits here; two escapes make one above U+FFFF.
  private mutating func takeCharacter() -> Unicode.Scalar {
    let first = takeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let afterFirst = position
    if first < 0xdc00, takePrefix() {
      let second = takeUnit()
      if (0xdc00...0xdfff).contains(second) {
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
      }
    }
    position = afterFirst
    return "\u{fffd}"
  }

  private mutating func takePrefix() -> Bool {
    guard position + 1 < raw.count, raw[position] == UInt8(ascii: "\\"), raw[position + 1] == UInt8(ascii: "u") else {
      return false
    }
    position += 2
    return true
  }

  private mutating func takeUnit() -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 where position < raw.count {
      unit = unit << 4 | UInt32(raw[position].hexDigitValue ?? 0)
      position += 1
    }
    return unit
  }
}
