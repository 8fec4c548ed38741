/// Which pages may open a WebSocket: the browser sends their `Origin`, and applies no other check (RFC 6455 §10.2).
public struct OriginPolicy: Sendable {
  private let origins: OriginList

  /// The origins that are allowed besides our own; `*` allows all.
  public init(allowedOrigins: [String]) {
    origins = OriginList(allowedOrigins)
  }

  /// Whether a text is an origin as a person may write it, or `*`; what is neither would allow nobody.
  public static func understands(_ text: String) -> Bool { text == "*" || WebOrigin(setting: text) != nil }

  /// True without an `Origin`, as it is no browser that asks; for a page of this server; for a listed origin. `null` is
  /// foreign.
  public func allows(_ request: HTTPRequest) -> Bool {
    let values = request.headers.values("Origin")
    guard let text = values.first else { return true }
    if origins.allowsAll { return true }
    guard values.count == 1, let origin = WebOrigin(text) else { return false }
    return origins.contains(text) || request.headers["Host"].map(origin.isSame(asHost:)) == true
  }
}
