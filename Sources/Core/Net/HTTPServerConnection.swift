internal import Wire

/// One client that speaks HTTP/1.1: feeds the parser, obeys `HTTPConnectionState`, keeps the deadlines.
/// Loop-confined; ends with its stream, or hands it to a `WebSocketConnection`.
final class HTTPServerConnection: SocketStreamOwner, HTTPServerMember {
  /// Requests answered one behind the other before another connection has its turn.
  private static let requestsPerTurn = 8

  /// What the connection waits for, each with a deadline of its own.
  private enum Wait: Equatable {
    case request
    case head
    case body
  }

  /// The request in hand.
  private struct Current {
    var method: HTTPMethod
    var isHTTP10: Bool
    var requestID: String
    var task: Task<Void, Never>?
  }

  let stream: SocketStream
  private let peerAddress: String
  private let client: ClientAddress
  let server: HTTPServerLoop
  // Without the check of exclusive access, here and below: docs/decisions/0023.
  @exclusivity(unchecked) private(set) var parser: HTTPRequestParser
  @exclusivity(unchecked) private(set) var state = HTTPConnectionState()
  private var current: Current?
  let deadline: LoopDeadline
  private var wait: Wait?
  private var hasAsked = false
  private var isParsing = false
  /// The bytes that came in one piece and may be one whole request, whose answer may be kept for the same bytes.
  private var piece: RepeatMemory.Key?
  /// What has come waits for us, not for the client: until its answers are out, or until others have had their turn.
  private var isHeldBack = false

  init(_ stream: SocketStream, peer: SocketAddress, server: HTTPServerLoop) {
    self.stream = stream
    peerAddress = peer.host
    client = peer.client
    self.server = server
    parser = HTTPRequestParser(limits: server.options.limits)
    deadline = LoopDeadline(loop: server.loop)
  }

  func begin() { updateDeadline() }

  // MARK: Bytes in

  func received(_ bytes: UnsafeRawBufferPointer) {
    if isIdle {
      if repeatAnswer(to: bytes) { return }
      piece = RepeatMemory.Key(bytes)
    }
    parser.append(bytes)
    parse()
    piece = nil
  }

  /// Whether what comes now begins a request, with nothing before it.
  private var isIdle: Bool { !isParsing && !isHeldBack && parser.isBetweenRequests && state.mayRepeat }

  /// A request was answered without being parsed.
  func repeated() {
    hasAsked = true
    guard wait == .request else { return updateDeadline() }
    deadline.postpone(milliseconds: server.options.keepAliveIdleMilliseconds)
  }

  func peerFinished() { obey(state.peerFinished()) }

  func drained() {
    // Most often all that has come is answered, and each answer ends here.
    guard isHeldBack || stream.isPaused else { return }
    parse()
  }

  func sent(_ progress: Outbox.Progress) { server.counters.bytesSent.add(progress.bytes) }

  func streamClosed(_ cause: SocketStream.Closure) {
    if cause == .insecure { server.counters.tlsFailures.add(1) }
    current?.task?.cancel()
    current = nil
    deadline.end()
    server.closed(stream)
  }

  /// Takes one request after the other while each is answered at once. What is held back goes on in `drained`: an answer
  /// that waits is flushed at the end of this turn of the loop.
  private func parse() {
    guard !isParsing else { return }
    isParsing = true
    isHeldBack = false
    var taken = 0
    while state.phase == .reading, !stream.isClosed {
      let isCrowded = stream.outbox.queuedBytes > server.options.queuedAnswerBytes
      isHeldBack = isCrowded || taken >= HTTPServerConnection.requestsPerTurn && !stream.outbox.isEmpty
      guard !isHeldBack, parseOne() else { break }
      taken += 1
    }
    isParsing = false
    updateReading()
    updateDeadline()
  }

  private func parseOne() -> Bool {
    switch parser.next() {
    case .needMore:
      obey(state.needsMore())
      return false
    case .expectsContinue: write(.bytes(HTTPSerializer.continueHead))
    case .request(let request): answer(request)
    case .failure(let fault): obey(state.failed(fault))
    }
    return true
  }

  /// Requests behind the one in hand wait in the parser; more of them wait in the kernel, and so with the client.
  private func updateReading() {
    guard state.phase == .reading || state.phase == .answering else { return }
    let isWaiting = state.phase == .answering || isHeldBack
    let isAhead = isWaiting && parser.bufferedBytes > server.options.pipelinedBytes
    let isBehind = stream.outbox.queuedBytes > server.options.queuedAnswerBytes
    if isAhead || isBehind { stream.pauseReading() } else { stream.resumeReading() }
  }

  // MARK: Answers

  private func answer(_ request: HTTPRequest) {
    state.received(request)
    wait = nil
    hasAsked = true
    let requestID = server.nextRequestID()
    current = Current(method: request.method, isHTTP10: request.isHTTP10, requestID: requestID)
    server.counters.requests.add(1)
    let context = HTTPContext(loop: server.loop, peerAddress: peerAddress, client: client, requestID: requestID)
    switch server.handler(request, context) {
    case .response(let response):
      piece = nil
      respond(response)
    case .repeatable(let response, let repetition):
      keep(response, repetition, to: request.method)
      respond(response)
    case .later(let work): current?.task = run(work, for: requestID)
    case .webSocket(let make): shakeHands(request, make)
    }
  }

