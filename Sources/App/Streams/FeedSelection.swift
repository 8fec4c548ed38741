internal import Contract
internal import Model

/// What a question about the past of a feed is about.
struct FeedSelection: Sendable {
  /// The exchanges it is about.
  var exchanges: [ExchangeID]
  /// Those of them whose streams are up now.
  var connected: [ExchangeID] = []
  /// The instruments it is about, and what the client calls them; `nil` for all.
  var matches: [Instrument: InstrumentMatch]?
  /// Events worth less are left out; `nil` for none.
  var minimum: FixedDecimal?

  /// Whether it is about an instrument.
  func holds(_ instrument: Instrument) -> Bool {
    matches.map { $0[instrument] != nil } ?? exchanges.contains(instrument.exchange)
  }

  /// Whether something is worth enough.
  func reaches(_ notional: FixedDecimal?) -> Bool {
    guard let minimum else { return true }
    return notional.map { $0 >= minimum } ?? false
  }

  /// What the client calls an instrument; `nil` for the exchange's own name.
  func name(of instrument: Instrument) -> String? { matches?[instrument]?.pair }
}
