/// Where a request's content ends (RFC 9112 §6.3).
enum BodyFraming: Equatable {
  case none
  case length(Int)
  case chunked

  /// Decides from a request's fields; what leaves two readers a choice is refused, as it is how requests are smuggled
  /// (RFC 9112 §11.2).
  init(_ headers: HTTPHeaders, isHTTP10: Bool, limits: HTTPLimits) throws(HTTPFault) {
    let lengths = headers.values("Content-Length")
    if headers.contains("Transfer-Encoding") {
      // §6.1: an HTTP/1.0 message with Transfer-Encoding has faulty framing.
      guard !isHTTP10 else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
      // §6.1: a server may reject a message that has both.
      guard lengths.isEmpty else { throw .badRequest("both Content-Length and Transfer-Encoding") }
      try BodyFraming.checkCodings(headers.listElements("Transfer-Encoding"))
      self = .chunked
    } else if let text = lengths.first {
      guard lengths.count == 1 else { throw .badRequest("more than one Content-Length") }
      self = .length(try BodyFraming.length(text, limit: limits.bodyBytes))
    } else {
      self = .none
    }
  }

  private static func checkCodings(_ codings: [String]) throws(HTTPFault) {
    guard !codings.isEmpty, codings.allSatisfy({ $0.utf8.isToken }) else {
      throw .badRequest("malformed Transfer-Encoding")
    }
    if codings.count == 1, codings[0].equalsIgnoringCase("chunked") { return }
    // §6.3: chunked is the last coding, and §7 is applied once.
    if codings.dropLast().contains(where: { $0.equalsIgnoringCase("chunked") }) {
      throw .badRequest("chunked is not the last transfer coding")
    }
    throw HTTPFault(status: .notImplemented, reason: "unknown transfer coding")
  }

  /// `1*DIGIT` (RFC 9110 §8.6). A number too large for any type is still a length, and too large.
  private static func length(_ text: String, limit: Int) throws(HTTPFault) -> Int {
    guard !text.utf8.isEmpty, text.utf8.allSatisfy({ $0.isDigit }) else {
      throw .badRequest("malformed Content-Length")
    }
    guard let length = Int(text), length <= limit else { throw .contentTooLarge }
    return length
  }
}

extension HTTPFault {
  static let contentTooLarge = HTTPFault(status: .contentTooLarge, reason: "content too large")
}
