import Net
import Sessions
import Support
import Testing
import Wire

@testable import App

@Suite struct MemoryGatewayTests {
  private let gateway = MemoryGateway(["/a": Array("[1]".utf8)], clock: SystemClock())

  private func answer(_ target: String, host: String = "localhost") throws -> HTTPAnswer {
    let loop = EventLoop(name: "memory-gateway")
    defer { loop.shutdown() }
    var request = try #require(HTTPRequest(.get, target))
    request.headers["Host"] = host
    let context = HTTPContext(
      loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "1")
    return gateway.handle(request, context)
  }

  @Test func whatIsKeptIsServedAndMayBeRepeated() throws {
    guard case .repeatable(let response, let repetition) = try answer("/a") else {
      Issue.record("not repeatable")
      return
    }
    #expect(response.status == .ok && response.headers["Content-Type"] == "application/json")
    #expect(response.headers["ETag"] != nil && response.headers["Age"] == "0")
    _ = repetition
  }

  @Test func thePoliciesHold() throws {
    guard case .response(let missing) = try answer("/b"), case .response(let foreign) = try answer("/a", host: "evil")
    else {
      Issue.record("no answers")
      return
    }
    #expect(missing.status == .notFound && foreign.status.code == 421)
  }
}
