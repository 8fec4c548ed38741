/// One request to an HTTP server, whole.
public struct HTTPClientRequest: Sendable {
  /// `GET` or `POST`; nothing else is sent.
  public var method: String
  /// An absolute `http` or `https` URL, already percent-encoded.
  public var url: String
  /// Header fields besides those the client sets itself (`Host`, `User-Agent`, `Accept-Encoding`, `Content-Length`).
  public var headers: [(String, String)]
  /// The body of a `POST`.
  public var body: [UInt8]?
  /// The deadline of the whole exchange, from the call to the last byte of the answer.
  public var timeoutMilliseconds: Int64
  /// The longest body accepted, counted after decompression.
  public var maxBodyBytes: Int
  /// Whether a long body is expected, from some 30 KB on. Over TLS it then comes by HTTP/1.1, on a connection of its own for that
  /// time: libcurl spends 5 to 28 % less on it than by HTTP/2, which in turn costs less where many short answers are under way
  /// (docs/benchmarks.md).
  public var expectsLongBody: Bool

  /// The longest body accepted unless the request says otherwise.
  public static let defaultMaxBodyBytes = 64 << 20

  /// A request of the given properties.
  public init(
    method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    timeoutMilliseconds: Int64 = 10_000, maxBodyBytes: Int = HTTPClientRequest.defaultMaxBodyBytes,
    expectsLongBody: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
    self.maxBodyBytes = maxBodyBytes
    self.expectsLongBody = expectsLongBody
  }
}

extension HTTPClientRequest {
  /// The address as it may be logged: without user information, query and fragment, where credentials are carried.
  var loggableURL: String {
    let address = url.prefix { $0 != "?" && $0 != "#" }
    guard let scheme = address.firstRange(of: "://") else { return String(address) }
    let rest = address[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(address) }
    return String(address[..<scheme.upperBound]) + rest[rest.index(after: at)...]
  }

  /// Whether it goes over TLS, where the two sides agree on a version of HTTP.
  var isSecure: Bool { url.prefix(6).lowercased() == "https:" }

  /// Why the request cannot be sent; `nil` when it can.
  var fault: String? {
    guard method == "GET" || method == "POST" else { return "the method is neither GET nor POST" }
    guard method == "POST" || body == nil else { return "a GET has no body" }
    guard timeoutMilliseconds > 0 else { return "the deadline is not positive" }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    // libcurl would guess a scheme from the host's name and speak FTP or read files; only these two are meant.
    guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
      return "the URL is neither http nor https"
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "the URL is not percent-encoded" }
    for (name, value) in headers {
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else { return "a header name is not a token" }
      // RFC 9110 section 5.5: CR, LF and NUL in a value are dangerous; they would start a header of their own.
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        return "a header value has control characters"
      }
    }
    return nil
  }

  /// RFC 9110 section 5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default:
      "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
