/// Open, high, low, close and volume of one interval.
public struct Candle: Sendable, Equatable {
  // In this order what is looked at in each row of a page stands together: a page is too large for the first cache.

  /// What was traded.
  public let instrument: Instrument
  /// The length of the candle.
  public let interval: Interval
  /// Whether the candle is over and will not change.
  public let isClosed: Bool
  /// The first instant that belongs to it.
  public let openTime: Timestamp
  /// When its bytes reached this process.
  public let receiveTime: Timestamp
  /// The first price, in quote units.
  public let open: FixedDecimal
  /// The highest price.
  public let high: FixedDecimal
  /// The lowest price.
  public let low: FixedDecimal
  /// The last price so far.
  public let close: FixedDecimal
  /// Traded quantity in base units.
  public let baseVolume: FixedDecimal
  /// Traded value in quote units; `nil` when the exchange does not give it.
  public let quoteVolume: FixedDecimal?
  /// Number of trades; `nil` when the exchange does not give it.
  public let tradesCount: Int64?

  /// A candle of the given properties.
  public init(
    instrument: Instrument, interval: Interval, openTime: Timestamp, open: FixedDecimal, high: FixedDecimal,
    low: FixedDecimal, close: FixedDecimal, baseVolume: FixedDecimal, quoteVolume: FixedDecimal?, tradesCount: Int64?,
    isClosed: Bool, receiveTime: Timestamp
  ) {
    self.instrument = instrument
    self.interval = interval
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.baseVolume = baseVolume
    self.quoteVolume = quoteVolume
    self.tradesCount = tradesCount
    self.isClosed = isClosed
    self.receiveTime = receiveTime
  }

  /// The same candle, known to be over.
  public var closed: Candle {
    Candle(
      instrument: instrument, interval: interval, openTime: openTime, open: open, high: high, low: low, close: close,
      baseVolume: baseVolume, quoteVolume: quoteVolume, tradesCount: tradesCount, isClosed: true,
      receiveTime: receiveTime)
  }
}
