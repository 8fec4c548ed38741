/// The four forms of a request target (RFC 9112 §3.2), brought to one shape.
struct RequestTarget {
  /// As it stood in the request line.
  let text: String
  let path: String
  let query: HTTPQuery
  /// The authority of the absolute form, which counts in place of `Host` (§3.2.2), or of `CONNECT`.
  let authority: String?

  init(_ bytes: ByteView, method: HTTPMethod) throws(HTTPFault) {
    // A URI has no other bytes than these, and in a request no fragment (§3.2.1). Browsers do send some visible ones
    // that RFC 3986 leaves out, such as `|`, so these pass.
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw .badRequest("forbidden byte in the request target")
    }
    text = String(decoding: bytes, as: UTF8.self)
    if method == .connect {
      authority = try RequestTarget.connectAuthority(bytes)
      path = ""
      query = HTTPQuery()
    } else if bytes.first == .slash {
      authority = nil
      (path, query) = try RequestTarget.split(bytes)
    } else if bytes.elementsEqual("*".utf8) {
      // §3.2.4: the asterisk form is for a server-wide OPTIONS only.
      guard method == .options else { throw .badRequest("asterisk target without OPTIONS") }
      authority = nil
      path = "*"
      query = HTTPQuery()
    } else {
      let (host, rest) = try RequestTarget.splitAbsolute(bytes)
      authority = host
      (path, query) = try RequestTarget.split(rest)
    }
  }

  /// §3.2.3: `host:port`, the port not left out.
  private static func connectAuthority(_ bytes: ByteView) throws(HTTPFault) -> String {
    guard let authority = HostName(bytes), !authority.host.isEmpty, authority.port?.isEmpty == false else {
      throw .badRequest("CONNECT target is not host:port")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// §3.2.2. Only the schemes this server can be reached by; an empty host or user information is a fault
  /// (RFC 9110 §4.2.1, §4.2.4).
  private static func splitAbsolute(_ bytes: ByteView) throws(HTTPFault) -> (authority: String, rest: ByteView) {
    for scheme in ["http://", "https://"] where bytes.prefix(scheme.utf8.count).equalsIgnoringCase(scheme.utf8) {
      let rest = bytes[part: scheme.utf8.count..<bytes.count]
      let end = rest.firstIndex { $0 == .slash || $0 == UInt8(ascii: "?") } ?? rest.count
      guard let host = HostName(rest[part: 0..<end]), !host.host.isEmpty else {
        throw .badRequest("malformed authority in the request target")
      }
      return (String(decoding: rest[part: 0..<end], as: UTF8.self), rest[part: end..<rest.count])
    }
    throw .badRequest("malformed request target")
  }

  /// Path and query. The empty path of an absolute target is `/` (RFC 9110 §4.2.3).
  private static func split(_ bytes: ByteView) throws(HTTPFault) -> (path: String, query: HTTPQuery) {
    let mark = bytes.firstIndex(of: UInt8(ascii: "?"))
    let path = bytes[part: 0..<(mark ?? bytes.count)]
    let pathText = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    guard let mark else { return (pathText, HTTPQuery()) }
    guard let query = HTTPQuery(parsing: bytes[part: mark + 1..<bytes.count]) else {
      throw .badRequest("malformed percent-encoding in the query")
    }
    return (pathText, query)
  }
}
