import Testing
import Wire

/// RFC 6455 §4.2.
@Suite struct WebSocketHandshakeServerTests {
  private static let fields: [(String, String)] = [
    ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
  ]

  /// The RFC's request with one field of another value; nil leaves it out.
  private func request(
    _ method: HTTPMethod = .get, isHTTP10: Bool = false, with change: (name: String, value: String?)? = nil,
    and more: [(String, String)] = []
  ) throws -> HTTPRequest {
    let fields = Self.fields.compactMap { field in
      guard let change, change.name == field.0 else { return field }
      return change.value.map { (field.0, $0) }
    }
    return try #require(HTTPRequest(method, "/chat", isHTTP10: isHTTP10, headers: HTTPHeaders(fields + more)))
  }

  private func refusal(of request: HTTPRequest) -> HTTPResponse? {
    guard case .refuse(let response) = WebSocketHandshake.answer(to: request) else { return nil }
    return response
  }

  private func acceptance(of request: HTTPRequest) -> HTTPResponse? {
    guard case .accept(let response, _) = WebSocketHandshake.answer(to: request) else { return nil }
    return response
  }

  @Test func theRFCsRequestGetsTheRFCsResponse() throws {
    let response = try #require(acceptance(of: request()))
    let bytes = HTTPSerializer.head(response, to: .get, isHTTP10: false, keepAlive: true, date: "")
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: Upgrade\r\n\r\n")
  }

  @Test(arguments: [
    ("Upgrade", "WebSocket"), ("Upgrade", "h2c, WEBSOCKET"), ("Connection", "keep-alive, Upgrade"),
    ("Connection", "UPGRADE"), ("Connection", "a,upgrade ,b"),
  ])
  func tokensAreFoundInListsWhateverTheirCase(name: String, value: String) throws {
    let request = try request(with: (name, value))
    #expect(WebSocketHandshake.isUpgrade(request))
    #expect(acceptance(of: request) != nil)
  }

  @Test(
    arguments: [
      ("Upgrade", nil), ("Upgrade", "h2c"), ("Upgrade", "websockets"), ("Connection", nil),
      ("Connection", "keep-alive"),
    ] as [(String, String?)])
  func aRequestThatAsksForNoUpgradeGets426(name: String, value: String?) throws {
    let request = try request(with: (name, value))
    #expect(!WebSocketHandshake.isUpgrade(request))
    try expectUpgradeRequired(request)
  }

  @Test func aClientOfHTTP10CannotUpgrade() throws {
    let request = try request(isHTTP10: true)
    #expect(!WebSocketHandshake.isUpgrade(request))
    try expectUpgradeRequired(request)
  }

  @Test(arguments: [nil, "8", "0", "14", "013", "13, 8", "x"] as [String?])
  func anotherVersionGets426(version: String?) throws {
    let request = try request(with: ("Sec-WebSocket-Version", version))
    #expect(WebSocketHandshake.isUpgrade(request))
    try expectUpgradeRequired(request)
  }

  /// RFC 9110 §15.5.22 wants `Upgrade` in a 426, RFC 6455 §4.4 the version.
  private func expectUpgradeRequired(_ request: HTTPRequest) throws {
    let response = try #require(refusal(of: request))
    #expect(response.status == .upgradeRequired)
    #expect(response.headers["Upgrade"] == "websocket")
    #expect(response.headers["Connection"] == "Upgrade")
    #expect(response.headers["Sec-WebSocket-Version"] == "13")
  }

  @Test(
    arguments: [
      nil, "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZTE=", "dGhlIHNhbXBsZSBub25jZTEy",
      "dGhlIHNhbXBsZSBub25j!Q==", "SGVsbG8sIHdvcmxkIQ==",
    ] as [String?])
  func aKeyThatIsNot16BytesIsRefused(key: String?) throws {
    let response = try refusal(of: request(with: ("Sec-WebSocket-Key", key)))
    #expect(response?.status == .badRequest)
  }

  @Test func twoKeysAreRefused() throws {
    let response = try refusal(of: request(and: [("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw==")]))
    #expect(response?.status == .badRequest)
  }

  @Test(arguments: [HTTPMethod.head, .post, .put, .options, .connect])
  func anotherMethodThanGETIsRefused(method: HTTPMethod) throws {
    let response = try refusal(of: request(method))
    #expect(response?.status == .methodNotAllowed)
    #expect(response?.headers["Allow"] == "GET")
  }

  @Test func whatIsOfferedIsNotChosen() throws {
    let offers = [("Sec-WebSocket-Protocol", "chat, superchat"), ("Sec-WebSocket-Extensions", "permessage-deflate")]
    let response = try #require(acceptance(of: request(and: offers)))
    #expect(response.headers.fields.map(\.name) == ["Upgrade", "Connection", "Sec-WebSocket-Accept"])
  }

  /// RFC 6455 §9.1: what does not obey the grammar "MUST immediately _Fail the WebSocket Connection_".
  @Test func extensionsAreAnsweredOnlyWhereCompressionIsWanted() throws {
    func answer(_ offer: String, _ wish: WebSocketCompression?) -> (status: Int, extensions: [String]) {
      let fields = Self.fields + [("Sec-WebSocket-Extensions", offer)]
      guard let request = HTTPRequest(.get, "/chat", headers: HTTPHeaders(fields)) else { return (0, []) }
      switch WebSocketHandshake.answer(to: request, compression: wish) {
      case .accept(let response, let terms):
        let values = response.headers.values("Sec-WebSocket-Extensions")
        #expect((terms == nil) == values.isEmpty)
        return (response.status.code, values)
      case .refuse(let response): return (response.status.code, [])
      }
    }
    #expect(answer("permessage-deflate", nil) == (101, []))
    #expect(answer("x-other", WebSocketCompression()) == (101, []))
    #expect(
      answer("permessage-deflate", WebSocketCompression())
        == (101, ["permessage-deflate; server_no_context_takeover; client_no_context_takeover"]))
    #expect(answer("permessage-deflate;", WebSocketCompression()) == (400, []))
  }
}
