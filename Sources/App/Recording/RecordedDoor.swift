import Net
import Wire

/// Where requests come in: hands them to REST or opens sockets, and keeps the timer of their topics. Belongs to the
/// exchange's loop.
final class RecordedDoor {
  let hub: RecordedHub
  private let rest: RecordedREST
  private let sockets: RecordedSockets
  private let clock: RecordedClock
  private let loop: EventLoop
  private let faults: Lock<RecordedFaults.State>
  private var timer: LoopTimer?

  init(
    _ recording: Recording, clock: RecordedClock, loop: EventLoop, faults: Lock<RecordedFaults.State>,
    statistics: Lock<RecordedStatistics>
  ) {
    hub = RecordedHub(recording.sockets, statistics: statistics, faults: faults)
    rest = RecordedREST(recording, clock: clock, faults: faults, statistics: statistics)
    sockets = recording.sockets
    self.clock = clock
    self.loop = loop
    self.faults = faults
  }

  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    guard WebSocketHandshake.isUpgrade(request),
      let (path, topics) = sockets.path(request.path, query: { request.query[$0] })
    else { return rest.answer(request) }
    if let status = faults.withLock({ $0.takeRefusal() }) { return .response(HTTPResponse(HTTPStatus(status))) }
    let door = LoopBound(self, loop: loop)
    return .webSocket { connection in door.value.open(connection, path, topics) }
  }

  private func open(_ connection: WebSocketConnection, _ path: RecordedSocketPath, _ topics: [String])
    -> any WebSocketHandler
  {
    let peer = RecordedConnection(connection, self)
    peer.socket = hub.opened(peer, path: path, topics: topics, now: clock.now)
    keepTime()
    return peer
  }

  fileprivate func received(_ text: UnsafeRawBufferPointer, from socket: RecordedHub.Socket) {
    hub.received(text, from: socket, now: clock.now)
    keepTime()
  }

  /// Asks the topics for what is due, as long as there are subscribers.
  private func keepTime() {
    guard !hub.isIdle, timer == nil else { return }
    timer = loop.schedule(afterMilliseconds: RecordedExchange.tickMilliseconds) { [unowned self] in
      timer = nil
      hub.advance(to: clock.now)
      keepTime()
    }
  }
}

/// One client's connection, as the hub and the server see it.
private final class RecordedConnection: RecordedPeer, WebSocketHandler {
  var socket: RecordedHub.Socket?
  private let connection: WebSocketConnection
  private let door: RecordedDoor

  init(_ connection: WebSocketConnection, _ door: RecordedDoor) {
    self.connection = connection
    self.door = door
  }

  func send(_ frame: SharedBytes) { connection.send(frame) }

  func close(code: UInt16) { connection.close(WebSocketCloseCode(code), reason: "") }

  func cut() { connection.abort() }

  func received(text: UnsafeRawBufferPointer) {
    if let socket { door.received(text, from: socket) }
  }

  /// No exchange takes binary messages here; they are passed over.
  func received(binary: UnsafeRawBufferPointer) {}

  func closed(_ code: WebSocketCloseCode, reason: String) {
    if let socket { door.hub.closed(socket) }
    socket = nil
  }
}
