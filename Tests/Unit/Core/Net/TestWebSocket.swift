import Net
import Support
import Wire

struct LoggedClosure: Equatable {
  var code: Int
  var reason: String
}

/// What the handlers of one test have seen.
final class WebSocketLog: Sendable {
  private let seen = Lock<(texts: [String], closures: [LoggedClosure])>(([], []))
  private let inbox = Inbox<LoggedClosure>()

  var texts: [String] { seen.withLock { $0.texts } }
  var closures: [LoggedClosure] { seen.withLock { $0.closures } }

  func add(_ text: String) { seen.withLock { $0.texts.append(text) } }

  func add(_ closure: LoggedClosure) {
    seen.withLock { $0.closures.append(closure) }
    inbox.add(closure)
  }

  /// The next closure that no one has asked for yet.
  func next() async throws -> LoggedClosure { try await inbox.next() }
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
