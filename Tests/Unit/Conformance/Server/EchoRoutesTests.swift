import Net
import Testing
import Wire

@testable import conformance_server

@Suite struct EchoRoutesTests {
  private func answer(_ method: HTTPMethod, _ target: String, type: String? = nil, body: String = "") throws
    -> HTTPResponse?
  {
    let headers = HTTPHeaders(type.map { [("Content-Type", $0)] } ?? [])
    let request = try #require(HTTPRequest(method, target, headers: headers, body: Array(body.utf8)))
    let loop = EventLoop(name: "routes")
    defer { loop.shutdown() }
    let routes = EchoRoutes { fault in HTTPResponse(fault.status, body: .bytes(Array(fault.reason.utf8))) }
    let context = HTTPContext(
      loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "1")
    guard case .response(let response) = routes.answer(request, context) else { return nil }
    return response
  }

  private func text(_ response: HTTPResponse?) -> String? {
    guard case .bytes(let bytes) = response?.body else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aBodyComesBackWithItsType() throws {
    let response = try answer(.post, "/echo", type: "text/plain", body: "hi")
    #expect(response?.status == .ok)
    #expect(response?.headers["Content-Type"] == "text/plain")
    #expect(text(response) == "hi")
    #expect(try answer(.post, "/echo")?.headers["Content-Type"] == "application/octet-stream")
  }

  @Test func healthIsJSON() throws {
    let response = try answer(.get, "/health")
    #expect(response?.headers["Content-Type"] == "application/json")
    #expect(text(response) == #"{"status":"healthy"}"#)
  }

  @Test func aGetOfTheEchoIsAWebSocket() throws {
    #expect(try answer(.get, "/echo") == nil)
  }

  @Test func whatIsNotThereIsRefusedWithItsStatus() throws {
    #expect(try answer(.get, "/nowhere")?.status == .notFound)
    #expect(try answer(.get, "/%zz")?.status == .badRequest)
    let refused = try answer(.delete, "/echo")
    #expect(refused?.status == .methodNotAllowed)
    #expect(refused?.headers["Allow"] == "GET, HEAD, POST, OPTIONS")
    #expect(try answer(.options, "/health")?.status == .noContent)
    #expect(try answer(HTTPMethod("BREW"), "/health")?.status == .notImplemented)
  }
}
