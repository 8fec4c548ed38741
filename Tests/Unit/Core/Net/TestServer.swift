import Net
import Support
import Testing
import Wire

/// A server on loopback for one test.
struct TestServer {
  let server: HTTPServer
  let loops: [EventLoop]
  let port: UInt16

  var counters: HTTPServerCounters { server.counters }
}

/// Runs the test against a server that ends with it, and expects that no connection outlives it.
func withServer(
  loops count: Int = 1, _ change: (inout HTTPServerOptions) -> Void = { _ in },
  handler: @escaping HTTPHandler = TestHandler.answer, _ test: (TestServer) async throws -> Void
) async throws {
  let loops = (0..<count).map { EventLoop(name: "test-\($0)") }
  var options = HTTPServerOptions()
  options.port = 0
  change(&options)
  let server = HTTPServer(loops: loops, options: options, handler: handler)
  let port = try server.start()
  let result: (any Error)?
  do {
    try await test(TestServer(server: server, loops: loops, port: port))
    result = nil
  } catch {
    result = error
  }
  await server.drain(milliseconds: 0)
  #expect(server.connectionCount == 0)
  #expect(server.counters.webSocketsOpen.value == 0)
  for loop in loops { loop.shutdown() }
  if let result { throw result }
}

/// The routes most tests need.
enum TestHandler {
  static let answer: HTTPHandler = { request, context in
    switch request.path {
    case "/hello": .response(text("hello"))
    case "/id": .response(text(context.requestID))
    case "/peer": .response(text(context.peerAddress))
    case "/echo": .response(HTTPResponse(.ok, body: .bytes(request.body)))
    case "/method": .response(text(request.method.name))
    case "/empty": .response(HTTPResponse(.noContent))
    case "/chunks": .response(HTTPResponse(.ok, body: .chunks([shared("first"), shared("second")])))
    case "/large": .response(HTTPResponse(.ok, body: .shared(large)))
    case "/later": .later { text("later") }
    default: .response(text("not found", .notFound))
    }
  }

  /// More than a socket takes at once.
  static let large = SharedBytes(
    [UInt8](repeating: (0..<7 * 256).map { UInt8(truncatingIfNeeded: $0 / 7) }, count: 3 << 20))

  static func text(_ text: String, _ status: HTTPStatus = .ok) -> HTTPResponse {
    HTTPResponse(status, headers: HTTPHeaders([("Content-Type", "text/plain")]), body: .bytes(Array(text.utf8)))
  }

  static func shared(_ text: String) -> SharedBytes { SharedBytes(Array(text.utf8)) }
}

/// Holds tasks until it is opened, or the test of one of them is over.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Lock(State())

  func pass() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          if !state.isOpen { state.waiting.append(continuation) }
          return state.isOpen
        }
        if isOpen { continuation.resume() }
      }
    } onCancel: {
      open()
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      state.isOpen = true
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
