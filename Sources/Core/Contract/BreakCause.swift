/// Why the data of a stream stopped, in the words of the public API.
public enum BreakCause: String, Sendable, CaseIterable {
  /// A connection to the exchange is gone.
  case disconnect
  /// The stream sent nothing though its connection stands.
  case stall
  /// The exchange closed the connection, as it had announced.
  case maintenance
  /// The exchange lets no connection of ours in: it answered the handshake with 403, 418 or 429.
  case ban

  /// What the status of a refused handshake says; `nil` when there was none.
  public init(handshakeStatus status: Int?) {
    switch status {
    case 403, 418, 429: self = .ban
    default: self = .disconnect
    }
  }
}
