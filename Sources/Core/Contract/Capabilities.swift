public import Model

/// What an exchange can be asked, as data: routes, documents and tests all read it.
public struct Capabilities: Sendable {
  /// Kinds of question, each a flag.
  public struct Features: OptionSet, Sendable {
    /// One bit a feature.
    public let rawValue: UInt32
    /// A set of the given bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Candle history and live candles.
    public static let ohlc = Features(rawValue: 1 << 0)
    /// The funding rate now accruing, and settled ones.
    public static let fundingRate = Features(rawValue: 1 << 1)
    /// Open interest now.
    public static let openInterest = Features(rawValue: 1 << 2)
    /// Live liquidations.
    public static let liquidations = Features(rawValue: 1 << 3)
    /// Live trades above a value.
    public static let largeTrades = Features(rawValue: 1 << 4)
    /// Every live trade.
    public static let trades = Features(rawValue: 1 << 5)
    /// Open interest of the past.
    public static let openInterestHistory = Features(rawValue: 1 << 6)
    /// The list of instruments.
    public static let instruments = Features(rawValue: 1 << 7)

    /// Each feature with its public name, in the order they are shown.
    public static let named: [(name: String, feature: Features)] = [
      ("ohlc", .ohlc), ("funding_rate", .fundingRate), ("open_interest", .openInterest),
      ("liquidations", .liquidations), ("large_trades", .largeTrades), ("trades", .trades),
      ("open_interest_history", .openInterestHistory), ("instruments", .instruments),
    ]
  }

  /// How much of what happens a liquidation stream shows.
  public enum LiquidationCoverage: String, Sendable {
    /// Every liquidation.
    case full
    /// Some: a throttled snapshot.
    case sampled
    /// No stream.
    case none
  }

  /// Which price a liquidation names.
  public enum LiquidationPrice: String, Sendable {
    /// The average price of its fills.
    case average
    /// The price at which the position's margin is used up.
    case bankruptcy
  }

  /// The flags.
  public var features: Features
  /// Candle intervals, shortest first.
  public var intervals: [Interval]
  /// Sample distances of open interest history, shortest first.
  public var openInterestPeriods: [Interval]
  /// Whether the exchange itself marks the last frame of a candle; where not, the next candle or the clock closes it.
  public var marksClosedCandles: Bool
  /// The coverage of its liquidation stream.
  public var liquidationCoverage: LiquidationCoverage
  /// The price its liquidations carry; `nil` without a stream.
  public var liquidationPrice: LiquidationPrice?

  /// Capabilities of the given properties.
  public init(
    features: Features, intervals: [Interval], openInterestPeriods: [Interval], marksClosedCandles: Bool,
    liquidationCoverage: LiquidationCoverage, liquidationPrice: LiquidationPrice?
  ) {
    self.features = features
    self.intervals = intervals
    self.openInterestPeriods = openInterestPeriods
    self.marksClosedCandles = marksClosedCandles
    self.liquidationCoverage = liquidationCoverage
    self.liquidationPrice = liquidationPrice
  }
}
