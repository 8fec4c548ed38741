import Net
import Wire

/// The way back to one client.
protocol RecordedPeer: AnyObject {
  func send(_ frame: SharedBytes)
  func close(code: UInt16)
  func cut()
}

/// All sockets of a recorded exchange, and who of them has subscribed to what. Belongs to one loop; time is an argument.
final class RecordedHub {
  /// One client's socket.
  final class Socket {
    fileprivate let peer: any RecordedPeer
    fileprivate var state: RecordedSocketState

    fileprivate init(_ peer: any RecordedPeer, _ state: RecordedSocketState) {
      self.peer = peer
      self.state = state
    }
  }

  private let sockets: RecordedSockets
  private let statistics: Lock<RecordedStatistics>
  private let faults: Lock<RecordedFaults.State>
  private var open: [Socket] = []
  /// The subscribers of each topic that makes frames.
  private var subscribers: [String: [Socket]] = [:]
  /// Frames up to this instant have been sent.
  private var lastTime: Int64 = 0

  init(_ sockets: RecordedSockets, statistics: Lock<RecordedStatistics>, faults: Lock<RecordedFaults.State>) {
    self.sockets = sockets
    self.statistics = statistics
    self.faults = faults
  }

  /// Whether `advance` has anything to do.
  var isIdle: Bool { subscribers.isEmpty }

  /// A client has come, with topics in its address.
  func opened(_ peer: any RecordedPeer, path: RecordedSocketPath, topics: [String], now: Int64) -> Socket {
    let socket = Socket(peer, RecordedSocketState(path, of: sockets))
    open.append(socket)
    statistics.withLock {
      $0.connectionsOpened += 1
      $0.connectionsNow += 1
    }
    obey(socket.state.open(topics: topics), socket, now: now)
    return socket
  }

  func received(_ text: UnsafeRawBufferPointer, from socket: Socket, now: Int64) {
    obey(socket.state.receive(text, now: now), socket, now: now)
  }

  func closed(_ socket: Socket) {
    guard let index = open.firstIndex(where: { $0 === socket }) else { return }
    open.remove(at: index)
    for topic in socket.state.topics { remove(socket, from: topic) }
    statistics.withLock { $0.connectionsNow -= 1 }
  }

  /// Sends what the topics have to say up to an instant, in order of time.
  func advance(to now: Int64) {
    defer { lastTime = max(lastTime, now) }
    if faults.withLock({ $0.isStalled }) { return }
    var due: [(frame: RecordedFrame, topic: String)] = []
    for name in subscribers.keys.sorted() {
      guard let topic = sockets.topics[name] else { continue }
      for frame in topic.frames(after: lastTime, through: now) { due.append((frame, name)) }
    }
    let inOrder = due.enumerated().sorted {
      ($0.element.frame.time, $0.offset) < ($1.element.frame.time, $1.offset)
    }
    for (_, item) in inOrder { send(item.frame, of: item.topic) }
  }

  func obey(_ order: RecordedFaults.Order) {
    if case .forget(let topic) = order { subscribers[topic] = nil }
    for socket in open {
      switch order {
      case .cut: socket.peer.cut()
      case .close(let code): socket.peer.close(code: code)
      case .text(let text): socket.peer.send(WebSocketFrame.serverText(Array(text.utf8)))
      case .forget: break
      }
    }
  }

  /// Frames one way for all subscribers of one path: encoded once.
  private func send(_ frame: RecordedFrame, of topic: String) {
    var encoded: [String: SharedBytes] = [:]
    let receivers = subscribers[topic] ?? []
    for socket in receivers {
      let path = socket.state.path
      let bytes = encoded[path.path] ?? WebSocketFrame.serverText(enveloped(frame, topic: topic, in: path.envelope))
      encoded[path.path] = bytes
      socket.peer.send(bytes)
    }
    statistics.withLock { $0.framesSent += receivers.count }
  }

  private func enveloped(_ frame: RecordedFrame, topic: String, in envelope: Layout?) -> [UInt8] {
    guard let envelope else { return frame.bytes }
    var scope = LayoutScope(now: frame.time)
    scope.topic = topic
    scope.payload = frame.bytes
    return envelope.bytes(scope)
  }

  private func obey(_ actions: [RecordedSocketState.Action], _ socket: Socket, now: Int64) {
    // What was due before this instant is not for the newcomer.
    if isIdle { lastTime = max(lastTime, now) } else { advance(to: now) }
    var subscribes = false
    for action in actions {
      switch action {
      case .send(let text): socket.peer.send(WebSocketFrame.serverText(text))
      case .subscribe(let topic, let isSilent):
        subscribes = true
        if !isSilent { subscribers[topic, default: []].append(socket) }
        statistics.withLock { $0.subscribed(topic, isSilent: isSilent) }
      case .unsubscribe(let topic): remove(socket, from: topic)
      }
    }
    if subscribes { statistics.withLock { $0.subscribeMessages += 1 } }
  }

  private func remove(_ socket: Socket, from topic: String) {
    statistics.withLock { $0.unsubscribed(topic) }
    subscribers[topic]?.removeAll { $0 === socket }
    if subscribers[topic]?.isEmpty == true { subscribers[topic] = nil }
  }
}
