import Net
import Wire

struct LoggedClosure: Equatable {
  var code: Int
  var reason: String
}

/// What the handlers of one test have seen.
final class WebSocketLog: Sendable {
  private struct State {
    var texts: [String] = []
    var closures: [LoggedClosure] = []
    var taken = 0
    var waiting: CheckedContinuation<LoggedClosure, Never>?
  }

  private let state = Lock(State())

  var texts: [String] { state.withLock { $0.texts } }
  var closures: [LoggedClosure] { state.withLock { $0.closures } }

  func add(_ text: String) { state.withLock { $0.texts.append(text) } }

  func add(_ closure: LoggedClosure) {
    let waiting = state.withLock { state in
      state.closures.append(closure)
      guard let waiting = state.waiting.take() else { return nil as CheckedContinuation<LoggedClosure, Never>? }
      state.taken += 1
      return waiting
    }
    waiting?.resume(returning: closure)
  }

  /// The next closure that no one has asked for yet.
  func next() async -> LoggedClosure {
    await withCheckedContinuation { continuation in
      let closure = state.withLock { state in
        guard state.taken < state.closures.count else {
          state.waiting = continuation
          return nil as LoggedClosure?
        }
        state.taken += 1
        return state.closures[state.taken - 1]
      }
      if let closure { continuation.resume(returning: closure) }
    }
  }
}

/// Echoes; obeys a few words.
final class EchoHandler: WebSocketHandler {
  private let connection: WebSocketConnection
  private let log: WebSocketLog

  init(_ connection: WebSocketConnection, log: WebSocketLog) {
    self.connection = connection
    self.log = log
  }

  func received(text: UnsafeRawBufferPointer) {
    let words = String(decoding: text, as: UTF8.self)
    log.add(words)
    guard words == "say and close" else { return connection.sendText(words) }
    connection.sendText("last words")
    connection.close(.policyViolation, reason: "unknown symbol")
    connection.sendText("never")
  }

  func received(binary: UnsafeRawBufferPointer) {
    connection.send(WebSocketFrame.serverBinary(Array(binary)))
  }

  func closed(_ code: WebSocketCloseCode, reason: String) {
    log.add(LoggedClosure(code: Int(code.number), reason: reason))
  }
}

/// Runs the test against a server whose `/ws` echoes.
func withWebSockets(
  _ change: (inout WebSocketOptions) -> Void = { _ in }, server: (inout HTTPServerOptions) -> Void = { _ in },
  onOpen: @escaping @Sendable (WebSocketConnection) -> Void = { _ in },
  _ test: (TestServer, WebSocketLog) async throws -> Void
) async throws {
  let log = WebSocketLog()
  let handler: HTTPHandler = { request, context in
    guard request.path == "/ws" else { return TestHandler.answer(request, context) }
    return .webSocket { connection in
      onOpen(connection)
      return EchoHandler(connection, log: log)
    }
  }
  let options: (inout HTTPServerOptions) -> Void = {
    server(&$0)
    change(&$0.webSocket)
  }
  try await withServer(options, handler: handler) { try await test($0, log) }
}
