public import Net
import Wire

/// An exchange on loopback that plays a recording: REST and WebSocket as the recording declares them, on one port and
/// one loop of its own.
///
/// Whoever talks to it finds it by its ordinary address settings and need not know what it is.
public final class RecordedExchange: Sendable {
  /// How often the topics are asked for what is due.
  static let tickMilliseconds: Int64 = 10

  /// What the recording is, in a few words for people.
  public let about: String
  /// What can be made to go wrong.
  public let faults: RecordedFaults
  private let clock: RecordedClock
  private let host: String
  private let loop: EventLoop
  private let server: HTTPServer
  private let counted: Lock<RecordedStatistics>

  /// Reads the recording in a folder. `speed` 2 makes time pass twice as fast from now on; port 0 takes a free one.
  public convenience init(recording directory: String, host: String = "127.0.0.1", port: UInt16 = 0, speed: Int = 1)
    throws(RecordingError)
  {
    self.init(playing: try Recording(RecordingFiles(directory: directory)), host: host, port: port, speed: speed)
  }

  init(playing recording: Recording, host: String = "127.0.0.1", port: UInt16 = 0, speed: Int = 1) {
    let clock = RecordedClock(speed: min(max(speed, 1), 100_000))
    let loop = EventLoop(name: "recording")
    let counted = Lock(RecordedStatistics())
    let switches = Lock(RecordedFaults.State())
    let door = LoopBound(
      RecordedDoor(recording, clock: clock, loop: loop, faults: switches, statistics: counted), loop: loop)
    faults = RecordedFaults(switches) { order in loop.post { door.value.hub.obey(order) } }
    about = recording.about
    self.clock = clock
    self.host = host
    self.loop = loop
    self.counted = counted
    var options = HTTPServerOptions()
    options.host = host
    options.port = port
    options.clock = { clock.now * 1000 }
    options.webSocket = RecordedExchange.webSocketOptions(recording.sockets)
    server = HTTPServer(loops: [loop], options: options) { request, _ in door.value.answer(request) }
  }

  /// Listens, and gives the addresses to be used as the exchange's.
  public func start() throws(NetError) -> (httpAddress: String, webSocketAddress: String) {
    let port = try server.start()
    let name = host.contains(":") ? "[\(host)]" : host
    return ("http://\(name):\(port)", "ws://\(name):\(port)")
  }

  /// Ends all connections and the loop. The exchange cannot be started again.
  public func stop() async {
    await server.drain(milliseconds: 0)
    loop.shutdown()
  }

  /// The time there, in milliseconds since 1970.
  public var now: Int64 { clock.now }

  /// What has happened so far.
  public var statistics: RecordedStatistics { counted.withLock { $0 } }

  private static func webSocketOptions(_ sockets: RecordedSockets) -> WebSocketOptions {
    var options = WebSocketOptions()
    options.limits.messagesPerSecond = sockets.messagesPerSecond
    options.pingMilliseconds = sockets.pingMilliseconds
    options.pongMilliseconds = sockets.pongMilliseconds
    // A fast recording sends bursts that a client at the usual pace would never see.
    options.outboxBytes = 16 << 20
    return options
  }
}
