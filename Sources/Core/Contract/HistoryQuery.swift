public import Model

/// A page of history: what the exchange is asked in one call.
///
/// Bounds apply to open, settlement or sample times, both inclusive. The pager always sets `limit` within the page size
/// of the exchange and never both leaves `start` out and asks for the oldest rows: with `start` the first `limit` rows
/// from it are wanted, without it the last `limit` up to `end`, or up to now.
public struct HistoryQuery: Sendable, Hashable {
  /// What is asked about.
  public var instrument: Instrument
  /// The candle interval or the sample distance; `nil` for settlements.
  public var interval: Interval?
  /// The earliest time wanted.
  public var start: Timestamp?
  /// The latest time wanted.
  public var end: Timestamp?
  /// The most rows wanted.
  public var limit: Int
  /// When it is asked, by our clock: for an exchange that must be told an end, or that keeps old rows elsewhere. Not
  /// sent as it is where a rounded time does, so that equal questions stay equal requests.
  public var now: Timestamp

  /// A page of the given bounds.
  public init(
    instrument: Instrument, interval: Interval? = nil, start: Timestamp? = nil, end: Timestamp? = nil, limit: Int,
    now: Timestamp = .latest
  ) {
    self.instrument = instrument
    self.interval = interval
    self.start = start
    self.end = end
    self.limit = limit
    self.now = now
  }

  /// Whether it names a time: one that does not is another question a moment later.
  public var hasBound: Bool { start != nil || end != nil }
}
