internal import Contract
internal import Model
internal import Net
internal import Telemetry
internal import Wire

/// What a session needs of the outside.
struct SessionEnvironment {
  let exchange: any ExchangeInterface
  /// The exchange's, but for what a test may change.
  let limits: StreamLimits
  let loop: EventLoop
  let clock: any TimeSource
  /// What comes before the documented path of a stream endpoint.
  let address: String
  let options: WebSocketClientOptions
  let backoff: Backoff
  let logger: Logger
  let counters: SessionCounters
  /// The list as it is when a connection starts.
  let instruments: () -> InstrumentCatalog
  /// Sees the messages as they are; `nil` for nobody.
  var tap: (any FrameTap)?
  /// Keeps the messages that could not be read; `nil` for nobody.
  var quarantine: (any FrameQuarantine)?
}

/// What a session tells its owner. Called on the loop.
protocol ExchangeSessionDelegate: AnyObject {
  /// Events came, one read of the socket; `now` in monotonic milliseconds.
  func session(_ session: ExchangeSession, received events: [MarketEvent], now: Int64)
  /// A message that opens these topics was sent.
  func session(_ session: ExchangeSession, subscribed topics: [UpstreamTopic])
  /// The exchange has confirmed these on this connection.
  func session(_ session: ExchangeSession, confirmed topics: Set<UpstreamTopic>)
  func session(_ session: ExchangeSession, interrupted topics: Set<UpstreamTopic>, cause: BreakCause)
  func session(_ session: ExchangeSession, restored topics: Set<UpstreamTopic>)
  func session(_ session: ExchangeSession, refused topics: [UpstreamTopic])
  /// The exchange is back after attempts that failed.
  func sessionReturned(_ session: ExchangeSession)
  /// An attempt ended before the exchange had said anything to the topics.
  func sessionFailed(_ session: ExchangeSession)
  /// Another session is to take over.
  func session(_ session: ExchangeSession, wantsSuccessor reason: String)
  /// A session that had asked for a successor is over.
  func sessionEnded(_ session: ExchangeSession)
  /// Counts an attempt to connect, or gives the time from which on one may be made.
  func attempt(by session: ExchangeSession) -> Int64?
  func sessionChanged(_ session: ExchangeSession)
}

/// One upstream connection: obeys `SessionState`, feeds the decoder, hands on what it decodes. Belongs to a loop.
final class ExchangeSession: WebSocketClientDelegate {
  let endpoint: StreamEndpoint
  private(set) var state: SessionState
  private let environment: SessionEnvironment
  private unowned let delegate: any ExchangeSessionDelegate
  private var client: WebSocketClient?
  // Without the check of exclusive access, here and below: docs/decisions/0023.
  @exclusivity(unchecked) private var decoder: any FrameDecoder
  @exclusivity(unchecked) private var buffer = EventBuffer()
  private var timer: LoopTimer?
  private var tap: (any ConnectionTap)?

  init(_ endpoint: StreamEndpoint, environment: SessionEnvironment, seed: UInt64, delegate: any ExchangeSessionDelegate)
  {
    self.endpoint = endpoint
    self.environment = environment
    self.delegate = delegate
    state = SessionState(
      limits: environment.limits, backoff: environment.backoff, seed: seed)
    decoder = environment.exchange.makeDecoder(environment.instruments())
  }

  var topics: Set<UpstreamTopic> { state.ledger.wanted }

  /// The list of instruments has been refreshed.
  func listed() {
    decoder.instruments = environment.instruments()
  }

  func want(_ topics: Set<UpstreamTopic>) {
    obey(state.want(topics, now: now))
  }

  /// Has topics closed and opened again on the connection there is.
  func renew(_ topics: Set<UpstreamTopic>) {
    obey(state.renew(topics, now: now))
  }

  /// The exchange may be back: a pause between attempts is over.
  func wake() { obey(state.wake(now: now)) }

  /// Another session has taken over: closes the connection, for good.
  func retire() { obey(state.retire()) }

  /// The session this one succeeds has ended before these topics were taken over.
  func inherit(broken topics: Set<UpstreamTopic>) { state.inherit(broken: topics, now: now) }

  /// Another connection carries these: their data went on when this one was lost.
  func kept(_ topics: Set<UpstreamTopic>) { state.kept(topics) }

  func stop() {
    obey(state.stop())
    timer?.cancel()
    // Its loop holds it until it has closed; two that hold each other would outlive a loop that ends before.
    client = nil
  }

  // MARK: WebSocketClientDelegate

