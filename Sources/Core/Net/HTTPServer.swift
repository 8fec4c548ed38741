internal import Wire

/// An HTTP/1.1 and WebSocket server: one listener a loop, each connection stays on the loop that accepted it.
/// A started server lives on its loops until it is drained.
///
/// Safe to share: immutable; what belongs to a loop is named through `LoopBound`.
public final class HTTPServer: Sendable {
  /// What the server has done and holds.
  public let counters: HTTPServerCounters
  private let options: HTTPServerOptions
  private let loops: [EventLoop]
  private let parts: [LoopBound<HTTPServerLoop>]

  /// A server that does not listen yet. The handler is called on the connection's loop.
  public init(
    loops: [EventLoop], options: HTTPServerOptions, counters: HTTPServerCounters = HTTPServerCounters(),
    handler: @escaping HTTPHandler
  ) {
    self.loops = loops
    self.options = options
    self.counters = counters
    let slots = ConnectionSlots(limit: options.maxConnections)
    let addresses = ConnectionsPerAddress(
      limit: options.maxConnectionsPerAddress, limitsLoopback: options.limitsLoopback)
    parts = loops.map { loop in
      LoopBound(
        HTTPServerLoop(
          loop: loop, options: options, counters: counters, slots: slots, addresses: addresses, handler: handler),
        loop: loop)
    }
  }

  /// Open sockets, WebSockets among them.
  public var connectionCount: Int { counters.connectionsOpen.value }

  /// Binds and listens on every loop. Returns the port, which the kernel picked where the options say 0.
  public func start() throws(NetError) -> UInt16 {
    var address = try SocketAddress.resolving(options.host, port: options.port)
    let sharesPort = loops.count > 1
    if sharesPort, options.port != 0 {
      // Shared ports could be shared with another process too, which would take half of the clients: whoever holds
      // the port already makes this one fail.
      try Socket.listening(on: address, sharesPort: false).close()
    }
    var sockets: [Socket] = []
    for _ in loops {
      let socket = try Socket.listening(on: address, sharesPort: sharesPort)
      address = socket.localAddress
      sockets.append(socket)
    }
    for (socket, part) in zip(sockets, parts) {
      let bound = LoopBound(socket, loop: part.loop)
      part.loop.post { part.value.listen(bound.value) }
    }
    return address.port
  }

  /// Shows new clients another certificate, on every loop. Those that are connected keep what they began with. Of no
  /// use to a server of plain HTTP, which stays one. Returns when every loop shows it.
  public func replaceCertificate(_ context: TLSServerContext) async {
    guard options.tls != nil else { return }
    for part in parts {
      await withCheckedContinuation { replaced in
        part.loop.post {
          part.value.tls = context
          replaced.resume()
        }
      }
    }
  }

  /// Takes no new clients; those there are stay.
  public func stopAccepting() {
    for part in parts { part.loop.post { part.value.stopAccepting() } }
  }

  /// Ends the service: no new clients, idle ones closed, WebSocket clients closed with 1001, requests in hand
  /// answered. What is left after the time is cut. Returns when no connection is left.
  public func drain(milliseconds: Int64) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts {
        group.addTask {
          await withCheckedContinuation { drained in
            part.loop.post { part.value.drain(milliseconds: milliseconds) { drained.resume() } }
          }
        }
      }
    }
  }
}
