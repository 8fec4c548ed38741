public import Model

/// Liquidations of the last day, summed by minute, instrument and side. A pure fold; time is an argument.
///
/// The room is bounded by the number of instrument-minutes. When it is used up, what comes is still summed for its
/// exchange, under no instrument's name: the sums of an exchange are whole in any case.
public struct LiquidationTotals: Sendable {
  /// The longest span that can be asked for, in minutes.
  public static let longestMinutes: Int64 = 1440
  /// The most minutes of instruments with a liquidation: a day of three large exchanges takes a half of it.
  public static let usualLimit = 100_000

  /// What there was on one instrument.
  public struct InstrumentSums: Sendable, Equatable {
    /// Which.
    public let instrument: Instrument
    /// Its sums.
    public let sums: LiquidationSums
  }

  /// What there was on one exchange.
  public struct ExchangeSums: Sendable, Equatable {
    /// By instrument, in alphabetical order of their symbols.
    public var instruments: [InstrumentSums] = []
    /// What there was no room to keep by instrument.
    public var others = LiquidationSums()
    /// All of it.
    public var all = LiquidationSums()

    /// Nothing.
    public init() {}
  }

  /// The most instrument-minutes.
  public let limit: Int
  /// Instrument-minutes there are.
  public private(set) var count = 0
  /// Liquidations left out, as they were told a day late.
  public private(set) var lateCount = 0
  private var instruments: [Instrument: RollingWindow<LiquidationSums>] = [:]
  private var others: [ExchangeID: RollingWindow<LiquidationSums>] = [:]
  /// The minute that old ones were dropped in last.
  private var swept: Int64 = 0

  /// Between two sweeps, in minutes, while there is room.
  private static let sweepPeriod: Int64 = 60

  /// Nothing yet; room for so many instrument-minutes.
  public init(limit: Int = LiquidationTotals.usualLimit) {
    self.limit = limit
  }

  /// Takes a liquidation. It counts for the minute the exchange names; one from the future for the present minute, so that
  /// a wrong clock of an exchange cannot take it out of every span.
  public mutating func observe(_ liquidation: Liquidation, now: Timestamp) {
    let present = RollingWindow<LiquidationSums>.minute(of: now)
    let minute = min(RollingWindow<LiquidationSums>.minute(of: liquidation.exchangeTime), present)
    guard minute >= present - LiquidationTotals.longestMinutes else { return lateCount += 1 }
    if present - swept >= LiquidationTotals.sweepPeriod || (count >= limit && present != swept) { sweep(present) }
    let instrument = liquidation.instrument
    let isKnown = instruments[instrument]?.holds(minute) ?? false
    guard isKnown || count < limit else {
      return others[instrument.exchange, default: RollingWindow()].update(minute, empty: LiquidationSums()) {
        $0.add(liquidation)
      }
    }
    if !isKnown { count += 1 }
    instruments[instrument, default: RollingWindow()].update(minute, empty: LiquidationSums()) { $0.add(liquidation) }
  }

  /// The sums from the minute on that holds an instant.
  public func sums(since start: Timestamp) -> [ExchangeID: ExchangeSums] {
    let minute = RollingWindow<LiquidationSums>.minute(of: start)
    var exchanges: [ExchangeID: ExchangeSums] = [:]
    for (instrument, window) in instruments {
      let sums = LiquidationTotals.sum(of: window, from: minute)
      guard sums.count > 0 else { continue }
      exchanges[instrument.exchange, default: ExchangeSums()].instruments.append(
        InstrumentSums(instrument: instrument, sums: sums))
      exchanges[instrument.exchange]?.all.add(sums)
    }
    for (exchange, window) in others {
      let sums = LiquidationTotals.sum(of: window, from: minute)
      exchanges[exchange, default: ExchangeSums()].others = sums
      exchanges[exchange]?.all.add(sums)
    }
    return exchanges.mapValues { sums in
      var sums = sums
      sums.instruments.sort { $0.instrument.symbol < $1.instrument.symbol }
      return sums
    }
  }

  private static func sum(of window: RollingWindow<LiquidationSums>, from minute: Int64) -> LiquidationSums {
    var sums = LiquidationSums()
    window.fold(from: minute, into: &sums) { $0.add($1) }
    return sums
  }

  /// Drops what no span reaches any more.
  private mutating func sweep(_ present: Int64) {
    swept = present
    let oldest = present - LiquidationTotals.longestMinutes
    instruments = instruments.mapValues { $0.dropping(before: oldest) }.filter { $0.value.count > 0 }
    others = others.mapValues { $0.dropping(before: oldest) }.filter { $0.value.count > 0 }
    count = instruments.values.reduce(0) { $0 + $1.count }
  }
}

extension RollingWindow {
  fileprivate func dropping(before minute: Int64) -> RollingWindow {
    var window = self
    window.drop(before: minute)
    return window
  }
}
