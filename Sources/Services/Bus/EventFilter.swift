public import Model

/// Which events of a topic a client wants.
public struct EventFilter: Sendable, Equatable {
  /// Events worth less than this, in quote units, are left out, and those of unknown worth; `nil` for all.
  public var minimumNotional: FixedDecimal?
  /// Whether open candles are left out.
  public var closedOnly = false
  /// The bars whose spikes are wanted; `nil` for all.
  public var timeframes: Set<Interval>?

  /// Whether revisions of finals are wanted: a stream that has one final for each candle does not.
  public var takesRevisions = false

  /// Lets everything pass.
  public static let all = EventFilter()

  /// A filter of the given terms.
  public init(minimumNotional: FixedDecimal? = nil, closedOnly: Bool = false, timeframes: Set<Interval>? = nil) {
    self.minimumNotional = minimumNotional
    self.closedOnly = closedOnly
    self.timeframes = timeframes
  }

  /// Whether the client gets an event.
  func passes(_ event: EncodedEvent) -> Bool {
    if let minimumNotional {
      guard let notional = event.notional, notional >= minimumNotional else { return false }
    }
    if case .revision = event.event { return takesRevisions }
    if closedOnly, event.event.isPassing { return false }
    if let timeframes, case .spike(let spike) = event.event { return timeframes.contains(spike.timeframe) }
    return true
  }
}
