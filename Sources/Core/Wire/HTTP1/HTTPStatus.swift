/// A status code (RFC 9110 §15).
public struct HTTPStatus: Sendable, Hashable, CustomStringConvertible {
  /// The number, 100 to 599 for every status of RFC 9110.
  public let code: Int

  /// A status of the given number.
  public init(_ code: Int) {
    self.code = code
  }

  /// Whether a response of this status has content (RFC 9112 §6.3: 1xx, 204 and 304 end with their header section;
  /// RFC 9110 §15.3.6: 205 has none).
  public var allowsContent: Bool { code >= 200 && code != 204 && code != 205 && code != 304 }

  /// Code and reason.
  public var description: String { "\(code) \(reasonPhrase)" }
}

extension HTTPStatus {
  /// 100.
  public static let `continue` = HTTPStatus(100)
  /// 101.
  public static let switchingProtocols = HTTPStatus(101)
  /// 200.
  public static let ok = HTTPStatus(200)
  /// 204.
  public static let noContent = HTTPStatus(204)
  /// 303; the response names the place in `Location`.
  public static let seeOther = HTTPStatus(303)
  /// 304.
  public static let notModified = HTTPStatus(304)
  /// 400.
  public static let badRequest = HTTPStatus(400)
  /// 401.
  public static let unauthorized = HTTPStatus(401)
  /// 403.
  public static let forbidden = HTTPStatus(403)
  /// 404.
  public static let notFound = HTTPStatus(404)
  /// 405; the response names the allowed methods in `Allow`.
  public static let methodNotAllowed = HTTPStatus(405)
  /// 406.
  public static let notAcceptable = HTTPStatus(406)
  /// 408.
  public static let requestTimeout = HTTPStatus(408)
  /// 412.
  public static let preconditionFailed = HTTPStatus(412)
  /// 413.
  public static let contentTooLarge = HTTPStatus(413)
  /// 414.
  public static let uriTooLong = HTTPStatus(414)
  /// 417.
  public static let expectationFailed = HTTPStatus(417)
  /// 421.
  public static let misdirectedRequest = HTTPStatus(421)
  /// 422.
  public static let unprocessableContent = HTTPStatus(422)
  /// 426; the response names the protocol in `Upgrade`.
  public static let upgradeRequired = HTTPStatus(426)
  /// 429 (RFC 6585 §4).
  public static let tooManyRequests = HTTPStatus(429)
  /// 431 (RFC 6585 §5).
  public static let requestHeaderFieldsTooLarge = HTTPStatus(431)
  /// 500.
  public static let internalServerError = HTTPStatus(500)
  /// 501.
  public static let notImplemented = HTTPStatus(501)
  /// 502.
  public static let badGateway = HTTPStatus(502)
  /// 503.
  public static let serviceUnavailable = HTTPStatus(503)
  /// 504.
  public static let gatewayTimeout = HTTPStatus(504)
  /// 505.
  public static let versionNotSupported = HTTPStatus(505)
}

extension HTTPStatus {
  /// The registered phrase; empty for a number without one, which RFC 9112 §4 allows.
  public var reasonPhrase: String { HTTPStatus.phrases[code] ?? "" }

  /// The registered phrase as error bodies spell it, for programs to read: `content_too_large`. A number without a phrase
  /// is named by itself: `status_499`.
  public var word: String {
    guard !reasonPhrase.isEmpty else { return "status_\(code)" }
    return String(reasonPhrase.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  private static let phrases: [Int: String] = [
    100: "Continue", 101: "Switching Protocols",
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 205: "Reset Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
    412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 417: "Expectation Failed", 421: "Misdirected Request",
    422: "Unprocessable Content", 426: "Upgrade Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  ]
}