  func opened() {
    environment.logger.info("stream connected", metadata)
    tap?.opened(at: environment.clock.wallClock)
    obey(state.opened(now: now))
  }

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    tap?.received(text: text, receiveMicroseconds: receiveMicroseconds)
    decode(text, receiveMicroseconds)
  }

  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    tap?.received(binary: binary, receiveMicroseconds: receiveMicroseconds)
    decode(binary, receiveMicroseconds)
  }

  private func decode(_ message: UnsafeRawBufferPointer, _ receiveMicroseconds: Int64) {
    environment.counters.messages.increment()
    let eventCount = buffer.events.count
    let receiveTime = Timestamp(microseconds: receiveMicroseconds)
    do throws(FrameError) {
      try decoder.decode(message, receiveTime: receiveTime, into: &buffer)
    } catch {
      buffer.events.removeSubrange(eventCount...)
      environment.counters.undecodable.increment()
      environment.logger.warning(
        "a message could not be read", ["endpoint": endpoint.name, "reason": error.reason, "offset": error.offset])
      environment.quarantine?.keep(message, error, endpoint: endpoint, receiveTime: receiveTime)
    }
  }

  func readFinished() {
    state.heard()
    // Counted before it is handed on: who sees an event finds it in the counts.
    environment.counters.came(buffer)
    if !buffer.events.isEmpty { delegate.session(self, received: buffer.events, now: now) }
    let signals = buffer.signals
    buffer.removeAll()
    for signal in signals { obey(signal) }
  }

  private func obey(_ signal: SessionSignal) {
    let known = state.ledger.confirmed
    obey(state.signalled(signal, now: now))
    let news = state.ledger.confirmed.subtracting(known)
    if !news.isEmpty { delegate.session(self, confirmed: news) }
  }

  func ponged() {
    state.heard()
    rearm()
  }

  func closed(_ closure: WebSocketClosure) {
    client = nil
    buffer.removeAll()
    environment.counters.closes.increment()
    tap?.closed(closure.reason, at: environment.clock.wallClock)
    tap = nil
    if state.isRetired {
      environment.logger.info("stream closed", ["endpoint": endpoint.name, "reason": closure.reason])
    } else {
      environment.logger.warning("stream closed", ["endpoint": endpoint.name, "reason": closure.reason])
    }
    obey(state.closed(closure.breakCause, now: now))
  }

  // MARK: Obeying

  private var now: Int64 { environment.clock.monotonicMilliseconds }

  private var metadata: KeyValuePairs<StaticString, any CustomStringConvertible & Sendable> {
    ["endpoint": endpoint.name, "topics": state.ledger.wanted.count]
  }

  private func obey(_ actions: [SessionState.Action]) {
    for action in actions {
      switch action {
      case .connect:
        if let free = delegate.attempt(by: self) { state.postponed(until: free) } else { connect() }
      case .send(let verb, let topics, let request):
        environment.counters.subscribeMessages.increment()
        send(environment.exchange.message(verb, topics, request: request))
        if verb == .subscribe { delegate.session(self, subscribed: topics) }
      case .ping: ping()
      case .close(let reason):
        environment.logger.info("stream is being closed", ["endpoint": endpoint.name, "reason": reason])
        client?.close(.normal, reason: "")
      case .interrupted(let topics, let cause): delegate.session(self, interrupted: topics, cause: cause)
      case .restored(let topics): delegate.session(self, restored: topics)
      case .refused(let topics, let reason):
        environment.counters.refusedTopics.increment(by: UInt64(topics.count))
        environment.logger.error(
          "the exchange refused topics",
          ["endpoint": endpoint.name, "reason": reason, "first": topics.first?.name ?? ""])
        delegate.session(self, refused: topics)
      case .returned: delegate.sessionReturned(self)
      case .failed: delegate.sessionFailed(self)
      case .succeed(let reason): delegate.session(self, wantsSuccessor: reason)
      case .ended: delegate.sessionEnded(self)
      }
    }
    rearm()
    delegate.sessionChanged(self)
  }

  private func connect() {
    decoder = environment.exchange.makeDecoder(environment.instruments())
    environment.counters.connects.increment()
    tap = environment.tap?.connecting(to: endpoint)
    let client = WebSocketClient(
      loop: environment.loop, url: environment.address + endpoint.path, options: environment.options, delegate: self)
    self.client = client
    client.connect()
  }

  private func ping() {
    switch environment.limits.ping {
    case .frame: client?.sendPing()
    case .text(let text, _): send(text)
    }
  }

  private func send(_ text: String) {
    client?.send(text: text)
    tap?.sent(text, at: environment.clock.wallClock)
  }

  /// One timer, for the earliest thing the state waits for.
  private func rearm() {
    timer?.cancel()
    timer = nil
    guard let deadline = state.nextDeadline else { return }
    timer = environment.loop.schedule(afterMilliseconds: max(0, deadline - now)) { [weak self] in
      guard let self else { return }
      self.obey(self.state.tick(now: self.now))
    }
  }
}

extension WebSocketClosure {
  /// What its end says of the reason.
  fileprivate var breakCause: BreakCause {
    guard case .handshake(let status) = cause else { return .disconnect }
    return BreakCause(handshakeStatus: status)
  }
}
