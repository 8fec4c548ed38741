internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Wire

/// The server's side of one socket: a subscription and its connection.
final class FanOutClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private var subscription: ClientSubscription?

  init(_ connection: WebSocketConnection, lane: BusLane, topic: BusTopic) {
    self.connection = connection
    self.lane = lane
    let subscription = ClientSubscription(topic, form: .trade, sink: self)
    self.subscription = subscription
    lane.subscribe(subscription)
  }

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {
    // Tells the reader that from here on it misses nothing.
    connection.sendText("subscribed")
  }

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard let frame = event.event.frame(subscription.form), connection.send(frame) != .refused else { return .refused }
    return .queued
  }

  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
  func ended(_ subscription: ClientSubscription, reason: String) {}

  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}
  func closed(_ code: WebSocketCloseCode, reason: String) {
    if let subscription { lane.unsubscribe(subscription) }
  }
}

/// The other side: sockets that count what they are sent.
///
/// Crosses threads: the counts stand behind a lock.
final class FanOutReaders: WebSocketClientDelegate, @unchecked Sendable {
  private struct State {
    var received = 0
    var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let clients: Int
  private let messages: Int
  private let state = Lock(State())
  private var sockets: [WebSocketClient] = []

  init(clients: Int, messages: Int) {
    self.clients = clients
    self.messages = messages
  }

  func connect(_ url: String, loop: EventLoop) async {
    loop.post {
      for _ in 0..<self.clients {
        let socket = WebSocketClient(loop: loop, url: url, options: WebSocketClientOptions(), delegate: self)
        self.sockets.append(socket)
        socket.connect()
      }
    }
    await received(clients)
  }

  func allReceived() async { await received(clients + clients * messages) }

  private func received(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.received >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    let ready = state.withLock { state in
      state.received += 1
      let ready = state.waiters.filter { $0.count <= state.received }
      if !ready.isEmpty { state.waiters.removeAll { $0.count <= state.received } }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  func opened() {}
  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {}
  func readFinished() {}
  func ponged() {}
  func closed(_ closure: WebSocketClosure) {}
}
