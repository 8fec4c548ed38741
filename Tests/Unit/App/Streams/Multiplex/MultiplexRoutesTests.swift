import Support
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct MultiplexRoutesTests {
  @Test func aPlainRequestOnTheMultiplexIsToldThatItIsAWebSocket() async throws {
    let bench = try ToyGateway()
    #expect(try await bench.web.get("/ws").status == 426)
    #expect(try await bench.web.get("/").text.contains(#""status":"operational""#))
    await bench.stop()
  }

  @Test func aForeignPageMayNotConnect() async throws {
    let bench = try ToyGateway()
    let port = bench.application.port
    for path in ["/", "/ws"] {
      let head = try await onThread {
        let socket = try RawSocket(port: port)
        defer { socket.close() }
        let request = RawSocket.upgrade(path).replacing("Host: a", with: "Host: localhost\r\nOrigin: http://evil.test")
        socket.send(request)
        return try socket.read(until: "\r\n\r\n")
      }
      #expect(head.hasPrefix("HTTP/1.1 403"))
    }
    await bench.stop()
  }
}
