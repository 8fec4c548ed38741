/// The side of an order or of a trade's aggressor.
public enum Side: String, Sendable, Hashable {
  /// Takes what others offer.
  case buy
  /// Hits what others bid.
  case sell
}

/// The side of a position. Never mixed with `Side`: a liquidated long is closed by a sell order.
public enum PositionSide: String, Sendable, Hashable {
  /// Gains when the price rises.
  case long
  /// Gains when the price falls.
  case short

  /// The side of the order that closes a position of this side.
  public var closingSide: Side {
    switch self {
    case .long: .sell
    case .short: .buy
    }
  }
}
