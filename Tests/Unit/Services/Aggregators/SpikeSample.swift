import Contract
import Model

@testable import Services

/// Instruments, candles and samples of a quiet exchange, for the tests of the watch for spikes.
enum SpikeSample {
  /// A full hour: 2027-01-15T08:00:00Z.
  static let hour = Timestamp(microseconds: 1_800_000_000_000_000)
  static let fiveMinutes = SpikeRule.all[0].timeframe

  static func instrument(
    _ symbol: String, quote: String = "USDT", kind: Instrument.Kind = .perpetual, status: Instrument.Status = .trading
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID("toy"), symbol: symbol, base: "A", quote: quote, kind: kind, status: status, tickSize: nil,
      stepSize: nil, fundingIntervalHours: 8)
  }

  static func candle(
    _ instrument: Instrument, _ interval: Interval, opening: Timestamp, volume: Int = 2_000_000,
    now: Timestamp = .latest
  ) -> Candle {
    Candle(
      instrument: instrument, interval: interval, openTime: opening, open: .zero, high: .zero, low: .zero,
      close: .zero, baseVolume: .zero, quoteVolume: FixedDecimal(volume), tradesCount: nil,
      isClosed: interval.endTime(ofCandleAt: opening) <= now, receiveTime: now)
  }

  static func sample(_ instrument: Instrument, at time: Timestamp, value: Int = 5_000_000) -> OpenInterest {
    OpenInterest(instrument: instrument, exchangeTime: time, quantity: FixedDecimal(1), notional: FixedDecimal(value))
  }

  /// The times of a question's rows.
  static func times(_ query: HistoryQuery) -> [Timestamp] {
    guard let interval = query.interval, let start = query.start, let end = query.end, start <= end else { return [] }
    return (0..<query.limit).map { interval.openTime($0, after: start) }.filter { $0 <= end }
  }

  /// A volume that differs from bar to bar by a little.
  static func usual(_ time: Timestamp, _ level: Int) -> Int { level + Int(time.milliseconds / 60_000 % 7) }

  /// What the exchange answers: two bars differ by a little.
  static func candles(_ query: HistoryQuery, now: Timestamp) -> [Candle] {
    guard let interval = query.interval else { return [] }
    return times(query).map {
      candle(query.instrument, interval, opening: $0, volume: usual($0, 2_000_000), now: now)
    }
  }

  static func samples(_ query: HistoryQuery, now: Timestamp) -> [OpenInterest] {
    times(query).filter { $0 <= now }.map { sample(query.instrument, at: $0, value: usual($0, 5_000_000)) }
  }
}

extension Timestamp {
  /// So many seconds later.
  static func + (time: Timestamp, seconds: Int64) -> Timestamp { time.advanced(byMilliseconds: seconds * 1000) }
}
