/// Which pages may read our answers (the Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol); the answers
/// are those of the reference gateway.
public struct CORSPolicy: Sendable {
  private let origins: OriginList

  /// Of our own fields those that a page may read.
  public static let exposedHeaders =
    "X-Partial, X-Coverage, X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    + "RateLimit-Policy, Age"

  /// What a page may send.
  public static let allowedMethods: [HTTPMethod] = [.get, .head, .options]

  private static let maxAgeSeconds = 600

  /// The origins that may read; `*` is all of them, and then never with credentials.
  public init(allowedOrigins: [String]) {
    origins = OriginList(allowedOrigins)
  }

  /// Whether a browser asks before it sends the real request.
  public static func isPreflight(_ request: HTTPRequest) -> Bool {
    request.method == .options && request.headers.contains("Origin")
      && request.headers.contains("Access-Control-Request-Method")
  }

  /// The answer to a preflight: 200, or 400 with what is not allowed.
  public func preflight(_ request: HTTPRequest) -> HTTPResponse {
    var response = HTTPResponse(.ok)
    let origin = CORSPolicy.origin(of: request)
    let isOriginAllowed = origin.map(origins.contains) == true
    if let origin, isOriginAllowed { allow(origin, in: &response) }
    addVary(to: &response)
    let names = CORSPolicy.allowedMethods.map(\.name)
    response.headers["Access-Control-Allow-Methods"] = names.joined(separator: ", ")
    response.headers["Access-Control-Max-Age"] = String(CORSPolicy.maxAgeSeconds)
    if let requested = request.headers["Access-Control-Request-Headers"] {
      response.headers["Access-Control-Allow-Headers"] = requested
    }
    var refused: [String] = []
    if !isOriginAllowed { refused.append("origin") }
    if !names.contains(request.headers["Access-Control-Request-Method"] ?? "") { refused.append("method") }
    if !refused.isEmpty { response.status = .badRequest }
    let text = refused.isEmpty ? "OK" : "Disallowed CORS " + refused.joined(separator: ", ")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.body = .bytes([UInt8](text.utf8))
    return response
  }

  /// Adds to any other answer what lets an allowed page read it.
  public func decorate(_ response: inout HTTPResponse, for request: HTTPRequest) {
    addVary(to: &response)
    guard let origin = CORSPolicy.origin(of: request), origins.contains(origin) else { return }
    allow(origin, in: &response)
    response.headers["Access-Control-Expose-Headers"] = CORSPolicy.exposedHeaders
  }

  private static func origin(of request: HTTPRequest) -> String? {
    let values = request.headers.values("Origin")
    return values.count == 1 ? values[0] : nil
  }

  private func allow(_ origin: String, in response: inout HTTPResponse) {
    response.headers["Access-Control-Allow-Origin"] = origins.allowsAll ? "*" : origin
    if !origins.allowsAll { response.headers["Access-Control-Allow-Credentials"] = "true" }
  }

  /// The answer depends on `Origin` even where there was none: a cache must not give it to a page that has one.
  private func addVary(to response: inout HTTPResponse) {
    guard !origins.allowsAll, !response.headers.hasToken("Origin", in: "Vary") else { return }
    response.headers.add("Vary", "Origin")
  }
}
