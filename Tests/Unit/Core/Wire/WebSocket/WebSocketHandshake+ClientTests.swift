import Testing
import Wire

/// RFC 6455 §4.1.
@Suite struct WebSocketHandshakeClientTests {
  private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
  private static let fields: [(String, String)] = [
    ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
  ]

  private func verdict(
    _ status: HTTPStatus = .switchingProtocols, with change: (name: String, value: String?)? = nil,
    and more: [(String, String)] = []
  ) -> String? {
    let fields = Self.fields.compactMap { field in
      guard let change, change.name == field.0 else { return field }
      return change.value.map { (field.0, $0) }
    }
    do {
      try WebSocketHandshake.check(
        HTTPResponseHead(status: status, headers: HTTPHeaders(fields + more)), key: Self.key)
      return nil
    } catch {
      #expect(error.status == .badGateway)
      return error.reason
    }
  }

  @Test func aKeyIsTheNonceInBase64() {
    #expect(WebSocketHandshake.key(nonce: Array("the sample nonce".utf8)) == Self.key)
  }

  @Test func theRequestIsTheRFCs() {
    let bytes = WebSocketHandshake.request(
      host: "server.example.com", target: "/chat?a=b", key: Self.key, headers: [("Origin", "http://example.com")])
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "GET /chat?a=b HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + "Origin: http://example.com\r\n\r\n")
  }

  @Test func ownHeadersCannotReplaceTheHandshakes() {
    let bytes = WebSocketHandshake.request(
      host: "a", target: "/", key: Self.key,
      headers: [("HOST", "b"), ("connection", "close"), ("sec-websocket-version", "8"), ("X", "a\r\nY: b")])
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
  }

  @Test func compressionIsOfferedWhenAskedForAndTheAnswerJudged() throws {
    let wish = WebSocketCompression()
    let bytes = WebSocketHandshake.request(host: "a", target: "/", key: Self.key, compression: wish)
    #expect(
      String(decoding: bytes, as: UTF8.self).contains(
        "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
          + "client_max_window_bits\r\n"))
    func check(_ value: String?) throws -> WebSocketCompressionTerms? {
      let more = value.map { [("Sec-WebSocket-Extensions", $0)] } ?? []
      let head = HTTPResponseHead(status: .switchingProtocols, headers: HTTPHeaders(Self.fields + more))
      return try WebSocketHandshake.check(head, key: Self.key, compression: wish)
    }
    #expect(try check(nil) == nil)
    #expect(
      try check("permessage-deflate; server_no_context_takeover; client_max_window_bits=10")
        == WebSocketCompressionTerms(
          server: .init(keepsContext: false), client: .init(keepsContext: false, windowBits: 10)))
    for value in ["permessage-deflate; x", "permessage-deflate", "x-other", "permessage-deflate;"] {
      #expect(throws: HTTPFault.self) { try check(value) }
    }
  }

  @Test func ourServerAcceptsOurRequest() throws {
    let bytes = WebSocketHandshake.request(host: "a", target: "/", key: Self.key)
    var parser = HTTPRequestParser()
    bytes.withUnsafeBytes { parser.append($0) }
    guard case .request(let request) = parser.next(),
      case .accept(let response, _) = WebSocketHandshake.answer(to: request)
    else {
      Issue.record("refused")
      return
    }
    try WebSocketHandshake.check(
      HTTPResponseHead(status: response.status, headers: response.headers), key: Self.key)
  }

  @Test(arguments: [
    ("Upgrade", "WebSocket"), ("Connection", "upgrade"), ("Connection", "keep-alive, UPGRADE"),
  ])
  func theRFCsResponseIsTakenWhateverItsCase(name: String, value: String) {
    #expect(verdict() == nil)
    #expect(verdict(with: (name, value)) == nil)
  }

  @Test(arguments: [HTTPStatus.ok, .badRequest, .forbidden, .tooManyRequests, .noContent])
  func anotherStatusIsRefused(status: HTTPStatus) {
    #expect(verdict(status) == "the server did not switch protocols")
  }

  @Test(arguments: [nil, "h2c", "websocket, h2c", ""] as [String?])
  func anotherProtocolIsRefused(value: String?) {
    #expect(verdict(with: ("Upgrade", value)) == "the server switched to another protocol")
  }

  @Test(arguments: [nil, "keep-alive", ""] as [String?])
  func aConnectionThatDoesNotSayUpgradeIsRefused(value: String?) {
    #expect(verdict(with: ("Connection", value)) == "the answer's Connection does not say upgrade")
  }

  @Test(arguments: [nil, "", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "dGhlIHNhbXBsZSBub25jZQ=="] as [String?])
  func aWrongProofIsRefused(value: String?) {
    #expect(verdict(with: ("Sec-WebSocket-Accept", value)) == "the answer does not prove that the key was read")
  }

  @Test func whatWasNotOfferedMayNotBeChosen() {
    #expect(
      verdict(and: [("Sec-WebSocket-Extensions", "permessage-deflate")])
        == "the server chose an extension that was not offered")
    #expect(
      verdict(and: [("Sec-WebSocket-Protocol", "chat")]) == "the server chose a subprotocol that was not offered")
  }
}
