/// How much of a message is read before it is refused.
public struct HTTPLimits: Sendable, Equatable {
  /// Bytes of a request line (or status line) without its CRLF; more is answered with 414.
  public var requestLineBytes = 8192
  /// Bytes of all field lines with their CRLF, and again of all trailer lines; more is answered with 431.
  public var headerBytes = 16_384
  /// Field lines, and again trailer lines; more is answered with 431.
  public var headerFields = 100
  /// Bytes of content; more is answered with 413, at once when `Content-Length` says so.
  public var bodyBytes = 65_536
  /// Bytes of all chunk extensions of one body (RFC 9112 §7.1.1 asks for a bound); more is answered with 400.
  public var chunkExtensionBytes = 4096
  /// Empty lines before a request line; RFC 9112 §2.2 asks to ignore at least one. More is answered with 400.
  public var emptyLines = 4

  /// The limits of a server.
  public init() {}
}
