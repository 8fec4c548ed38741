/// Reads `HTTP/1.x`; case counts (RFC 9112 §2.3).
enum HTTPVersion {
  case http10
  /// 1.1, or a later 1.x, which is read as the highest minor version known (RFC 9110 §2.5).
  case http11

  init(_ text: ByteView) throws(HTTPFault) {
    guard text.count == 8, text[part: 0..<5].elementsEqual("HTTP/".utf8), text[5].isDigit, text[6] == UInt8(ascii: "."),
      text[7].isDigit
    else { throw .badRequest("malformed HTTP version") }
    guard text[5] == UInt8(ascii: "1") else {
      throw HTTPFault(status: .versionNotSupported, reason: "only HTTP/1.0 and HTTP/1.1 are spoken here")
    }
    self = text[7] == UInt8(ascii: "0") ? .http10 : .http11
  }
}
