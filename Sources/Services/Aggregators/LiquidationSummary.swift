public import Contract
public import Model

/// What was liquidated in a span, by exchange and instrument; what a sampled stream shows is never added to what a whole one
/// does.
public struct LiquidationSummary: Sendable {
  /// What there was on one exchange.
  public struct Part: Sendable {
    /// Which.
    public let exchange: ExchangeID
    /// How much of what happens its stream shows.
    public let coverage: Capabilities.LiquidationCoverage
    /// What is known to be missing.
    public let standing: FeedCoverage.Standing
    /// The sums.
    public let sums: LiquidationTotals.ExchangeSums

    /// A part of the given properties.
    public init(
      exchange: ExchangeID, coverage: Capabilities.LiquidationCoverage, standing: FeedCoverage.Standing,
      sums: LiquidationTotals.ExchangeSums
    ) {
      self.exchange = exchange
      self.coverage = coverage
      self.standing = standing
      self.sums = sums
    }
  }

  /// When the span begins: a whole minute.
  public let start: Timestamp
  /// When it ends.
  public let end: Timestamp
  /// By exchange.
  public let parts: [Part]

  /// A summary of the given parts.
  public init(from start: Timestamp, to end: Timestamp, parts: [Part]) {
    self.start = start
    self.end = end
    self.parts = parts
  }

  /// The sums of all exchanges whose streams show as much.
  public func total(of coverage: Capabilities.LiquidationCoverage) -> LiquidationSums {
    var total = LiquidationSums()
    for part in parts where part.coverage == coverage { total.add(part.sums.all) }
    return total
  }

  /// The begin of a span of so many milliseconds: the minute that holds it, so the span is up to a minute longer.
  public static func start(ofSpan milliseconds: Int64, to end: Timestamp) -> Timestamp {
    typealias Window = RollingWindow<LiquidationSums>
    return Window.start(ofMinute: Window.minute(of: end.advanced(byMilliseconds: -milliseconds)))
  }
}
