internal import Contract
public import Model

/// Why a stream did not deliver.
public enum GapCause: String, Sendable, CaseIterable {
  /// The connection to the exchange was gone.
  case disconnect
  /// The stream sent nothing, though its connection stood.
  case stall
  /// The exchange held us back while its stream was down.
  case ban
  /// The exchange had announced that it would close the connection.
  case maintenance
  /// A reader of our own could not keep up.
  case slowConsumer = "slow_consumer"
  /// A recording begins anew, or has a hole.
  case recording
  /// A candle of the grid or a trade of the count is missing, though the stream stood.
  case skipped
  /// The exchange has shown over REST that there is no such candle.
  case noTrade = "no_trade"

  /// That of a break which a session has told of.
  init(_ cause: BreakCause) {
    switch cause {
    case .disconnect: self = .disconnect
    case .stall: self = .stall
    case .maintenance: self = .maintenance
    case .ban: self = .ban
    }
  }
}

/// A span in which a stream did not deliver, and what became of what is missing.
public struct GapRecord: Sendable, Equatable {
  /// How it stands.
  public enum State: String, Sendable, CaseIterable {
    /// What is missing is asked for, or it is not known yet whether anything is.
    case open
    /// All there is has been delivered.
    case filled
    /// Something is missing for good.
    case unfillable
  }

  /// Where what was missing came from.
  public enum Source: String, Sendable, CaseIterable {
    /// Asked for over REST.
    case rest
    /// The stream went on where it had stopped.
    case stream
  }

  /// Names it; a later one has a higher number.
  public let id: UInt64
  /// Which stream.
  public let key: GapKey
  /// When the stream fell silent; of candles that are missing by themselves the first one's open time.
  public let from: Timestamp
  /// When it delivered again; of candles by themselves the end of the last one. `nil` while it is silent.
  public internal(set) var to: Timestamp?
  /// Why.
  public internal(set) var cause: GapCause
  /// How it stands.
  public internal(set) var state = State.open
  /// Candles or trades that could not be had; `nil` when their number is not known.
  public internal(set) var missing: Int64?
  /// Where what was missing came from, when it is filled.
  public internal(set) var source: Source?
  /// When it was noted.
  public let openedTime: Timestamp
  /// When it was filled or given up.
  public internal(set) var closedTime: Timestamp?
}

/// The stream a gap is in.
public struct GapKey: Sendable, Hashable {
  /// Of which exchange.
  public let exchange: ExchangeID
  /// The kind of data.
  public let channel: Channel
  /// The instrument; `nil` for all that a feed follows of the exchange.
  public let instrument: Instrument?

  /// The stream of a topic.
  public init(_ topic: Topic) {
    exchange = topic.exchange
    channel = topic.channel
    instrument = topic.instrument
  }
}

/// A gap that begins, as the ledger is told of it.
public struct GapOpening: Sendable, Equatable {
  /// Which stream.
  public let key: GapKey
  /// Why.
  public let cause: GapCause
  /// When the stream fell silent, or what is missing begins.
  public let from: Timestamp
  /// When it delivered again, or what is missing ends; `nil` while that is to come.
  public let to: Timestamp?

  /// A gap of the given properties.
  public init(_ key: GapKey, cause: GapCause, from: Timestamp, to: Timestamp? = nil) {
    self.key = key
    self.cause = cause
    self.from = from
    self.to = to
  }
}

/// What becomes of a gap.
public enum GapChange: Sendable, Equatable {
  /// It lasts for another reason than the one it began for.
  case cause(GapCause)
  /// The stream delivers again; whether something is missing will be seen.
  case delivered(at: Timestamp)
  /// All there is has been delivered.
  case filled(GapRecord.Source)
  /// So many candles or trades are missing for good; `nil` when that cannot be counted.
  case unfillable(missing: Int64?)
}

/// Where gaps are written down. Implemented by App.
public protocol GapBook: Sendable {
  /// Notes a gap, and what is known of it already. Gives the number it is changed by.
  func open(_ opening: GapOpening, _ change: GapChange?) -> UInt64
  /// Notes what became of a gap.
  func note(_ change: GapChange, of id: UInt64)
}
