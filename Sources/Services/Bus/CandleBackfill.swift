internal import Contract
public import Model
public import Sessions

/// Fetches the candles a stream is missing: the current one for a newcomer, closed ones for a hole.
public struct CandleBackfill: Sendable {
  private let history: MarketHistory
  private let clock: any TimeSource

  /// How long one fetch may take, in milliseconds.
  static let deadline: Int64 = 10_000
  /// How often an incomplete hole is asked for again: REST may lag the stream by a moment.
  static let maxAttempts = 4

  /// Fetches from the history of an exchange.
  public init(_ history: MarketHistory, clock: any TimeSource) {
    self.history = history
    self.clock = clock
  }

  /// The candle now forming; `nil` when it cannot be had, or has just ended: its stream sends the final itself.
  public func current(_ instrument: Instrument, _ interval: Interval) async -> Candle? {
    let query = HistoryQuery(instrument: instrument, interval: interval, limit: 1)
    let deadline = clock.monotonicMilliseconds + CandleBackfill.deadline
    guard let candle = try? await history.candles(query, deadline: deadline).rows.last, !candle.isClosed else {
      return nil
    }
    return candle
  }

  /// The closed candles that open in a range, both ends inclusive; as many as could be had.
  public func closed(
    _ instrument: Instrument, _ interval: Interval, from: Timestamp, to: Timestamp
  ) async -> [Candle] {
    let count = Int(to.milliseconds(since: from) / interval.nominalMilliseconds) + 2
    // One row more than the hole, without an end: the candle that follows proves that the last one of the hole is over.
    let query = HistoryQuery(instrument: instrument, interval: interval, start: from, limit: count)
    var best: [Candle] = []
    for attempt in 1...CandleBackfill.maxAttempts {
      let deadline = clock.monotonicMilliseconds + CandleBackfill.deadline
      let page = (try? await history.candles(query, deadline: deadline).rows) ?? []
      let rows = page.filter { $0.isClosed && $0.openTime <= to }
      if rows.count >= best.count { best = rows }
      // A later candle proves that the exchange has no more of these.
      if best.last?.openTime == to || page.contains(where: { $0.openTime > to }) { break }
      if attempt < CandleBackfill.maxAttempts { try? await Task.sleep(for: .seconds(attempt)) }
    }
    return best
  }
}
