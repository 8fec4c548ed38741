import Contract
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import App
@testable import Net

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

  /// One route that answers with a JSON body of that many bytes; `Router` does not compile with closures that throw.
  private func gateway(bytes count: Int, isLater: Bool = false) -> Gateway {
    let handler: RouteHandler = { (_: RouteRequest) throws(APIError) -> RouteAnswer in
      let body = [UInt8](repeating: 0x20, count: count)
      return isLater ? .later { () throws(APIError) in .json(body) } : .json(body)
    }
    var router = Router<RouteHandler>()
    router.add(.get, "/it", handler)
    return Gateway(
      router: router, hosts: HostPolicy(allowedHosts: ["*"]), origins: OriginPolicy(allowedOrigins: []),
      cors: CORSPolicy(allowedOrigins: ["http://page.test"]), rateLimit: nil)
  }

  private func answer(
    _ gateway: Gateway, method: HTTPMethod = .get, _ fields: (String, String)...
  ) async throws -> (response: HTTPResponse, isLater: Bool) {
    let request = try #require(HTTPRequest(method, "/it", headers: HTTPHeaders([("Host", "a")] + fields)))
    let loop = EventLoop(name: "gateway")
    defer { loop.shutdown() }
    let context = HTTPContext(
      loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "1")
    switch gateway.handle(request, context) {
    case .response(let response), .repeatable(let response, _): return (response, false)
    case .later(let work): return (await work(), true)
    case .webSocket: throw CancellationError()
    }
  }

  /// What is kept is answered again in the form its client took, unless each request must be counted by itself.
  @Test(arguments: [(false, false), (true, false), (false, true)])
  func whatIsKeptMayBeRepeated(isCompressed: Bool, isLimited: Bool) async throws {
    let representation = HTTPRepresentation(Array(String(repeating: "[1]", count: 1000).utf8))
    let handler: RouteHandler = { (_: RouteRequest) throws(APIError) -> RouteAnswer in
      .kept(.json(representation)) { AgedRepresentation(representation: representation, age: 3) }
    }
    var router = Router<RouteHandler>()
    router.add(.get, "/it", handler)
    let limited = ["RATE_LIMIT_REQUESTS": "100", "RATE_LIMIT_LOOPBACK": "on"]
    let outcome = ConfigurationReader.read(flags: [:], environment: isLimited ? limited : [:], file: [:])
    guard case .configuration(let configuration) = outcome else { throw CancellationError() }
    let gateway = Gateway(
      router: router, hosts: HostPolicy(allowedHosts: ["*"]), origins: OriginPolicy(allowedOrigins: []),
      cors: CORSPolicy(allowedOrigins: []),
      rateLimit: RateLimit(configuration, clock: SystemClock(), metrics: MetricsRegistry()))
    let loop = EventLoop(name: "gateway")
    defer { loop.shutdown() }
    let context = HTTPContext(
      loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "1")
    let headers = HTTPHeaders([("Host", "a")] + (isCompressed ? [("Accept-Encoding", "gzip")] : []))
    let request = try #require(HTTPRequest(.get, "/it", headers: headers))
    guard case .repeatable(let response, let repetition) = gateway.handle(request, context) else {
      #expect(isLimited)
      return
    }
    #expect(!isLimited && response.status == .ok)
    let content = try #require(repetition.content())
    #expect(content.age == 3)
    #expect(content.bytes === (isCompressed ? representation.gzip : representation.plain))
  }

  @Test func whatTakesLongToCompressIsNotDoneOnTheLoop() async throws {
    let gzip = ("Accept-Encoding", "gzip")
    let small = try await answer(gateway(bytes: ContentNegotiation.quickGzipBytes), gzip)
    #expect(!small.isLater)
    #expect(small.response.headers["Content-Encoding"] == "gzip")
    let large = try await answer(gateway(bytes: ContentNegotiation.quickGzipBytes + 1), gzip)
    #expect(large.isLater)
    #expect(large.response.headers["Content-Encoding"] == "gzip")
    #expect(try await !answer(gateway(bytes: ContentNegotiation.quickGzipBytes + 1)).isLater)
    let waited = try await answer(gateway(bytes: 1 << 20, isLater: true), gzip)
    #expect(waited.response.headers["Content-Encoding"] == "gzip")
  }

  @Test func anAnswerVariesByOriginAndByCoding() async throws {
    for isLater in [false, true] {
      let answer = try await answer(gateway(bytes: 10, isLater: isLater)).response
      #expect(answer.headers.hasToken("Origin", in: "Vary"))
      #expect(answer.headers.hasToken("Accept-Encoding", in: "Vary"))
      let tag = try #require(answer.headers["ETag"])
      let same = try await self.answer(
        gateway(bytes: 10, isLater: isLater), ("If-None-Match", tag), ("Origin", "http://page.test")
      ).response
      #expect(same.status == .notModified)
      #expect(same.headers["Access-Control-Allow-Origin"] == "http://page.test")
      #expect(same.headers["ETag"] == tag)
    }
  }

  @Test func whoAcceptsNoFormOfTheAnswerIsToldSo() async throws {
    let answer = try await answer(gateway(bytes: 10), ("Accept-Encoding", "br, identity;q=0")).response
    #expect(answer.status == .notAcceptable)
    guard case .bytes(let body) = answer.body else { throw CancellationError() }
    #expect(String(decoding: body, as: UTF8.self).contains(#""code":"not_acceptable","retryable":false"#))
  }

  @Test func headHasTheFieldsOfGetAndNoContent() async throws {
    let bench = try ToyGateway()
    let port = bench.application.port
    let heads = try await onThread {
      try ["GET", "HEAD"].map { method in
        let socket = try RawSocket(port: port)
        defer { socket.close() }
        socket.send(
          "\(method) /exchanges HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, identity;q=0\r\n"
            + "Connection: close\r\n\r\n")
        let head = try socket.read(until: "\r\n\r\n")
        return (head, try socket.readToEnd().count)
      }
    }
    // Each request has a number of its own, and perhaps another second.
    let fields = heads.map { head in
      head.0.split(separator: "\r\n").filter { !$0.hasPrefix("X-Request-Id") && !$0.hasPrefix("Date") }
    }
    #expect(fields[0] == fields[1])
    #expect(fields[0].contains("Content-Encoding: gzip"))
    #expect(fields[0].contains("Content-Length: \(heads[0].1)"))
    #expect(heads[1].1 == 0)
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
