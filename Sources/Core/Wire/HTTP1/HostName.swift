/// `uri-host [ ":" port ]` (RFC 9110 §7.2), as it stands in `Host`, in an authority and, after its scheme, in `Origin`.
struct HostName: Equatable {
  /// In lower case; an IPv6 address with its brackets; may be empty.
  let host: String
  /// The digits after the colon, `nil` without a colon; may be empty.
  let port: String?

  /// `nil` when the bytes are none: user information, a blank, a path, a port that is no number.
  init?(_ bytes: some BidirectionalCollection<UInt8>) {
    let hostEnd: Int
    let text = [UInt8](bytes)
    if text.first == UInt8(ascii: "[") {
      guard let bracket = text.firstIndex(of: UInt8(ascii: "]")), HostName.isIPv6(text[1..<bracket]) else { return nil }
      hostEnd = bracket + 1
    } else {
      hostEnd = text.firstIndex(of: .colon) ?? text.endIndex
      guard HostName.isRegisteredName(text[..<hostEnd]) else { return nil }
    }
    let rest = text[hostEnd...]
    guard rest.isEmpty || rest.first == .colon, rest.dropFirst().allSatisfy({ $0.isDigit }) else { return nil }
    host = String(decoding: text[..<hostEnd].map(\.asciiLowered), as: UTF8.self)
    port = rest.isEmpty ? nil : String(decoding: rest.dropFirst(), as: UTF8.self)
  }

  /// A host as a person writes it in a setting: an IPv6 address may stand without brackets.
  init?(setting text: String) {
    let isBareIPv6 = text.utf8.first != UInt8(ascii: "[") && text.utf8.count(where: { $0 == .colon }) > 1
    self.init((isBareIPv6 ? "[\(text)]" : text).utf8)
  }

  /// The characters and the least shape of an address in brackets. IPvFuture (RFC 3986 §3.2.2) has no known use and is
  /// refused.
  private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
    text.allSatisfy { $0.hexDigitValue != nil || $0 == .colon || $0 == UInt8(ascii: ".") }
      && text.count(where: { $0 == .colon }) >= 2
  }

  /// reg-name of RFC 3986 §3.2.2: unreserved, percent-encoded, sub-delims.
  private static func isRegisteredName(_ text: ArraySlice<UInt8>) -> Bool {
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte == .percent {
        guard index + 2 < text.endIndex, text[index + 1].hexDigitValue != nil, text[index + 2].hexDigitValue != nil
        else {
          return false
        }
        index += 3
      } else {
        guard isNameByte(byte) else { return false }
        index += 1
      }
    }
    return true
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
      UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "*"), UInt8(ascii: "+"), .comma, UInt8(ascii: ";"), UInt8(ascii: "="):
      true
    default: byte.isDigit || byte.isLetter
    }
  }
}
