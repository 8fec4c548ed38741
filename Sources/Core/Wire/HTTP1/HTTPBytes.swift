/// The byte classes of RFC 9110 and RFC 3986.
extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space = UInt8(ascii: " ")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let slash = UInt8(ascii: "/")
  static let percent = UInt8(ascii: "%")

  /// SP or HTAB, the bytes of OWS and BWS (RFC 9110 §5.6.3).
  var isHTTPBlank: Bool { self == .space || self == .tab }

  var isLetter: Bool {
    let lower = self | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  /// A byte of a token (RFC 9110 §5.6.2).
  var isTokenByte: Bool {
    switch self {
    // Letters, and `^`, `_`, `` ` ``, `|`, `~` behind them; digits, and the signs before them.
    case 0x40...0x7F: 0x57FF_FFFF_C7FF_FFFE as UInt64 >> UInt64(self & 0x3F) & 1 == 1
    case 0x20...0x3F: 0x03FF_6CFA as UInt64 >> UInt64(self & 0x1F) & 1 == 1
    default: false
    }
  }

  /// A byte that may stand in a field value: VCHAR, obs-text, SP, HTAB (RFC 9110 §5.5).
  var isFieldValueByte: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// ASCII letters lowered, all else as it is.
  var asciiLowered: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}

/// A part of received bytes.
typealias ByteView = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
  subscript(part range: Range<Int>) -> ByteView { ByteView(rebasing: self[range]) }

  /// Without the blanks at both ends.
  var trimmed: ByteView {
    var start = 0
    var end = count
    while start < end, self[start].isHTTPBlank { start += 1 }
    while end > start, self[end - 1].isHTTPBlank { end -= 1 }
    return self[part: start..<end]
  }

  var isFieldValue: Bool { allSatisfy { $0.isFieldValueByte } }
}

extension Sequence<UInt8> {
  /// Equality where only the case of ASCII letters does not count.
  func equalsIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
    elementsEqual(other) { $0.asciiLowered == $1.asciiLowered }
  }
}

extension String {
  /// Equality where only the case of ASCII letters does not count.
  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.equalsIgnoringCase(other.utf8)
  }
}

extension Collection<UInt8> {
  /// One byte or more, all of a token (RFC 9110 §5.6.2).
  var isToken: Bool { !isEmpty && allSatisfy { $0.isTokenByte } }
}
