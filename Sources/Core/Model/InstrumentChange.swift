/// What became of one instrument between two lists of its exchange.
public struct InstrumentChange: Sendable, Equatable {
  /// The three things that can become of an instrument.
  public enum Kind: String, Sendable {
    /// It is new in the list.
    case listed
    /// It stays, with another property: traded or halted, its steps, its funding interval.
    case changed
    /// It can no longer be traded, and will not be again.
    case delisted
  }

  /// What became of it.
  public let kind: Kind
  /// The instrument as it is now; where it has left the list, as it was last, with status `delisted`.
  public let instrument: Instrument
  /// When the list was received that shows it.
  public let time: Timestamp

  /// A change of the given properties.
  public init(_ kind: Kind, _ instrument: Instrument, time: Timestamp) {
    self.kind = kind
    self.instrument = instrument
    self.time = time
  }
}
