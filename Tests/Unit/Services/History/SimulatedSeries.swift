import Contract
import Model
import Support

@testable import Services
@testable import Sessions

/// Candles that an exchange would have, made up from their times: some are missing, the open one changes, and one that is
/// just over is corrected once.
struct SimulatedSeries: Sendable {
  let interval: Interval
  /// Where the exchange's history begins.
  let begin: Timestamp
  /// One candle in so many is missing.
  let gap: UInt64
  let seed: UInt64

  /// What the exchange answers: the plain rule of ranges, over all there is.
  func answer(_ query: HistoryQuery, now: Timestamp) -> [Candle] {
    var open = interval.openTime(containing: begin)
    var rows: [Candle] = []
    while open <= now {
      if open >= begin, query.start.map({ open >= $0 }) ?? true, query.end.map({ open <= $0 }) ?? true,
        exists(open, now: now)
      {
        rows.append(candle(open, now: now))
      }
      open = interval.openTime(1, after: open)
    }
    return query.start == nil ? Array(rows.suffix(query.limit)) : Array(rows.prefix(query.limit))
  }

  /// The newest one is always there.
  private func exists(_ open: Timestamp, now: Timestamp) -> Bool {
    interval.endTime(ofCandleAt: open) > now || number(open) % gap != 0
  }

  private func number(_ open: Timestamp) -> UInt64 {
    var random = SplitMix64(seed: seed &+ UInt64(open.milliseconds))
    return random.next() >> 8
  }

  private func candle(_ open: Timestamp, now: Timestamp) -> Candle {
    let end = interval.endTime(ofCandleAt: open)
    let isCorrected = end.advanced(byMilliseconds: 20_000) <= now
    let close = end > now ? now.milliseconds % 1_000_000 : Int64(number(open) % 1000) + (isCorrected ? 0 : 1)
    let one = FixedDecimal(1)
    return Candle(
      instrument: ToyExchange.alpha, interval: interval, openTime: open, open: FixedDecimal(Int(number(open) % 500)),
      high: one, low: one, close: FixedDecimal(Int(close)), baseVolume: one, quoteVolume: nil, tradesCount: nil,
      isClosed: end <= now, receiveTime: now)
  }

  /// Any question: bounds before the beginning, between candles, in the future; limits of less and more than a page.
  func randomQuery(
    now: Timestamp, of instrument: Instrument, using random: inout some RandomNumberGenerator
  ) -> HistoryQuery {
    let length = now.milliseconds(since: begin)
    func bound() -> Timestamp {
      let offset = Int64.random(in: -length / 8...length + length / 8, using: &random)
      let time = begin.advanced(byMilliseconds: offset)
      // Half of them stand on the grid.
      return Bool.random(using: &random) ? time : interval.openTime(containing: time)
    }
    var query = HistoryQuery(
      instrument: instrument, interval: interval, limit: Int.random(in: 1...35, using: &random), now: now)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: query.start = bound()
    case 1: query.end = bound()
    case 2:
      let (one, other) = (bound(), bound())
      (query.start, query.end) = (min(one, other), max(one, other))
    default: break
    }
    return query
  }

  /// Whether a client sees the same of two lists: all but when they came.
  static func looksTheSame(_ rows: [Candle], _ others: [Candle]) -> Bool {
    guard rows.count == others.count else { return false }
    return zip(rows, others).allSatisfy { row, other in
      row.openTime == other.openTime && row.open == other.open && row.close == other.close
        && row.isClosed == other.isClosed
    }
  }
}
