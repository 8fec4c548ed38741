/// `method SP request-target SP HTTP-version` (RFC 9112 §3).
struct RequestLine {
  let method: HTTPMethod
  let target: RequestTarget
  let isHTTP10: Bool

  /// Parses a line without its CRLF. A second blank beside one of the two, a tab or a blank at the end is a fault:
  /// RFC 9112 §3 allows to be lenient about them and warns of it.
  init(_ line: ByteView) throws(HTTPFault) {
    guard let first = line.firstIndex(of: .space), let last = line.lastIndex(of: .space), first < last,
      line[part: 0..<first].isToken
    else { throw .badRequest("malformed request line") }
    isHTTP10 = try HTTPVersion(line[part: last + 1..<line.count]) == .http10
    method = HTTPMethod(String(decoding: line[part: 0..<first], as: UTF8.self))
    target = try RequestTarget(line[part: first + 1..<last], method: method)
  }
}
