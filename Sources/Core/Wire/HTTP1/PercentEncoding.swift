/// Percent-encoding of request targets (RFC 3986 §2.1).
public enum PercentEncoding {
  /// Decodes once. `nil` when a percent sign is not followed by two hexadecimal digits, or the result has a NUL or is
  /// not UTF-8: such bytes have no place in a name, and hide things from whoever reads it next (RFC 3986 §7.3).
  public static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
    var text = text
    return text.withUTF8 { decode($0, plusIsSpace: plusIsSpace) }
  }

  static func decode(_ bytes: ByteView, plusIsSpace: Bool) -> String? {
    guard needsDecoding(bytes, plusIsSpace: plusIsSpace) else { return String(validating: bytes, as: UTF8.self) }
    var decoded: [UInt8] = []
    guard append(bytes, to: &decoded, plusIsSpace: plusIsSpace) else { return nil }
    return String(validating: decoded, as: UTF8.self)
  }

  /// Whether decoding would change or refuse one of the bytes.
  static func needsDecoding(_ bytes: ByteView, plusIsSpace: Bool) -> Bool {
    bytes.contains { $0 == .percent || $0 == 0 || plusIsSpace && $0 == UInt8(ascii: "+") }
  }

  /// Appends the decoded bytes; false when they are malformed or have a NUL.
  static func append(_ bytes: ByteView, to decoded: inout [UInt8], plusIsSpace: Bool) -> Bool {
    var bytes = bytes.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case 0: return false
      case .percent:
        guard let high = bytes.next()?.hexDigitValue, let low = bytes.next()?.hexDigitValue else { return false }
        guard high | low != 0 else { return false }
        decoded.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: decoded.append(.space)
      default: decoded.append(byte)
      }
    }
    return true
  }
}
