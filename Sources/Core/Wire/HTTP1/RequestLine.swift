/// `method SP request-target SP HTTP-version` (RFC 9112 §3).
struct RequestLine {
  let method: HTTPMethod
  let target: RequestTarget
  let isHTTP10: Bool

  /// Parses a line without its CRLF. Two blanks, a tab or a trailing blank make it another number of parts, or an empty
  /// one: RFC 9112 §3 allows to be lenient about them and warns of it.
  init(_ line: Slice<UnsafeBufferPointer<UInt8>>) throws(HTTPFault) {
    let parts = line.split(separator: .space, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isToken else { throw .badRequest("malformed request line") }
    isHTTP10 = try HTTPVersion(parts[2]) == .http10
    method = RequestLine.method(parts[0])
    target = try RequestTarget(parts[1], method: method)
  }

  private static func method(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> HTTPMethod {
    token.elementsEqual("GET".utf8) ? .get : HTTPMethod(String(decoding: token, as: UTF8.self))
  }
}
