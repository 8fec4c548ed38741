/// For how long an exchange's answers may be served again before it is asked anew, in milliseconds each; 0 is never.
///
/// Closed candles and settled rates do not change: they are kept without an end, and only what follows them is asked for.
public struct Freshness: Sendable, Equatable {
  /// Candles that reach to the present, the open one among them.
  public var openCandleMilliseconds: Int64
  /// Open interest now.
  public var openInterestMilliseconds: Int64
  /// The funding rate now accruing. Where one answer holds all symbols, it serves all of them for so long.
  public var fundingRateMilliseconds: Int64
  /// Settled rates that reach to the present.
  public var fundingHistoryMilliseconds: Int64
  /// Samples of open interest.
  public var openInterestHistoryMilliseconds: Int64
  /// A range of rows that are all final.
  public var finalRangeMilliseconds: Int64
  /// A candle that has been over for less is asked for again: exchanges still correct one for a moment.
  public var settlingMilliseconds: Int64

  /// Freshness of the given figures.
  public init(
    openCandleMilliseconds: Int64 = 1000, openInterestMilliseconds: Int64 = 2000,
    fundingRateMilliseconds: Int64 = 2000, fundingHistoryMilliseconds: Int64 = 10_000,
    openInterestHistoryMilliseconds: Int64 = 10_000, finalRangeMilliseconds: Int64 = 3_600_000,
    settlingMilliseconds: Int64 = 60_000
  ) {
    self.openCandleMilliseconds = openCandleMilliseconds
    self.openInterestMilliseconds = openInterestMilliseconds
    self.fundingRateMilliseconds = fundingRateMilliseconds
    self.fundingHistoryMilliseconds = fundingHistoryMilliseconds
    self.openInterestHistoryMilliseconds = openInterestHistoryMilliseconds
    self.finalRangeMilliseconds = finalRangeMilliseconds
    self.settlingMilliseconds = settlingMilliseconds
  }

  /// Every question goes to the exchange, but for rows that are final.
  public static let none = Freshness(
    openCandleMilliseconds: 0, openInterestMilliseconds: 0, fundingRateMilliseconds: 0, fundingHistoryMilliseconds: 0,
    openInterestHistoryMilliseconds: 0, finalRangeMilliseconds: 0)
}
