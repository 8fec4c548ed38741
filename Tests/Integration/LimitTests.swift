import Support
import Testing

/// What the gateway refuses, as a client reads it byte by byte.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LimitTests {
  /// An answer, taken apart.
  private struct Answer: Sendable {
    let status: String
    let head: String
    let body: String

    func has(_ field: String) -> Bool { head.contains("\r\n\(field)\r\n") }
  }

  private func ask(_ stage: Stage, _ request: String, hasContent: Bool = true) async throws -> Answer {
    try await stage.talk { socket in
      socket.send(request)
      let (head, body) = try socket.readResponse(hasContent: hasContent)
      return Answer(status: String(head.dropFirst(9).prefix(3)), head: head, body: body)
    }
  }

  private func get(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
  }

  private static func upgrade(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      + fields.map { "\($0)\r\n" }.joined() + "\r\n"
  }

  private func expectError(_ answer: Answer, _ status: Int, _ detail: String, _ code: String) {
    #expect(answer.status == "\(status)")
    #expect(answer.has("Content-Type: application/json"))
    #expect(answer.body == #"{"detail":"\#(detail)","code":"\#(code)","retryable":false}"#)
  }

  // MARK: HTTP

  @Test func aRequestLineHasEightKibibytes() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      func target(_ lineBytes: Int) -> String {
        "/?" + String(repeating: "x", count: lineBytes - "GET /? HTTP/1.1".utf8.count)
      }
      #expect(try await ask(stage, get(target(8192))).status == "200")
      expectError(try await ask(stage, get(target(8193))), 414, "request line too long", "uri_too_long")
    }
  }

  @Test func headersHaveSixteenKibibytes() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      func field(_ allBytes: Int) -> String {
        "X: " + String(repeating: "x", count: allBytes - "Host: localhost\r\nX: \r\n".utf8.count)
      }
      #expect(try await ask(stage, get("/", field(16_384))).status == "200")
      let refused = try await ask(stage, get("/", field(16_385)))
      #expect(refused.status == "431")
      #expect(refused.body.hasSuffix(#""code":"request_header_fields_too_large","retryable":false}"#))
    }
  }

  @Test func thereAreAHundredHeaderFields() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      func request(_ count: Int) -> String {
        "GET / HTTP/1.1\r\nHost: localhost\r\n" + (1..<count).map { "X-\($0): 1\r\n" }.joined() + "\r\n"
      }
      #expect(try await ask(stage, request(100)).status == "200")
      let refused = try await ask(stage, request(101))
      #expect(refused.status == "431")
      #expect(refused.body.hasSuffix(#""code":"request_header_fields_too_large","retryable":false}"#))
    }
  }

  @Test func aBodyHasSixtyFourKibibytes() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      func announced(_ count: Int) -> String { get("/", "Content-Length: \(count)") }
      let most = String(repeating: "x", count: 65_536)
      #expect(try await ask(stage, announced(65_536) + most).status == "200")
      // Refused for what it says, before a byte of it has come.
      let refused = try await ask(stage, announced(65_537))
      expectError(refused, 413, "content too large", "content_too_large")
      let chunked = get("/", "Transfer-Encoding: chunked") + "10000\r\n\(most)\r\n"
      #expect(try await ask(stage, chunked + "0\r\n\r\n").status == "200")
      let tooMany = try await ask(stage, chunked + "1\r\n")
      expectError(tooMany, 413, "content too large", "content_too_large")
    }
  }

  @Test func onlyItsOwnNamesAreServed() async throws {
    try await Stage.play(settings: ["ALLOWED_HOSTS": "gate.example"], untilLoaded: false) { stage in
      func request(_ host: String) -> String { "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n" }
      for host in ["localhost", "LOCALHOST:8000", "127.0.0.1", "gate.example"] {
        #expect(try await ask(stage, request(host)).status == "200", "\(host)")
      }
      for host in ["attacker.example", "gate.example.attacker.example", "127.0.0.1.attacker.example"] {
        let refused = try await ask(stage, request(host))
        expectError(refused, 421, "this host name is not served here", "misdirected_request")
      }
      let upgrade = Self.upgrade("/ws/binance/BTCUSDT/trades").split(separator: "localhost")
        .joined(separator: "attacker.example")
      #expect(try await ask(stage, upgrade).status == "421")
    }
  }

  // MARK: Browsers

  @Test func pagesOfListedOriginsMayRead() async throws {
    let settings = ["CORS_ORIGINS": "https://desk.example"]
    try await Stage.play(settings: settings, untilLoaded: false) { stage in
      func preflight(_ origin: String) -> String {
        "OPTIONS /binance/instruments HTTP/1.1\r\nHost: localhost\r\nOrigin: \(origin)\r\n"
          + "Access-Control-Request-Method: GET\r\n\r\n"
      }
      let allowed = try await ask(stage, preflight("https://desk.example"))
      #expect(allowed.status == "200")
      #expect(allowed.has("Access-Control-Allow-Origin: https://desk.example"))
      #expect(allowed.has("Access-Control-Allow-Methods: GET, HEAD, OPTIONS"))
      #expect(allowed.has("Access-Control-Max-Age: 600"))
      #expect(allowed.has("Vary: Origin"))
      let refused = try await ask(stage, preflight("https://attacker.example"))
      #expect(refused.status == "400")
      #expect(!refused.head.contains("Access-Control-Allow-Origin"))
      let read = try await ask(stage, get("/", "Origin: https://desk.example"))
      #expect(read.has("Access-Control-Allow-Origin: https://desk.example"))
      #expect(read.head.contains("\r\nAccess-Control-Expose-Headers: "))
      let foreign = try await ask(stage, get("/", "Origin: https://attacker.example"))
      #expect(foreign.status == "200")
      #expect(!foreign.head.contains("Access-Control-"))
    }
  }

  @Test func onlyPagesOfListedOriginsOpenWebSockets() async throws {
    let settings = ["CORS_ORIGINS": "https://desk.example"]
    try await Stage.play(settings: settings) { stage in
      let target = "/ws/binance/BTCUSDT/trades"
      for origin in ["https://attacker.example", "null", "http://desk.example"] {
        let refused = try await ask(stage, Self.upgrade(target, "Origin: \(origin)"))
        expectError(refused, 403, "this origin may not open WebSockets here", "forbidden_origin")
      }
      for fields in ["Origin: https://desk.example", "Origin: http://localhost", "X-No: page"] {
        let opened = try await ask(stage, Self.upgrade(target, fields), hasContent: false)
        #expect(opened.status == "101", "\(fields)")
        // RFC 6455 section 1.3 gives the answer to the key.
        #expect(opened.has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
      }
    }
  }

  // MARK: WebSocket

  @Test func aWebSocketPathWantsAnUpgrade() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      let plain = try await ask(stage, get("/ws/binance/BTCUSDT/trades"))
      expectError(plain, 426, "this path is a WebSocket", "upgrade_required")
      #expect(plain.has("Upgrade: websocket"))
    }
  }

  @Test func anUnknownPathIsNotFoundBeforeTheUpgrade() async throws {
    try await Stage.play(untilLoaded: false) { stage in
      for target in ["/ws/binance/BTCUSDT", "/ws/binance/BTCUSDT/trades/more", "/sockets"] {
        let refused = try await ask(stage, Self.upgrade(target))
        expectError(refused, 404, "there is nothing at this path", "not_found")
      }
    }
  }

  @Test(arguments: [
    ("/ws/binance/BTCUSDT/ohlc?interval=7m", "interval '7m': "),
    ("/ws/binance/BTCUSDT/ohlc?interval=", "interval '': "),
    ("/ws/binance/BTCUSDT/trades?interval=7m", nil),
    ("/ws/binance/BTCUSDT/large_trades?min_value_usd=much", "min_value_usd 'much': "),
    ("/ws/binance/BTCUSDT/liquidations?min_value_usd=-1", "min_value_usd '-1': "),
    ("/ws/binance/NOSUCH/trades", "symbol 'NOSUCH' is not listed on binance"),
    ("/ws/binance/BTCUSDT/books", "stream 'books' is not known; available: ohlc, "),
    ("/ws/nowhere/BTCUSDT/trades", "exchange 'nowhere' is not known; available: binance"),
  ])
  func aBadQuestionIsClosedWithItsReason(target: String, reason: String?) async throws {
    try await Stage.play { stage in
      let frame = try await stage.talk { socket in
        socket.send(Self.upgrade(target))
        #expect(try socket.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
        return try socket.readFrame()
      }
      guard let reason else {
        // A parameter that the stream does not have means nothing.
        #expect(frame.first == 0x81)
        return
      }
      #expect(frame.closeCode == 1008)
      #expect(frame.closeReason.hasPrefix(reason), "\(frame.closeReason)")
      // RFC 6455 section 5.5: a control frame has at most 125 bytes.
      #expect(frame.payload.count <= 125)
    }
  }

  @Test func aMessageHasSixtyFourKibibytes() async throws {
    try await Stage.play { stage in
      let controls = try await stage.talk { socket in
        socket.send(Self.upgrade("/ws/binance/BTCUSDT/liquidations"))
        _ = try socket.read(until: "\r\n\r\n")
        func nextControl() throws -> RawSocket.Frame {
          while true {
            let frame = try socket.readFrame()
            if frame.first != 0x81 { return frame }
          }
        }
        socket.sendFrame(opcode: 1, [UInt8](repeating: 0x78, count: 65_536))
        socket.sendFrame(opcode: 9, [1, 2, 3])
        let pong = try nextControl()
        // Refused for what its head says, before a byte of it has come.
        let tooLong = RawSocket.maskedFrame(opcode: 1, [UInt8](repeating: 0x78, count: 65_537))
        socket.send(Array(tooLong.prefix(14)))
        return [pong, try nextControl()]
      }
      #expect(controls[0].first == 0x8A)
      #expect(controls[0].payload == [1, 2, 3])
      #expect(controls[1].closeCode == 1009)
    }
  }
}
