public import Net
public import Wire

/// The made-up exchange on loopback: a real server whose answers a test writes, and whose sockets it plays.
///
/// Crosses threads: what changes stands behind a lock; connections are used on the loop only.
public final class ToyUpstream: Sendable {
  /// Something a client of the stream server did.
  public enum News: Sendable, Equatable {
    /// It connected.
    case opened
    /// It sent a message.
    case text(String)
    /// It is gone.
    case closed
  }

  private struct State {
    var answers: [String: @Sendable (HTTPRequest) -> HTTPAnswer] = [:]
    var targets: [String] = []
    var connections: [LoopBound<WebSocketConnection>] = []
    var refusesStreams = false
  }

  private let loop: EventLoop
  private let server: HTTPServer
  private let state: Lock<State>
  private let inbox: Inbox<News>
  private let port: UInt16

  /// Starts it.
  public init() throws(NetError) {
    let (loop, state, inbox) = (EventLoop(name: "toy"), Lock(State()), Inbox<News>())
    var options = HTTPServerOptions()
    options.port = 0
    server = HTTPServer(loops: [loop], options: options) { request, _ in
      state.withLock { $0.targets.append(request.target) }
      if WebSocketHandshake.isUpgrade(request) {
        if state.withLock({ $0.refusesStreams }) {
          return .response(HTTPResponse(.serviceUnavailable, body: .bytes([])))
        }
        return .webSocket { connection in
          state.withLock { $0.connections.append(LoopBound(connection, loop: loop)) }
          inbox.add(.opened)
          return ToyPeer(inbox)
        }
      }
      guard let answer = state.withLock({ $0.answers[request.path] }) else {
        return .response(HTTPResponse(.notFound, body: .bytes(Array("{}".utf8))))
      }
      return answer(request)
    }
    port = try server.start()
    self.loop = loop
    self.state = state
    self.inbox = inbox
  }

  /// Where its REST interface is.
  public var httpAddress: String { "http://127.0.0.1:\(port)" }
  /// Where its streams are.
  public var webSocketAddress: String { "ws://127.0.0.1:\(port)" }
  /// The targets asked for so far, streams too.
  public var targets: [String] { state.withLock { $0.targets } }

  /// Answers a path from now on.
  public func answer(_ path: String, _ make: @escaping @Sendable (HTTPRequest) -> HTTPAnswer) {
    state.withLock { $0.answers[path] = make }
  }

  /// Answers a path with a status and a body from now on.
  public func answer(_ path: String, status: HTTPStatus = .ok, headers: [(String, String)] = [], body: String) {
    answer(path) { _ in .response(HTTPResponse(status, headers: HTTPHeaders(headers), body: .bytes(Array(body.utf8)))) }
  }

  /// Refuses new streams with 503 from now on, or no longer.
  public func refuseStreams(_ isOn: Bool) { state.withLock { $0.refusesStreams = isOn } }

  /// The next thing a client of the streams does.
  public func next(file: StaticString = #fileID, line: UInt = #line) async throws -> News {
    try await inbox.next(file: file, line: line)
  }

  /// The next message a client of the streams sends.
  public func nextText(file: StaticString = #fileID, line: UInt = #line) async throws -> String {
    while true {
      if case .text(let text) = try await next(file: file, line: line) { return text }
    }
  }

  /// Sends a message to every client of the streams.
  public func send(_ text: String) {
    each { $0.sendText(text) }
  }

  /// Sends a message to one client of the streams: the first to connect is number 0.
  public func send(_ text: String, to number: Int) {
    one(number) { $0.sendText(text) }
  }

  /// Closes one stream with a code.
  public func close(_ number: Int, _ code: WebSocketCloseCode = .normal) {
    one(number) { $0.close(code, reason: "") }
  }

  /// Closes every stream with a code.
  public func closeAll(_ code: WebSocketCloseCode = .normal) {
    each { $0.close(code, reason: "") }
  }

  /// Ends it.
  public func stop() async {
    await server.drain(milliseconds: 100)
    loop.shutdown()
  }

  private func one(_ number: Int, _ body: @escaping @Sendable (WebSocketConnection) -> Void) {
    guard let connection = state.withLock({ $0.connections.dropFirst(number).first }) else { return }
    loop.post { if connection.value.isOpen { body(connection.value) } }
  }

  private func each(_ body: @escaping @Sendable (WebSocketConnection) -> Void) {
    let connections = state.withLock { $0.connections }
    loop.post {
      for connection in connections where connection.value.isOpen { body(connection.value) }
    }
  }
}

private final class ToyPeer: WebSocketHandler {
  private let inbox: Inbox<ToyUpstream.News>

  init(_ inbox: Inbox<ToyUpstream.News>) {
    self.inbox = inbox
  }

  func received(text: UnsafeRawBufferPointer) { inbox.add(.text(String(decoding: text, as: UTF8.self))) }
  func received(binary: UnsafeRawBufferPointer) {}
  func closed(_ code: WebSocketCloseCode, reason: String) { inbox.add(.closed) }
}
