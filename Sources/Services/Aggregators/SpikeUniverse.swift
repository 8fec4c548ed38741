internal import Contract
internal import Model

/// The instruments that are watched for spikes.
enum SpikeUniverse {
  /// The quote of all of them, so that volumes can be compared.
  static let quote = "USDT"

  /// The perpetuals in trading with the highest volumes, highest first; of equal volumes, by symbol.
  static func members(of list: [Instrument], volumes: [InstrumentVolume], limit: Int) -> [Instrument] {
    let bySymbol = Dictionary(volumes.map { ($0.symbol, $0.quoteVolume) }, uniquingKeysWith: { first, _ in first })
    let ranked = list.compactMap { instrument -> (instrument: Instrument, volume: FixedDecimal)? in
      guard instrument.kind == .perpetual, instrument.status == .trading, instrument.quote == quote,
        let volume = bySymbol[instrument.symbol]
      else { return nil }
      return (instrument, volume)
    }.sorted { left, right in
      left.volume == right.volume ? left.instrument.symbol < right.instrument.symbol : left.volume > right.volume
    }
    return ranked.prefix(max(limit, 0)).map(\.instrument)
  }
}
