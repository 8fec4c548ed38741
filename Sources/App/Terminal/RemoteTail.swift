internal import Net
internal import Wire

/// Streams of a gateway that runs elsewhere, over one connection to its multiplex: obeys `RemoteTailState`.
final class RemoteTail: TailSource {
  private let loop = EventLoop(name: "terminal")
  private let client: LoopBound<RemoteTailClient>

  /// Streams by their names on the multiplex.
  init(_ address: GatewayAddress, streams: [String], caFile: String?, queue: TailQueue) {
    client = LoopBound(
      RemoteTailClient(
        loop, url: address.webSocket + "/ws", options: WebSocketClientOptions(caFile: caFile, proxy: address.proxy),
        state: RemoteTailState(streams), queue: queue),
      loop: loop)
  }

  func start() {
    let client = client
    loop.post { client.value.start() }
  }

  func stop() async {
    let client = client
    await withCheckedContinuation { continuation in
      loop.post {
        client.value.stop()
        continuation.resume()
      }
    }
    loop.shutdown()
  }
}

/// The connection of a tail, and those after it. Belongs to its loop.
private final class RemoteTailClient: WebSocketClientDelegate {
  private let loop: EventLoop
  private let url: String
  private let options: WebSocketClientOptions
  private let queue: TailQueue
  private var state: RemoteTailState
  private var random = SystemRandomNumberGenerator()
  private var connection: WebSocketClient?
  private var isStopped = false

  init(_ loop: EventLoop, url: String, options: WebSocketClientOptions, state: RemoteTailState, queue: TailQueue) {
    self.loop = loop
    self.url = url
    self.options = options
    self.state = state
    self.queue = queue
  }

  func start() {
    connect()
    look()
  }

  func stop() {
    isStopped = true
    connection?.abort()
    connection = nil
  }

  private func connect() {
    guard !isStopped else { return }
    let connection = WebSocketClient(loop: loop, url: url, options: options, delegate: self)
    self.connection = connection
    connection.connect()
  }

  private func look() {
    loop.schedule(afterMilliseconds: RemoteTailState.lookPeriod) { [weak self] in
      guard let self, !isStopped else { return }
      perform(state.look(now: EventLoop.monotonicMilliseconds))
      look()
    }
  }

  private func perform(_ actions: [RemoteTailState.Action]) {
    guard !isStopped else { return }
    for action in actions {
      switch action {
      case .send(let text): connection?.send(text: text)
      case .ping: connection?.sendPing()
      case .show(let event): queue.add(event: event)
      case .say(let text): queue.add(note: text)
      case .abort: connection?.abort()
      case .connect(let pause): loop.schedule(afterMilliseconds: pause) { [weak self] in self?.connect() }
      case .wake(let pause):
        loop.schedule(afterMilliseconds: pause) { [weak self] in
          guard let self else { return }
          perform(state.woke())
        }
      case .fail(let text): queue.finish(.failed(text))
      }
    }
  }

  // MARK: WebSocketClientDelegate

  func opened() { perform(state.opened(now: EventLoop.monotonicMilliseconds)) }

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    perform(state.received(Array(text), now: EventLoop.monotonicMilliseconds))
  }

  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {}
  func readFinished() {}
  func ponged() { state.ponged(now: EventLoop.monotonicMilliseconds) }

  func closed(_ closure: WebSocketClosure) {
    connection = nil
    perform(state.closed(closure, now: EventLoop.monotonicMilliseconds, using: &random))
  }
}
