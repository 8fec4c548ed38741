/// Reads `HTTP/1.x`; case counts (RFC 9112 §2.3).
enum HTTPVersion {
  case http10
  /// 1.1, or a later 1.x, which is read as the highest minor version known (RFC 9110 §2.5).
  case http11

  init(_ text: some BidirectionalCollection<UInt8>) throws(HTTPFault) {
    guard text.count == 8, text.starts(with: "HTTP/".utf8), let minor = text.last,
      minor.isDigit
    else { throw .badRequest("malformed HTTP version") }
    let tail = text.dropFirst(5)
    guard let major = tail.first, major.isDigit, tail.dropFirst().first == UInt8(ascii: ".") else {
      throw .badRequest("malformed HTTP version")
    }
    guard major == UInt8(ascii: "1") else {
      throw HTTPFault(status: .versionNotSupported, reason: "only HTTP/1.0 and HTTP/1.1 are spoken here")
    }
    self = minor == UInt8(ascii: "0") ? .http10 : .http11
  }
}