  /// Keeps an answer for the same bytes, when these were one whole request and nothing else.
  private func keep(_ response: HTTPResponse, _ repetition: HTTPRepeat, to method: HTTPMethod) {
    // Whatever follows in the same piece, the piece is not that request alone.
    guard let piece = piece.take(), parser.isBetweenRequests, state.keepsAlive(after: response),
      current?.isHTTP10 == false
    else {
      return
    }
    server.repeats.keep(response, repetition, to: method, for: piece)
  }

  private func run(_ work: @escaping @Sendable () async -> HTTPResponse, for requestID: String) -> Task<Void, Never> {
    let loop = server.loop
    let connection = LoopBound(WeakConnection(self), loop: loop)
    return Task(executorPreference: loop) {
      let response = await work()
      loop.post { connection.value.connection?.respond(response, to: requestID) }
    }
  }

  /// An answer that comes late: its client may have gone.
  private func respond(_ response: HTTPResponse, to requestID: String) {
    guard current?.requestID == requestID else { return }
    respond(response)
  }

  private func respond(_ response: HTTPResponse) {
    send(response, keepAlive: state.keepsAlive(after: response))
    current = nil
    obey(state.answered(response))
  }

  private func send(_ response: HTTPResponse, keepAlive: Bool) {
    var response = response
    if !response.headers.contains("X-Request-Id") {
      response.headers["X-Request-Id"] = current?.requestID ?? server.nextRequestID()
    }
    server.counters.countResponse(response.status.code)
    let pieces = HTTPSerializer.pieces(
      response, to: current?.method ?? .get, isHTTP10: current?.isHTTP10 ?? false, keepAlive: keepAlive,
      date: server.date())
    for piece in pieces { write(piece) }
  }

  private func write(_ piece: HTTPSerializer.Piece) {
    switch piece {
    case .bytes(let bytes): _ = stream.send(SharedBytes(bytes))
    case .shared(let bytes): _ = stream.send(bytes)
    }
  }

  private func obey(_ action: HTTPConnectionState.Action) {
    switch action {
    case .none, .read, .upgrade: break
    case .parse: parse()
    case .close: stream.finish()
    case .refuse(let fault):
      server.counters.protocolFailures.add(1)
      send(server.options.faultResponse(fault), keepAlive: false)
      stream.finish()
    }
  }

  // MARK: Upgrade

  private func shakeHands(
    _ request: HTTPRequest, _ make: @Sendable (WebSocketConnection) -> any WebSocketHandler
  ) {
    switch WebSocketHandshake.answer(to: request, compression: server.options.webSocket.compression) {
    case .refuse(let refusal):
      let fault = HTTPFault(status: refusal.status, reason: "this path wants a WebSocket handshake")
      var response = server.options.faultResponse(fault)
      for field in refusal.headers.fields { response.headers[field.name] = field.value }
      respond(response)
    case .accept(let response, let compression):
      send(response, keepAlive: true)
      current = nil
      _ = state.answered(response)
      deadline.end()
      let client = WebSocketConnection(
        stream, peerAddress: peerAddress, server: server, compression: compression)
      client.begin(parser.takeRemainder(), make)
    }
  }

  // MARK: Ending

  func drain() { obey(state.drain(isBetweenRequests: parser.isBetweenRequests)) }

  func abort() { stream.close() }

  private func updateDeadline() {
    // A client that takes no answers has the deadline of `SocketStream` for that.
    guard state.phase == .reading, !isHeldBack, !stream.isClosed else {
      wait = nil
      return deadline.clear()
    }
    // Who has just come has something to ask: the time for the first head runs from the accept, whether a byte has come
    // or not, so that silence holds a socket no longer than a slow request does.
    let isIdle = parser.isBetweenRequests && hasAsked
    let now: Wait = isIdle ? .request : parser.isInBody ? .body : .head
    // A request that trickles in does not push its own deadline away.
    guard now != wait else { return }
    wait = now
    let options = server.options
    switch now {
    case .request: deadline.set(afterMilliseconds: options.keepAliveIdleMilliseconds) { [unowned self] in endIdle() }
    case .head: deadline.set(afterMilliseconds: options.headerDeadlineMilliseconds) { [unowned self] in timeOut() }
    case .body: deadline.set(afterMilliseconds: options.bodyDeadlineMilliseconds) { [unowned self] in timeOut() }
    }
  }

  /// Quietly: a client that sends its next request at this moment must not take a 408 for the answer.
  private func endIdle() { obey(state.drain(isBetweenRequests: true)) }

  private func timeOut() {
    guard !parser.isBetweenRequests else { return endIdle() }
    obey(state.failed(HTTPFault(status: .requestTimeout, reason: "request not complete in time")))
  }

  /// What a task may carry: the connection can end before it.
  private struct WeakConnection {
    weak var connection: HTTPServerConnection?

    init(_ connection: HTTPServerConnection) {
      self.connection = connection
    }
  }
}
