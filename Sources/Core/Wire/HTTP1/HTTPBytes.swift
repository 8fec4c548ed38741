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
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: isDigit || isLetter
    }
  }

  /// A byte that may stand in a field value: VCHAR, obs-text, SP, HTAB (RFC 9110 §5.5).
  var isFieldValueByte: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// ASCII letters lowered, all else as it is.
  var asciiLowered: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
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
  var isToken: Bool { !isEmpty && allSatisfy(\.isTokenByte) }
}
