internal import Contract
public import Model
public import Sessions

/// What REST has of a range of candles.
public struct CandlePage: Sendable, Equatable {
  /// Where the range begins.
  public let from: Timestamp
  /// Of the range and a little more, ascending.
  public let candles: [Candle]
  /// Of what opens before this, `candles` are all there are; `nil` when nothing can be said.
  public let knownThrough: Timestamp?

  /// A page of the given properties.
  public init(from: Timestamp, candles: [Candle], knownThrough: Timestamp?) {
    self.from = from
    self.candles = candles
    self.knownThrough = knownThrough
  }
}

/// Fetches the candles a stream is missing: the current one for a newcomer, closed ones for a hole.
public struct CandleBackfill: Sendable {
  private let history: MarketHistory
  private let clock: any TimeSource
  /// How long one fetch may take, in milliseconds.
  private let time: Int64

  /// Fetches from the history of an exchange.
  public init(_ history: MarketHistory, clock: any TimeSource, terms: RepairTerms = RepairTerms()) {
    self.history = history
    self.clock = clock
    time = terms.deadline
  }

  /// The candle now forming; `nil` when it cannot be had, or has just ended: its stream sends the final itself.
  public func current(_ instrument: Instrument, _ interval: Interval) async -> Candle? {
    let query = HistoryQuery(instrument: instrument, interval: interval, limit: 1)
    let deadline = clock.monotonicMilliseconds + time
    guard let candle = try? await history.candles(query, deadline: deadline).rows.last, !candle.isClosed else {
      return nil
    }
    return candle
  }

  /// What there is of the candles that open in a range, both ends inclusive; `nil` when the exchange cannot be asked.
  /// Asked once: whoever wants them decides when to ask again.
  public func closed(
    _ instrument: Instrument, _ interval: Interval, from: Timestamp, to: Timestamp
  ) async -> CandlePage? {
    let count = Int(to.milliseconds(since: from) / interval.nominalMilliseconds) + 2
    // One row more than the hole, without an end: the candle that follows proves that the last one of the hole is over.
    let query = HistoryQuery(instrument: instrument, interval: interval, start: from, limit: count)
    let deadline = clock.monotonicMilliseconds + time
    guard let answer = try? await history.candles(query, deadline: deadline) else { return nil }
    // What the exchange has forgotten is no candle that never was.
    return CandlePage(
      from: from, candles: answer.rows, knownThrough: answer.isTruncated ? nil : answer.rows.last?.openTime)
  }

  /// Has questions about the past answered with a candle as it was corrected.
  public func replace(_ candle: Candle) { history.replace(candle) }
}
