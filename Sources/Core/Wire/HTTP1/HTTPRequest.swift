/// A whole request: head and body.
public struct HTTPRequest: Sendable, Equatable {
  /// The method.
  public var method: HTTPMethod
  /// The request target as it stood in the request line.
  public var target: String
  /// What stands before the `?`, not decoded: it begins with `/`, or is `*` (RFC 9112 §3.2.4), or is empty for
  /// `CONNECT`, whose target has no path (§3.2.3).
  public var path: String
  /// What stands after the `?`, decoded.
  public var query: HTTPQuery
  /// Whether the client speaks HTTP/1.0: it knows no chunks and closes unless it asks not to.
  public var isHTTP10: Bool
  /// The fields. `Host` is the authority the request is for: where the target named one, that (RFC 9112 §3.2.2).
  public var headers: HTTPHeaders
  /// The content, unchunked; empty when there is none.
  public var body: [UInt8]

  /// A request of the given parts.
  public init(
    method: HTTPMethod, target: String, path: String, query: HTTPQuery, isHTTP10: Bool = false,
    headers: HTTPHeaders = .init(), body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.path = path
    self.query = query
    self.isHTTP10 = isHTTP10
    self.headers = headers
    self.body = body
  }

  /// A request for a target in origin form, `/path?query`; `nil` when the query is malformed.
  public init?(
    _ method: HTTPMethod, _ target: String, isHTTP10: Bool = false, headers: HTTPHeaders = .init(), body: [UInt8] = []
  ) {
    let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
    guard let query = HTTPQuery(parsing: mark.map { target[target.utf8.index(after: $0)...] } ?? "") else { return nil }
    self.init(
      method: method, target: target, path: String(target[..<(mark ?? target.endIndex)]), query: query,
      isHTTP10: isHTTP10, headers: headers, body: body)
  }

  /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
  public var keepsAlive: Bool {
    if headers.hasToken("close", in: "Connection") { return false }
    return !isHTTP10 || headers.hasToken("keep-alive", in: "Connection")
  }
}
