internal import Wire

/// How many connections each client has open over all loops of a server.
///
/// One table for all loops: the kernel spreads the connections of one client over the loops as it likes, so a share for
/// each loop would refuse clients below the limit. The lock is held for one look into a table, once a connection.
///
/// Safe to share: the table is reached with its lock held; the rest is immutable. It has no more entries than there are
/// connections.
final class ConnectionsPerAddress: Sendable {
  private let limit: Int
  private let limitsLoopback: Bool
  private let open = Lock<[ClientAddress: Int]>([:])

  /// A limit of 0 lets everybody in.
  init(limit: Int, limitsLoopback: Bool) {
    self.limit = limit
    self.limitsLoopback = limitsLoopback
  }

  /// One more connection of this client; false, and not counted, when it has as many as it may.
  func enter(_ client: ClientAddress) -> Bool {
    guard isLimited(client) else { return true }
    return open.withLock { open in
      guard open[client, default: 0] < limit else { return false }
      open[client, default: 0] += 1
      return true
    }
  }

  /// One of those that were let in has ended.
  func leave(_ client: ClientAddress) {
    guard isLimited(client) else { return }
    open.withLock { open in
      guard let count = open[client] else { return }
      open[client] = count > 1 ? count - 1 : nil
    }
  }

  private func isLimited(_ client: ClientAddress) -> Bool { limit > 0 && (limitsLoopback || !client.isLoopback) }
}
