import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// What holds for every request, seen from outside over real sockets.
@Suite(.timeLimit(.minutes(1))) struct GatewayTests {
  @Test(arguments: [
    ("DELETE", "/health", "HTTP/1.1 405", "Allow: GET, HEAD, OPTIONS"),
    ("BREW", "/health", "HTTP/1.1 501", "not_implemented"),
    ("OPTIONS", "/health", "HTTP/1.1 204", "Allow: GET, HEAD, OPTIONS"),
    ("OPTIONS", "/nothing/at/all", "HTTP/1.1 404", "not_found"),
  ])
  func otherMethodsHaveTheirAnswers(method: String, target: String, status: String, part: String) async throws {
    let bench = try ToyGateway()
    let port = bench.application.port
    let answer = try await onThread {
      let socket = try RawSocket(port: port)
      defer { socket.close() }
      socket.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      return try socket.readTextToEnd()
    }
    #expect(answer.hasPrefix(status))
    #expect(answer.contains(part))
    await bench.stop()
  }

  @Test func aForeignHostIsMisdirected() async throws {
    let bench = try ToyGateway()
    let answer = try await bench.web.get("/health", headers: [("Host", "evil.example")])
    #expect(answer.status == 421)
    #expect(answer.text.contains(#""code":"misdirected_request""#))
    await bench.stop()
  }

  @Test func anAllowedPageMayReadAnswersAndAForeignOneMayNot() async throws {
    let bench = try ToyGateway()
    let allowed = try await bench.web.get("/health", headers: [("Origin", "http://localhost:3000")])
    #expect(allowed.header("access-control-allow-origin") == "http://localhost:3000")
    let foreign = try await bench.web.get("/health", headers: [("Origin", "http://evil.example")])
    #expect(foreign.header("access-control-allow-origin") == nil)
    await bench.stop()
  }

  @Test func aForeignPageMayNotOpenAStream() async throws {
    let bench = try ToyGateway()
    let answer = try await bench.web.get(
      "/ws/toy/ALPHAUSD/trades",
      headers: [
        ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", "http://evil.example"),
      ])
    #expect(answer.status == 403)
    await bench.stop()
  }
}
