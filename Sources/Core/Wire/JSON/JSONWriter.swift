/// Appends JSON to bytes and puts the commas itself. What comes out is valid as long as containers are closed and names
/// and values alternate, which is up to the caller.
public struct JSONWriter {
  /// What has been written so far.
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  /// A writer that has written nothing.
  public init() {
    bytes = []
  }

  /// A writer with room for so many bytes.
  public init(reserving count: Int) {
    bytes = []
    bytes.reserveCapacity(count)
  }

  /// What has been written; the writer starts anew.
  public mutating func take() -> [UInt8] {
    defer {
      bytes = []
      needsComma = false
    }
    return bytes
  }

  /// `{`
  public mutating func beginObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// `}`
  public mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// `[`
  public mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// `]`
  public mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// The name of a member.
  public mutating func key(_ name: StaticString) {
    separate()
    name.withUTF8Buffer { appendQuoted(UnsafeRawBufferPointer($0)) }
    endKey()
  }

  /// The name of a member. Disfavoured, as a literal would else be taken for a `String`.
  @_disfavoredOverload public mutating func key(_ name: String) {
    string(name)
    endKey()
  }

  private mutating func endKey() {
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// One value, written by the caller, who appends exactly one JSON value.
  public mutating func raw(_ body: (inout [UInt8]) -> Void) {
    separate()
    body(&bytes)
    needsComma = true
  }

  /// One value that is already JSON.
  public mutating func rawValue(_ value: UnsafeRawBufferPointer) {
    raw { $0.append(contentsOf: value) }
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}

// MARK: Scalars

extension JSONWriter {
  /// A string.
  public mutating func string(_ value: String) {
    var value = value
    separate()
    value.withUTF8 { appendQuoted(UnsafeRawBufferPointer($0)) }
    needsComma = true
  }

  /// A string of these bytes; what of them is not UTF-8 becomes U+FFFD, as RFC 8259 §8.1 demands UTF-8.
  public mutating func string(utf8 value: UnsafeRawBufferPointer) {
    guard value.allSatisfy({ $0 < 0x80 }) else { return string(String(decoding: value, as: UTF8.self)) }
    separate()
    appendQuoted(value)
    needsComma = true
  }

  /// A string of another document, its escapes kept.
  public mutating func string(_ text: JSONText) {
    raw { bytes in
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text.raw)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// A whole number.
  public mutating func integer(_ value: Int64) {
    raw { bytes in
      if value < 0 { bytes.append(UInt8(ascii: "-")) }
      withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
        var start = digits.count
        var rest = value.magnitude
        repeat {
          start -= 1
          digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        } while rest > 0
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[start...]))
      }
    }
  }

  /// `true` or `false`.
  public mutating func bool(_ value: Bool) {
    word(value ? "true" : "false")
  }

  /// `null`
  public mutating func null() {
    word("null")
  }

  private mutating func word(_ word: StaticString) {
    word.withUTF8Buffer { rawValue(UnsafeRawBufferPointer($0)) }
  }

  private mutating func appendQuoted(_ text: UnsafeRawBufferPointer) {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    for index in 0..<text.count {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<index]))
      appendEscape(byte)
      start = index + 1
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start...]))
    bytes.append(UInt8(ascii: "\""))
  }

  /// RFC 8259 §7: quotes, backslashes and control characters must be escaped.
  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0a: bytes.append(UInt8(ascii: "n"))
    case 0x0c: bytes.append(UInt8(ascii: "f"))
    case 0x0d: bytes.append(UInt8(ascii: "r"))
    default:
      let digits: StaticString = "0123456789abcdef"
      digits.withUTF8Buffer { digits in
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      }
    }
  }
}
