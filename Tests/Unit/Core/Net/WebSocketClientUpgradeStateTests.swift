import Testing
import Wire

@testable import Net

@Suite struct WebSocketClientUpgradeStateTests {
  /// The key and the accept value of RFC 6455 section 1.3.
  private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
  private static let accepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

  private enum Result: Equatable {
    case waiting
    case open([UInt8])
    case failed(WebSocketClosure.Cause)
  }

  private func state(_ url: String = "ws://server.example.com/chat") throws -> WebSocketClientUpgradeState {
    let url = try #require(WebSocketClientURL(parsing: url))
    return WebSocketClientUpgradeState(url: url, key: Self.key, headers: [("User-Agent", "marketgate")])
  }

  private func result(of parts: [[UInt8]]) throws -> Result {
    var state = try state()
    for part in parts {
      switch part.withUnsafeBytes({ state.receive($0) }) {
      case .waitForMore: continue
      case .open(_, let remainder): return .open(remainder)
      case .fail(let closure): return .failed(closure.cause)
      }
    }
    return .waiting
  }

  @Test func theRequestSaysWhatRFC6455Asks() throws {
    let lines = String(decoding: try state("wss://server.example.com:8443/chat?a=b").request, as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "GET /chat?a=b HTTP/1.1")
    #expect(lines.suffix(2) == ["", ""])
    let fields = Set(lines.dropFirst().dropLast(2).map { $0.lowercased() })
    #expect(
      fields == [
        "host: server.example.com:8443", "upgrade: websocket", "connection: upgrade",
        "sec-websocket-key: dghlihnhbxbszsbub25jzq==", "sec-websocket-version: 13", "user-agent: marketgate",
      ])
  }

  @Test func theAnswerMayComeInAnyTwoParts() throws {
    let answer = Array(Self.accepted.utf8) + [0x81, 0x01, 0x61]
    for split in 0...answer.count {
      let opened = try result(of: [Array(answer[..<split]), Array(answer[split...])])
      let inFirst = max(0, split - Self.accepted.utf8.count)
      let expected: [UInt8] = inFirst > 0 ? Array([0x81, 0x01, 0x61][..<inFirst]) : [0x81, 0x01, 0x61]
      // With the head complete in the first part, the rest is the connection's.
      #expect(opened == .open(split == Self.accepted.utf8.count ? [] : expected))
    }
  }

  @Test func theAnswerMayComeByteByByte() throws {
    #expect(try result(of: Self.accepted.utf8.map { [$0] }) == .open([]))
  }

  @Test func aPartOfTheAnswerIsNotEnough() throws {
    #expect(try result(of: [Array(Self.accepted.utf8.dropLast())]) == .waiting)
  }

  @Test func informationalAnswersComeBefore() throws {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    #expect(try result(of: [Array((early + early + Self.accepted).utf8)]) == .open([]))
  }

  @Test(arguments: [200, 301, 403, 404, 429, 500, 503])
  func anotherStatusIsARefusal(status: Int) throws {
    let answer = "HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n"
    #expect(try result(of: [Array(answer.utf8)]) == .failed(.handshake(status: status)))
  }

  @Test func anotherAcceptValueIsARefusal() throws {
    let answer = Self.accepted.replacing("s3pPL", with: "t3pPL")
    #expect(try result(of: [Array(answer.utf8)]) == .failed(.handshake(status: 101)))
  }

  @Test(arguments: ["SSH-2.0\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"])
  func whatIsNoHTTPIsAFailedHandshake(answer: String) throws {
    #expect(try result(of: [Array(answer.utf8)]) == .failed(.handshake(status: nil)))
  }

  @Test func anEndlessHeadIsAFailedHandshake() throws {
    let endless = "HTTP/1.1 101 Yes\r\nX: " + String(repeating: "a", count: 100_000)
    #expect(try result(of: [Array(endless.utf8)]) == .failed(.handshake(status: nil)))
  }
}
