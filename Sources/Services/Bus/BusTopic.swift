public import Model

/// A stream made of several exchanges.
public enum Feed: String, Sendable, Hashable, CaseIterable {
  /// Positions that exchanges closed.
  case liquidations
  /// Trades of the symbols that are watched.
  case largeTrades = "large_trades"
  /// Open interest and volume far above their usual.
  case spikes = "oi_vol"
  /// Instruments that are new, changed or gone.
  case instruments
  /// Spans in which a stream did not deliver, and what became of them.
  case gaps

  /// Feeds which feed it is, not its name: feeds are looked up with every event.
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }

  private var place: UInt8 {
    switch self {
    case .liquidations: 0
    case .largeTrades: 1
    case .spikes: 2
    case .instruments: 3
    case .gaps: 4
    }
  }
}

/// What a client can subscribe to: a channel of one instrument, or a feed of all exchanges.
public enum BusTopic: Sendable, Hashable, CustomStringConvertible {
  /// Published by the `TopicPublisher` of its exchange.
  case market(Topic)
  /// Published by the `FeedPublisher`.
  case feed(Feed)

  /// `binance/BTCUSDT/trades`, `all/liquidations`.
  public var description: String {
    switch self {
    case .market(let topic): topic.description
    case .feed(let feed): "all/\(feed.rawValue)"
    }
  }
}

/// What goes over the bus.
public enum BusEvent: Sendable, Equatable {
  /// A fact from an exchange's stream.
  case market(MarketEvent)
  /// A bar far above those before it.
  case spike(Spike)
  /// A change of an exchange's list of instruments.
  case listing(InstrumentChange)
  /// A final that was handed on has other values, or comes after live data has gone on without it.
  case revision(Candle, number: Int)
  /// A gap, as it stands now.
  case gap(GapRecord)

  /// The exchange it is about.
  public var exchange: ExchangeID {
    switch self {
    case .market(let event): event.instrument.exchange
    case .spike(let spike): spike.instrument.exchange
    case .listing(let change): change.instrument.exchange
    case .revision(let candle, _): candle.instrument.exchange
    case .gap(let record): record.key.exchange
    }
  }

  /// Its worth in quote units, where it has one.
  public var notional: FixedDecimal? {
    if case .market(let event) = self { event.notional } else { nil }
  }

  /// The candle it is, if it is one.
  var candle: Candle? {
    if case .market(.candle(let candle)) = self { candle } else { nil }
  }

  /// Whether a later event says all that this one did: a client that comes back needs the latest alone.
  var isPassing: Bool { candle.map { !$0.isClosed } ?? false }
}
