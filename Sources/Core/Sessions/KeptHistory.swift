public import Model
internal import Net

/// Which series of an exchange.
public struct SeriesKey: Hashable, Sendable {
  /// Of what.
  public let instrument: Instrument
  /// The length of a candle; `nil` for settlements.
  public let interval: Interval?

  /// The series of an instrument.
  public init(_ instrument: Instrument, _ interval: Interval?) {
    self.instrument = instrument
    self.interval = interval
  }
}

/// The series of one kind that are kept, those asked for last, up to a number of bytes.
///
/// Crosses threads: everything stands behind a lock that is held for a search and a copy of rows.
public final class KeptRows<Row: SeriesRow>: Sendable {
  private let memory: Lock<BoundedMemory<SeriesKey, KeptSeries<Row>>>
  private let correctionCount = Lock(0)

  /// Nothing, up to so many bytes.
  public init(limitBytes: Int) {
    memory = Lock(BoundedMemory(limitBytes: limitBytes))
  }

  /// How often what is final has been corrected: what was made of rows of before may be wrong.
  public var corrections: Int { correctionCount.withLock { $0 } }

  /// Puts a row in the place of what is kept of its stretch of time, as the exchange has corrected it.
  public func correct(_ row: Row, through end: Timestamp, of key: SeriesKey) {
    learn([row], from: row.seriesTime, through: end, of: key)
    correctionCount.withLock { $0 += 1 }
  }

  /// Reads a series; one that is not kept is empty.
  public func read<R>(_ key: SeriesKey, _ body: (KeptSeries<Row>) -> R) -> R {
    memory.withLock { body($0.find(key) ?? KeptSeries()) }
  }

  /// Adds to a series that of a stretch of time these are all rows, and final.
  public func learn(_ rows: ArraySlice<Row>, from: Timestamp, through: Timestamp, of key: SeriesKey) {
    memory.withLock { memory in
      memory.update(key) { series in
        var known = series ?? KeptSeries()
        series = nil
        known.learn(rows, from: from, through: through)
        series = known
        return known.bytes
      }
    }
  }

  /// What is kept, in bytes.
  public var bytes: Int { memory.withLock { $0.bytes } }
}

/// What is kept of an exchange's past.
public struct KeptHistory: Sendable {
  /// The most bytes of candles an exchange's part may take.
  public static let candleBytes = 64 << 20
  /// The most bytes of settled rates.
  public static let fundingBytes = 8 << 20

  /// Closed candles.
  public let candles = KeptRows<Candle>(limitBytes: KeptHistory.candleBytes)
  /// Settled rates.
  public let fundingRates = KeptRows<FundingRate>(limitBytes: KeptHistory.fundingBytes)

  /// Nothing is kept yet.
  public init() {}
}
