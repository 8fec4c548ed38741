internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Wire

/// Examines one stream endpoint: obeys `StreamExaminationState` on a connection of its own. Belongs to a loop.
final class StreamExamination: WebSocketClientDelegate {
  private let exchange: any ExchangeInterface
  private let endpoint: StreamEndpoint
  private let loop: EventLoop
  private let report: @Sendable (DoctorFinding) -> Void
  private var state: StreamExaminationState
  private var decoder: any FrameDecoder
  private var buffer = EventBuffer()
  private var client: WebSocketClient?
  private var timer: LoopTimer?
  private var done: (() -> Void)?

  private init(
    _ exchange: any ExchangeInterface, _ endpoint: StreamEndpoint, subjects: [StreamSubject],
    catalog: InstrumentCatalog, patience: DoctorPatience, loop: EventLoop,
    report: @escaping @Sendable (DoctorFinding) -> Void, done: @escaping () -> Void
  ) {
    self.exchange = exchange
    self.endpoint = endpoint
    self.loop = loop
    self.report = report
    self.done = done
    state = StreamExaminationState(
      subjects, limits: exchange.declaration.streams, patience: patience, now: EventLoop.monotonicMilliseconds)
    decoder = exchange.makeDecoder(catalog)
  }

  /// Examines an endpoint at an address (what comes before the documented path), until every topic has its finding.
  static func run(
    _ exchange: any ExchangeInterface, _ endpoint: StreamEndpoint, subjects: [StreamSubject],
    catalog: InstrumentCatalog, address: String, options: WebSocketClientOptions, patience: DoctorPatience,
    loop: EventLoop, report: @escaping @Sendable (DoctorFinding) -> Void
  ) async {
    await withCheckedContinuation { continuation in
      loop.post {
        let examination = StreamExamination(
          exchange, endpoint, subjects: subjects, catalog: catalog, patience: patience, loop: loop, report: report
        ) { continuation.resume() }
        let client = WebSocketClient(
          loop: loop, url: address + endpoint.path, options: options, delegate: examination)
        examination.client = client
        client.connect()
      }
    }
  }

  // MARK: WebSocketClientDelegate

  func opened() { obey(state.opened(now: now)) }

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    let count = buffer.events.count
    do throws(FrameError) {
      try decoder.decode(text, receiveTime: Timestamp(microseconds: receiveMicroseconds), into: &buffer)
      state.decoded(nil)
    } catch {
      buffer.events.removeSubrange(count...)
      state.decoded(error)
    }
  }

  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    received(text: binary, receiveMicroseconds: receiveMicroseconds)
  }

  func readFinished() {
    let (events, signals) = (buffer.events, buffer.signals)
    buffer.removeAll()
    obey(state.received(events, signals, now: now))
  }

  func ponged() {}

  func closed(_ closure: WebSocketClosure) {
    client = nil
    obey(state.closed(StreamExamination.reason(closure), now: now))
    timer?.cancel()
    // The loop may be shut down once nobody waits: this is the last thing that happens.
    let tell = done
    done = nil
    tell?()
  }

  // MARK: Obeying

  private var now: Int64 { EventLoop.monotonicMilliseconds }

  private func obey(_ actions: [StreamExaminationState.Action]) {
    for action in actions {
      switch action {
      case .subscribe(let topic, let request):
        client?.send(text: exchange.message(.subscribe, [topic], request: request))
      case .report(let check, let result, let milliseconds):
        report(
          DoctorFinding(
            exchange: exchange.id.name, area: .stream, check: "\(endpoint.name) \(check)", result: result,
            milliseconds: milliseconds))
      case .finish: client?.close(.normal, reason: "")
      }
    }
    rearm()
  }

  private func rearm() {
    timer?.cancel()
    timer = nil
    guard let deadline = state.nextDeadline else { return }
    timer = loop.schedule(afterMilliseconds: max(0, deadline - now)) { [weak self] in
      guard let self else { return }
      self.obey(self.state.tick(now: self.now))
    }
  }

  /// Says whose turn it is to act, where the status alone tells.
  static func reason(_ closure: WebSocketClosure) -> String {
    guard case .handshake(let status) = closure.cause, let status else { return closure.reason }
    let hint = status == 404 ? ": the path is not the exchange's any more" : ""
    return "\(closure.reason) (HTTP \(status)\(hint))"
  }
}
