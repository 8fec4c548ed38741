public import Model

/// What clients are told of a topic itself, between its events.
public struct StreamNotice: Sendable, Equatable {
  /// Kinds of notice.
  public enum Kind: Sendable, Equatable {
    /// Nothing comes from the exchange at present.
    case stale
    /// It comes again.
    case recovered
    /// What happened in a span is missing and will not follow.
    case gap(until: Timestamp)
  }

  /// Which.
  public let kind: Kind
  /// The exchange whose data it is about.
  public let exchange: ExchangeID
  /// When it began.
  public let since: Timestamp
  /// One word, of `BreakCause`.
  public let cause: String

  /// A notice of the given properties.
  public init(_ kind: Kind, exchange: ExchangeID, since: Timestamp, cause: String) {
    self.kind = kind
    self.exchange = exchange
    self.since = since
    self.cause = cause
  }
}
