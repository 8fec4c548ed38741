/// A whole response, before its framing is chosen.
public struct HTTPResponse: Sendable {
  /// The content.
  public enum Body: Sendable {
    /// None: `Content-Length: 0` where the status has content at all.
    case none
    /// Bytes of this response alone.
    case bytes([UInt8])
    /// Bytes shared with other responses.
    case shared(SharedBytes)
    /// Bytes shared with other responses, which know their tag and their compressed form.
    case representation(HTTPRepresentation)
    /// Pieces: sent chunked, to an HTTP/1.0 client raw until the connection closes.
    case chunks([SharedBytes])
  }

  /// The status.
  public var status: HTTPStatus
  /// The fields, without those that frame the message or name the date: the serializer writes them.
  public var headers: HTTPHeaders
  /// The content.
  public var body: Body

  /// A response of the given parts.
  public init(_ status: HTTPStatus, headers: HTTPHeaders = .init(), body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
