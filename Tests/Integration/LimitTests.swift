import App
import Net
import Support
import Testing
import Wire

/// Bad input and foreign pages, as a client sees them: statuses, JSON bodies, close codes with their reasons.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LimitTests {
  private static let stream = "/ws/binance/BTCUSDT/ohlc"

  /// Sends the bytes of one request and gives the answer.
  private func answer(_ stage: Stage, _ request: String) async throws -> (head: String, body: String) {
    try await stage.talk { socket in
      socket.send(request)
      return try socket.readResponse()
    }
  }

  private func field(_ name: String, of head: String) -> String? {
    head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  @Test(arguments: [
    ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri_too_long"),
    (
      "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: \(String(repeating: "a", count: 17_000))\r\n\r\n", 431,
      "request_header_fields_too_large"
    ),
    (
      "GET / HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X-A: b\r\n", count: 101))\r\n", 431,
      "request_header_fields_too_large"
    ),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n", 413, "content_too_large"),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n", 417, "expectation_failed"),
    ("GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
    ("GET / HTTP/2.7\r\nHost: localhost\r\n\r\n", 505, "http_version_not_supported"),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: tea\r\n\r\n", 501, "not_implemented"),
  ])
  func whatIsNoRequestIsRefusedInJSON(request: String, status: Int, code: String) async throws {
    try await Stage.play { stage in
      let (head, body) = try await answer(stage, request)
      #expect(head.hasPrefix("HTTP/1.1 \(status) "))
      #expect(field("Content-Type", of: head) == "application/json")
      #expect(field("Connection", of: head) == "close")
      #expect(field("X-Request-Id", of: head) != nil)
      #expect(ExchangeText.names(of: body) == ["detail", "code", "retryable"])
      #expect(body.hasSuffix(#""code":"\#(code)","retryable":false}"#))
    }
  }

  @Test(arguments: [
    ("/nowhere/ohlc/BTCUSDT/1m", 404, "unknown_exchange"), ("/binance/ohlc/NOSUCH/1m", 404, "unknown_symbol"),
    ("/binance/nothing", 404, "not_found"), ("/%zz", 400, "bad_request"),
  ])
  func pathsThatNameNothingSaySo(target: String, status: Int, code: String) async throws {
    try await Stage.play { stage in
      let answer = try await stage.web.get(target)
      #expect(answer.status == status)
      #expect(answer.text.hasSuffix(#""code":"\#(code)","retryable":false}"#))
    }
  }

  @Test func refusedParametersAreNamedWithTheirPlace() async throws {
    let faults = [
      ("/binance/ohlc/BTCUSDT/1m?limit=0", "query", "limit", "0"),
      ("/binance/ohlc/BTCUSDT/1m?limit=1501", "query", "limit", "1501"),
      ("/binance/ohlc/BTCUSDT/1m?limit=abc", "query", "limit", "abc"),
      ("/binance/ohlc/BTCUSDT/1m?start_time=2000&end_time=1000", "query", "start_time", "2000"),
      ("/binance/ohlc/BTCUSDT/7m", "path", "interval", "7m"),
      ("/binance/oi-hist/BTCUSDT?period=1m", "query", "period", "1m"),
      ("/binance/oi-hist/BTCUSDT?limit=501", "query", "limit", "501"),
      ("/binance/funding-hist/BTCUSDT?limit=1001", "query", "limit", "1001"),
      ("/binance/klines/BTCUSDT/1m?limit=1501", "query", "limit", "1501"),
    ]
    try await Stage.play { stage in
      let asked = stage.exchange.statistics.requests
      for (target, place, name, input) in faults {
        let answer = try await stage.web.get(target)
        #expect(answer.status == 422)
        #expect(answer.text.hasPrefix(#"{"detail":[{"type":""#))
        #expect(answer.text.contains(#","loc":["\#(place)","\#(name)"],"msg":""#))
        #expect(answer.text.hasSuffix(#","input":"\#(input)"}],"code":"invalid_parameter","retryable":false}"#))
      }
      // The valid ones are named, and the exchange is not bothered.
      let intervals = "1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h, 1d, 3d, 1w, 1M"
      #expect(try await stage.web.get("/binance/ohlc/BTCUSDT/7m").text.contains(intervals))
      #expect(stage.exchange.statistics.requests == asked)
    }
  }

  @Test func methodsThatARouteLacksAreNamed() async throws {
    try await Stage.play { stage in
      let (post, body) = try await answer(
        stage, "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
      #expect(post.hasPrefix("HTTP/1.1 405 "))
      #expect(field("Allow", of: post)?.contains("GET") == true)
      #expect(body.contains(#""code":"method_not_allowed""#))
      let (options, _) = try await answer(stage, "OPTIONS /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(options.hasPrefix("HTTP/1.1 204 "))
      #expect(field("Allow", of: options)?.contains("OPTIONS") == true)
    }
  }

  @Test func foreignHostsAreMisdirected() async throws {
    try await Stage.play(settings: ["ALLOWED_HOSTS": "market.example"]) { stage in
      for (host, status) in [("evil.example", 421), ("market.example", 200), ("127.0.0.1:8000", 200)] {
        let (head, body) = try await answer(stage, "GET /health HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 \(status) "))
        #expect(body.contains(#""code":"misdirected_request""#) == (status == 421))
      }
    }
  }

  @Test func pagesOfListedOriginsMayReadAndOthersMayNot() async throws {
    try await Stage.play { stage in
      func preflight(_ origin: String) async throws -> String {
        try await answer(
          stage,
          "OPTIONS /health HTTP/1.1\r\nHost: localhost\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: GET\r\n\r\n"
        ).head
      }
      let allowed = try await preflight("http://localhost:3000")
      #expect(allowed.hasPrefix("HTTP/1.1 200 "))
      #expect(field("Access-Control-Allow-Origin", of: allowed) == "http://localhost:3000")
      let foreign = try await preflight("http://evil.example")
      #expect(foreign.hasPrefix("HTTP/1.1 400 "))
      #expect(field("Access-Control-Allow-Origin", of: foreign) == nil)
      let plain = try await stage.web.get("/health", headers: [("Origin", "http://localhost:5173")])
      #expect(plain.header("access-control-allow-origin") == "http://localhost:5173")
      let exposed = plain.header("access-control-expose-headers") ?? ""
      for name in ["X-Partial", "X-Coverage", "X-Request-Id", "Retry-After", "Age"] { #expect(exposed.contains(name)) }
    }
  }

  @Test func webSocketsAreForPagesOfListedOriginsAndForPrograms() async throws {
    try await Stage.play { stage in
      let origins: [(String?, Int)] = [
        (nil, 101), ("http://localhost:3000", 101), ("http://localhost", 101), ("http://evil.example", 403),
        ("null", 403),
      ]
      for (origin, status) in origins {
        let fields = "Host: localhost\r\n" + (origin.map { "Origin: \($0)\r\n" } ?? "")
        let request = RawSocket.upgrade(Self.stream).replacing("Host: a\r\n", with: fields)
        let head = try await stage.talk { socket in
          socket.send(request)
          return try socket.read(until: "\r\n\r\n")
        }
        #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(origin ?? "none")")
      }
    }
  }

  @Test func aWebSocketPathWantsAnUpgradeAndAnUpgradeAWebSocketPath() async throws {
    try await Stage.play { stage in
      let plain = try await stage.web.get(Self.stream)
      #expect(plain.status == 426)
      #expect(plain.header("upgrade") == "websocket")
      #expect(plain.text.hasSuffix(#""code":"upgrade_required","retryable":false}"#))
      let closure = await stage.stream("/ws/binance/BTCUSDT/ohlc/more").closure()
      #expect(closure.cause == .handshake(status: 404))
    }
  }

  @Test(arguments: [
    ("/ws/nowhere/BTCUSDT/ohlc", "nowhere"), ("/ws/binance/NOSUCH/ohlc", "NOSUCH"),
    ("/ws/binance/BTCUSDT/books", "books"), ("/ws/binance/BTCUSDT/ohlc?interval=7m", "7m"),
    ("/ws/binance/BTCUSDT/large_trades?min_value_usd=many", "many"),
    ("/ws/binance/BTCUSDT/liquidations?min_value_usd=-1", "-1"),
  ])
  func refusedStreamsAreClosedWithAReasonThatNamesTheFault(target: String, fault: String) async throws {
    try await Stage.play { stage in
      let closure = await stage.stream(target).closure()
      #expect(closure.cause == .peerClosed(.policyViolation))
      #expect(closure.reason.contains("'\(fault)'"))
      #expect(closure.reason.utf8.count <= 123)
    }
  }

  /// What a client sends has no meaning, but limits.
  @Test(arguments: [(1, 1008, "too many messages"), (2, 1009, "message too big"), (3, 1007, "text is not UTF-8")])
  func clientsThatBreakALimitAreClosed(breach: Int, code: Int, reason: String) async throws {
    try await Stage.play { stage in
      stage.exchange.faults.stall(true)
      let close = try await stage.talk { socket in
        guard try socket.openWebSocket(Self.stream) else { throw RawSocket.Failure.ended }
        switch breach {
        case 1: for _ in 0..<21 { socket.sendText("hello") }
        case 2: socket.sendFrame(opcode: 1, [UInt8](repeating: 0x61, count: 65_537))
        default: socket.sendFrame(opcode: 1, [0xFF, 0xFE])
        }
        var frame = try socket.readFrame()
        while frame.first != 0x88 { frame = try socket.readFrame() }
        return frame
      }
      #expect(close.closeCode == code)
      #expect(close.closeReason == reason)
    }
  }
}
