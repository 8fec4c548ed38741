import CLinux
import Glibc

/// The parts of a `ws` or `wss` URL (RFC 6455 section 3). Strict: no user information, no fragment, ASCII only.
struct WebSocketClientURL: Equatable {
  /// `wss`.
  let isSecure: Bool
  /// A name or an address; an IPv6 address without its brackets.
  let host: String
  /// What the host's bytes are.
  let hostKind: HostKind
  /// The port, given or the scheme's own.
  let port: UInt16
  /// Path and query; starts with `/`.
  let target: String

  enum HostKind { case name, ipv4, ipv6 }

  /// `nil` when `text` is no such URL.
  init?(parsing text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.utf8.contains(UInt8(ascii: "#")) else { return nil }
    guard let colon = text.firstRange(of: "://") else { return nil }
    switch text[..<colon.lowerBound].lowercased() {
    case "ws": isSecure = false
    case "wss": isSecure = true
    default: return nil
    }
    let rest = text[colon.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest[authority.endIndex...]
    target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    guard let (host, portText) = Self.split(authority) else { return nil }
    guard let kind = Self.kind(of: host) else { return nil }
    // "[name]" and a bare IPv6 address are both wrong (RFC 3986 section 3.2.2).
    guard (kind == .ipv6) == authority.hasPrefix("[") else { return nil }
    self.host = String(host)
    hostKind = kind
    guard let portText else {
      port = isSecure ? 443 : 80
      return
    }
    guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(portText), number > 0 else {
      return nil
    }
    port = number
  }

  /// Host and port as URLs write them.
  var authority: String {
    (hostKind == .ipv6 ? "[\(host)]" : host) + ":\(port)"
  }

  /// The value of `Host`: without a port that the scheme implies (RFC 9110 section 7.2).
  var hostHeader: String {
    let name = hostKind == .ipv6 ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?)? {
    let afterHost: Substring
    let host: Substring
    if authority.hasPrefix("[") {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<bracket]
      afterHost = authority[authority.index(after: bracket)...]
    } else {
      host = authority.prefix { $0 != ":" }
      afterHost = authority[host.endIndex...]
    }
    if afterHost.isEmpty { return (host, nil) }
    guard afterHost.hasPrefix(":") else { return nil }
    return (host, afterHost.dropFirst())
  }

  private static func kind(of host: Substring) -> HostKind? {
    var address = in6_addr()
    if inet_pton(AF_INET, String(host), &address) == 1 { return .ipv4 }
    if inet_pton(AF_INET6, String(host), &address) == 1 { return .ipv6 }
    guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
    let isName = host.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
      default: false
      }
    }
    return isName ? .name : nil
  }
}
