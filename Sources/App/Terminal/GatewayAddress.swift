/// Where a gateway runs that is asked instead of the exchanges.
struct GatewayAddress: Equatable {
  /// Before the paths of its routes: `http://127.0.0.1:8000`.
  let http: String
  /// Before the paths of its streams.
  let webSocket: String
  /// Whether it is on this machine, where no proxy stands between.
  let isLoopback: Bool

  /// An address as it is typed, with http, https, ws, wss or no scheme; `nil` when it is none.
  init?(_ text: String) {
    var rest = text[...]
    var isSecure = false
    if let mark = text.firstRange(of: "://") {
      switch text[..<mark.lowerBound].lowercased() {
      case "http", "ws": break
      case "https", "wss": isSecure = true
      default: return nil
      }
      rest = text[mark.upperBound...]
    }
    while rest.hasSuffix("/") { rest.removeLast() }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.isEmpty,
      rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    else { return nil }
    http = (isSecure ? "https://" : "http://") + rest
    webSocket = (isSecure ? "wss://" : "ws://") + rest
    isLoopback = ["127.", "localhost", "[::1]"].contains { authority.lowercased().hasPrefix($0) }
  }

  /// The proxy to it: none on this machine, else what the environment says.
  var proxy: String? { isLoopback ? "" : nil }

  /// The address of the options, or a fault.
  static func read(_ words: Tool.Words, faults: inout [String]) -> GatewayAddress? {
    guard let text = words.options["--gateway"] else { return nil }
    if words.options["--demo"] != nil { faults.append("--demo and --gateway exclude each other") }
    guard let address = GatewayAddress(text) else {
      faults.append("--gateway \"\(text)\" must be an address like http://127.0.0.1:8000")
      return nil
    }
    return address
  }
}
