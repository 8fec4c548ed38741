/// One element of `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
///
/// ```
/// permessage-deflate; server_max_window_bits=10; client_no_context_takeover, x-other; a="b"
/// ```
struct WebSocketExtension: Sendable, Equatable {
  struct Parameter: Sendable, Equatable {
    let name: String
    let value: String?
  }

  let name: String
  var parameters: [Parameter] = []

  /// The elements of all fields, in order; nil when one does not obey the grammar, which must fail the handshake.
  static func list(_ values: [String]) -> [WebSocketExtension]? {
    var list: [WebSocketExtension] = []
    for value in values {
      var reader = Reader(rest: value.utf8[...])
      repeat {
        // RFC 9110 §5.6.1.2: empty elements of a list are ignored.
        reader.skipBlanks()
        if reader.isAtEnd || reader.isAt(.comma) { continue }
        guard let element = reader.element() else { return nil }
        list.append(element)
      } while reader.take(.comma)
      guard reader.isAtEnd else { return nil }
    }
    return list
  }

  private struct Reader {
    var rest: Substring.UTF8View

    var isAtEnd: Bool { rest.isEmpty }

    func isAt(_ byte: UInt8) -> Bool { rest.first == byte }

    mutating func take(_ byte: UInt8) -> Bool {
      guard isAt(byte) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func skipBlanks() {
      while let first = rest.first, first.isHTTPBlank { rest.removeFirst() }
    }

    mutating func element() -> WebSocketExtension? {
      guard let name = token() else { return nil }
      var element = WebSocketExtension(name: name)
      skipBlanks()
      while take(UInt8(ascii: ";")) {
        skipBlanks()
        guard let name = token() else { return nil }
        skipBlanks()
        var value: String?
        if take(UInt8(ascii: "=")) {
          skipBlanks()
          // "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST conform to the
          // 'token' ABNF."
          guard let text = isAt(UInt8(ascii: "\"")) ? quoted() : token() else { return nil }
          value = text
          skipBlanks()
        }
        element.parameters.append(Parameter(name: name, value: value))
      }
      return element
    }

    private mutating func token() -> String? {
      let token = rest.prefix { $0.isTokenByte }
      guard !token.isEmpty else { return nil }
      rest = rest[token.endIndex...]
      return String(decoding: token, as: UTF8.self)
    }

    private mutating func quoted() -> String? {
      guard take(UInt8(ascii: "\"")) else { return nil }
      var bytes: [UInt8] = []
      while var byte = rest.popFirst() {
        if byte == UInt8(ascii: "\"") { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
        if byte == UInt8(ascii: "\\") {
          guard let escaped = rest.popFirst() else { return nil }
          byte = escaped
        }
        guard byte.isTokenByte else { return nil }
        bytes.append(byte)
      }
      return nil
    }
  }
}
