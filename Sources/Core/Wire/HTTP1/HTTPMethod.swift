/// A request method: any token, told apart by case (RFC 9110 §9.1).
public struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
  /// The token as it stands in the request line.
  public let name: String

  /// A method of the given token. What comes from a peer is checked by the parser.
  public init(_ name: String) {
    self.name = name
  }

  /// RFC 9110 §9.3.1.
  public static let get = HTTPMethod("GET")
  /// RFC 9110 §9.3.2.
  public static let head = HTTPMethod("HEAD")
  /// RFC 9110 §9.3.3.
  public static let post = HTTPMethod("POST")
  /// RFC 9110 §9.3.4.
  public static let put = HTTPMethod("PUT")
  /// RFC 9110 §9.3.5.
  public static let delete = HTTPMethod("DELETE")
  /// RFC 9110 §9.3.6.
  public static let connect = HTTPMethod("CONNECT")
  /// RFC 9110 §9.3.7.
  public static let options = HTTPMethod("OPTIONS")
  /// RFC 9110 §9.3.8.
  public static let trace = HTTPMethod("TRACE")
  /// RFC 5789.
  public static let patch = HTTPMethod("PATCH")

  /// Safe, with content: draft-ietf-httpbis-safe-method-w-body.
  public static let query = HTTPMethod("QUERY")

  /// The methods of RFC 9110, RFC 5789 and the one that is about to join them.
  public static let registered: [HTTPMethod] = [
    .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch, .query,
  ]

  /// Whether a server may be expected to know the method: 405 answers one it knows, 501 one it does not
  /// (RFC 9110 §9.1).
  public var isKnown: Bool { HTTPMethod.registered.contains(self) }

  /// The token.
  public var description: String { name }
}
