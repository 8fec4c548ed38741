/// Which names this server answers to. A page of another name that resolves to our address (DNS rebinding) is stopped
/// here; the answer is 421 (RFC 9110 §15.5.20).
public struct HostPolicy: Sendable {
  private let allowsAll: Bool
  private let hosts: Set<String>

  /// Host names and addresses, the port ignored, an IPv6 address with or without brackets; `*` allows all.
  public init(allowedHosts: [String]) {
    allowsAll = allowedHosts.contains("*")
    hosts = Set(allowedHosts.compactMap { HostName(setting: $0)?.host })
  }

  /// Whether a text is a host as a person may write it, or `*`; what is neither would allow nobody. A star within a name
  /// stands for nothing here.
  public static func understands(_ text: String) -> Bool {
    guard text != "*" else { return true }
    guard let name = HostName(setting: text) else { return false }
    return !name.host.isEmpty && !name.host.contains("*")
  }

  /// Compares names without regard to case and port. HTTP/1.0 needs no `Host`, and no browser speaks it. `CONNECT` names
  /// the end of a tunnel, not us; no route has its empty path.
  public func allows(_ request: HTTPRequest) -> Bool {
    guard !allowsAll, request.method != .connect else { return true }
    guard let text = request.headers["Host"] else { return request.isHTTP10 }
    return HostName(text.utf8).map { hosts.contains($0.host) } == true
  }
}
