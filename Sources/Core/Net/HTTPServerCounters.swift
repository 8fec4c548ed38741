internal import Synchronization

/// A number that any thread may read and the server changes.
///
/// Safe to share: one atomic. Readers want a recent value, not an order, so it is relaxed.
public struct AtomicCount: ~Copyable, Sendable {
  private let number = Atomic<Int>(0)

  init() {}

  /// The number at this moment.
  public var value: Int { number.load(ordering: .relaxed) }

  func add(_ amount: Int) { number.add(amount, ordering: .relaxed) }
}

/// What a server has done and holds; read by whoever shows it. All loops add to the same counters.
public final class HTTPServerCounters: Sendable {
  /// Sockets that are open, WebSockets among them.
  public let connectionsOpen = AtomicCount()
  /// Sockets ever accepted.
  public let connectionsAccepted = AtomicCount()
  /// Sockets closed at once, as their address had its share.
  public let connectionsRefused = AtomicCount()
  /// Times that accepting paused: at the connection limit, or with no descriptors left.
  public let acceptPauses = AtomicCount()
  /// Requests handed to the handler.
  public let requests = AtomicCount()
  /// Requests the server refused itself: broken protocol, limits, deadlines.
  public let protocolFailures = AtomicCount()
  /// Clients that did not agree on TLS with the server, or not in time.
  public let tlsFailures = AtomicCount()
  /// WebSockets that are open.
  public let webSocketsOpen = AtomicCount()
  /// WebSocket clients closed because they read too slowly.
  public let slowConsumers = AtomicCount()
  /// WebSocket clients that broke their protocol, or did not answer a ping.
  public let webSocketFailures = AtomicCount()
  /// WebSocket frames that went to the kernel whole.
  public let framesSent = AtomicCount()
  /// Bytes that went to the kernel.
  public let bytesSent = AtomicCount()
  private let informational = AtomicCount()
  private let successful = AtomicCount()
  private let redirected = AtomicCount()
  private let clientFaults = AtomicCount()
  private let serverFaults = AtomicCount()

  /// All at zero.
  public init() {}

  /// Responses by the first digit of their status: 1 to 5.
  public func responses(statusClass: Int) -> Int {
    switch statusClass {
    case 1: informational.value
    case 2: successful.value
    case 3: redirected.value
    case 4: clientFaults.value
    case 5: serverFaults.value
    default: 0
    }
  }

  func countResponse(_ status: Int) {
    switch status / 100 {
    case 1: informational.add(1)
    case 2: successful.add(1)
    case 3: redirected.add(1)
    case 4: clientFaults.add(1)
    default: serverFaults.add(1)
    }
  }
}
