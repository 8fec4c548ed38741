extension JSONWriter {
  /// The digits of `Int64.min` with its sign.
  private static let maxIntegerLength = 20

  /// A string of these bytes; what of them is not UTF-8 becomes U+FFFD, as RFC 8259 §8.1 demands UTF-8.
  public mutating func string(utf8 value: UnsafeRawBufferPointer) {
    guard value.allSatisfy({ $0 < 0x80 }) else { return string(String(decoding: value, as: UTF8.self)) }
    string(escaping: value)
  }

  /// A string of another document, its escapes kept.
  public mutating func string(_ text: JSONText) {
    value(upTo: text.raw.count + 2) { memory in
      memory.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
      UnsafeMutableRawBufferPointer(start: memory + 1, count: text.raw.count).copyMemory(from: text.raw)
      memory.storeBytes(of: UInt8(ascii: "\""), toByteOffset: text.raw.count + 1, as: UInt8.self)
      return text.raw.count + 2
    }
  }

  /// A whole number.
  public mutating func integer(_ value: Int64) {
    self.value(upTo: JSONWriter.maxIntegerLength) { memory in
      var length = value < 0 ? 2 : 1
      var rest = value.magnitude
      while rest >= 10 {
        rest /= 10
        length += 1
      }
      if value < 0 { memory.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
      rest = value.magnitude
      var position = length
      repeat {
        position -= 1
        memory.storeBytes(
          of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: position, as: UInt8.self)
        rest /= 10
      } while rest > 0
      return length
    }
  }

  /// `true` or `false`.
  @inlinable public mutating func bool(_ value: Bool) {
    word(value ? "true" : "false")
  }

  /// `null`
  @inlinable public mutating func null() {
    word("null")
  }

  @inlinable mutating func word(_ word: StaticString) {
    word.withUTF8Buffer { rawValue(UnsafeRawBufferPointer($0)) }
  }
}
