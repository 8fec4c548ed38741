/// A browser's origin, `scheme://host[:port]` (RFC 6454 §6.2), with the scheme's own port spelled out.
///
/// `null`, the origin of sandboxed frames and files, is none: all of those share it.
struct WebOrigin: Hashable {
  let scheme: String
  let host: String
  let port: String

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: .colon), bytes[colon...].starts(with: "://".utf8),
      colon > 0, let name = HostName(bytes[(colon + 3)...]), !name.host.isEmpty
    else { return nil }
    scheme = String(decoding: bytes[..<colon].map(\.asciiLowered), as: UTF8.self)
    host = name.host
    port = WebOrigin.port(name, scheme: scheme)
  }

  /// An origin as a person writes it in a setting: a slash may stand at its end.
  init?(setting text: String) {
    self.init(text.utf8.last == .slash ? String(text.dropLast()) : text)
  }

  /// Whether a request with this origin and this `Host` comes from a page of ours. The scheme is the page's: what is in
  /// front of us may end TLS.
  func isSame(asHost text: String) -> Bool {
    guard let name = HostName(text.utf8) else { return false }
    return name.host == host && WebOrigin.port(name, scheme: scheme) == port
  }

  private static func port(_ name: HostName, scheme: String) -> String {
    if let port = name.port, !port.isEmpty { return port }
    return scheme == "https" || scheme == "wss" ? "443" : "80"
  }
}

/// The origins of a setting.
struct OriginList: Sendable {
  let allowsAll: Bool
  private let origins: Set<WebOrigin>

  /// `*` stands for all; what is no origin, allows none.
  init(_ texts: [String]) {
    allowsAll = texts.contains("*")
    origins = Set(texts.compactMap { WebOrigin(setting: $0) })
  }

  func contains(_ text: String) -> Bool {
    allowsAll || WebOrigin(text).map(origins.contains) == true
  }
}
