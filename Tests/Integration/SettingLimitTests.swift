import Support
import Testing

@testable import App

/// Limits that an operator has set, each reached from outside.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SettingLimitTests {
  private static let stream = "/ws/binance/BTCUSDT/liquidations"

  private static func status(_ request: String, _ socket: RawSocket) throws -> String {
    socket.send(request)
    return String(try socket.readResponse().head.dropFirst(9).prefix(3))
  }

  private static func get(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
  }

  // MARK: requests

  @Test func requestsAreHeldToTheBytesThatWereSet() async throws {
    let settings = [
      "MAX_REQUEST_LINE_BYTES": "256", "MAX_HEADER_BYTES": "1024", "MAX_HEADER_FIELDS": "8", "MAX_BODY_BYTES": "10",
    ]
    try await Stage.play(settings: settings, untilLoaded: false) { stage in
      let target = "/?" + String(repeating: "x", count: 256 - "GET /? HTTP/1.1".utf8.count)
      let value = String(repeating: "x", count: 1024 - "Host: localhost\r\nX: \r\n".utf8.count)
      let cases: [(String, String)] = [
        (Self.get(target), "200"), (Self.get(target + "x"), "414"),
        (Self.get("/", "X: \(value)\r\n"), "200"), (Self.get("/", "X: \(value)x\r\n"), "431"),
        (Self.get("/", String(repeating: "X: y\r\n", count: 7)), "200"),
        (Self.get("/", String(repeating: "X: y\r\n", count: 8)), "431"),
        (Self.get("/", "Content-Length: 10\r\n") + "0123456789", "200"),
        (Self.get("/", "Content-Length: 11\r\n"), "413"),
      ]
      for (request, status) in cases {
        let answered = try await stage.talk { try Self.status(request, $0) }
        #expect(answered == status)
      }
    }
  }

  @Test func silenceAndSlownessEndAfterTheSecondsThatWereSet() async throws {
    let settings = ["HEADER_TIMEOUT": "1", "BODY_TIMEOUT": "1", "KEEP_ALIVE_TIMEOUT": "1"]
    try await Stage.play(settings: settings, untilLoaded: false) { stage in
      async let silent = stage.talk { try $0.readTextToEnd() }
      async let head = stage.talk { socket in
        socket.send("GET / HTTP/1.1\r\nHost")
        return try socket.readTextToEnd()
      }
      async let body = stage.talk { socket in
        socket.send(Self.get("/", "Content-Length: 10\r\n") + "half")
        return try socket.readTextToEnd()
      }
      async let idle = stage.talk { socket in
        let status = try Self.status(Self.get("/health"), socket)
        return [status, try socket.readTextToEnd()]
      }
      let (nothing, slowHead, slowBody, unused) = (try await silent, try await head, try await body, try await idle)
      #expect(nothing == "")
      #expect(slowHead.hasPrefix("HTTP/1.1 408 "))
      #expect(slowBody.hasPrefix("HTTP/1.1 408 "))
      #expect(unused == ["200", ""])
    }
  }

  @Test func aClientThatTakesNothingIsCutAfterTheSecondsThatWereSet() async throws {
    try await Stage.play(settings: ["WRITE_TIMEOUT": "1"]) { stage in
      let gate = ThreadGate()
      defer { gate.open() }
      let port = stage.application.port
      async let cut: Bool = onThread {
        let socket = try RawSocket(port: port, receiveBuffer: 4096)
        let request = Self.get("/binance/klines/BTCUSDT/1m?limit=1500")
        socket.send(String(repeating: request, count: 100))
        gate.wait()
        // What had left is there, and then no end that was meant.
        do {
          _ = try socket.readToEnd()
          return false
        } catch RawSocket.Failure.reset {
          return true
        }
      }
      func open() async throws -> String? {
        try await stage.web.get("/metrics").text.split(separator: "\n")
          .first { $0.hasPrefix("marketgate_connections_open ") }.map(String.init)
      }
      // This client's own connection is always one.
      let came = try await stage.loop.eventually { try await open() == "marketgate_connections_open 2" }
      let went = try await stage.loop.eventually { try await open() == "marketgate_connections_open 1" }
      #expect(came && went)
      gate.open()
      _ = try await cut
    }
  }

  // MARK: WebSockets

  /// The close code that ends a conversation.
  private static func closeCode(_ socket: RawSocket) throws -> Int {
    while true {
      if let code = try socket.readFrame().closeCode { return code }
    }
  }

  @Test func messagesAreHeldToWhatWasSet() async throws {
    let settings = ["WS_MAX_MESSAGE_BYTES": "1024", "WS_MAX_FRAGMENTS": "2", "WS_MAX_MESSAGES_PER_SECOND": "3"]
    try await Stage.play(settings: settings) { stage in
      let codes = try await stage.talk { first in
        let port = stage.application.port
        #expect(try first.openWebSocket(Self.stream))
        first.sendFrame(opcode: 1, [UInt8](repeating: 0x78, count: 1025))
        let second = try RawSocket(port: port)
        #expect(try second.openWebSocket(Self.stream))
        // FIN is the first bit of a frame (RFC 6455 section 5.2).
        var (opening, middle) = (RawSocket.maskedFrame(opcode: 1, [0x78]), RawSocket.maskedFrame(opcode: 0, [0x78]))
        opening[0] = 0x01
        middle[0] = 0x00
        second.send(opening)
        second.send(middle)
        second.sendFrame(opcode: 0, [0x78])
        let third = try RawSocket(port: port)
        #expect(try third.openWebSocket(Self.stream))
        for _ in 0..<4 { third.sendText("x") }
        return [try Self.closeCode(first), try Self.closeCode(second), try Self.closeCode(third)]
      }
      #expect(codes == [1009, 1008, 1008])
    }
  }

  @Test func pingsComeAndSilenceEndsAfterTheSecondsThatWereSet() async throws {
    try await Stage.play(settings: ["WS_PING_SECONDS": "1", "WS_PONG_SECONDS": "1"]) { stage in
      let opcodes = try await stage.talk { socket in
        #expect(try socket.openWebSocket(Self.stream))
        var opcodes: [UInt8] = []
        do {
          while true {
            let first = try socket.readFrame().first
            if first != 0x81 { opcodes.append(first) }
          }
        } catch RawSocket.Failure.ended {} catch RawSocket.Failure.reset {}
        return opcodes
      }
      #expect(opcodes.first == 0x89)
      #expect(opcodes.count <= 2)
    }
  }
}
