public import Model

/// What becomes of an exchange's instruments from one answer to the next: keeps the list, and says what changed. Pure; time
/// is an argument.
///
/// Exchanges end an instrument in two ways: some name it further as delisted, some drop it from the list when it has
/// settled. An answer that lacks one is therefore news, but not yet proof: lists are read in pages while they change, and
/// exchanges have been seen to give short answers. So the first answer without it is a doubt, in which the instrument
/// stays as it was, and the next one without it ends it. Whoever asks answers a doubt with a question soon.
public struct InstrumentChanges: Sendable {
  /// The list as it is; `nil` before the first answer.
  public private(set) var catalog: InstrumentCatalog?
  /// Symbols that the latest answer lacked, and the one before it had.
  private var missing: Set<String> = []

  /// No list yet.
  public init() {}

  /// Whether an instrument is missing that may yet come back.
  public var hasDoubt: Bool { !missing.isEmpty }

  /// Takes an answer, and says what it changes, in the order of the list; what has ended comes last. The first answer
  /// changes nothing. Of one that is partial, a funding interval that is not known stays as it was: that it was not to be
  /// had is no change of the instrument. `namesCoins` as the exchange declares it.
  public mutating func receive(
    _ list: [Instrument], isPartial: Bool = false, namesCoins: Bool = false, at time: Timestamp
  ) -> [InstrumentChange] {
    guard let old = catalog else {
      catalog = InstrumentCatalog(list, namesCoins: namesCoins)
      return []
    }
    let symbols = Set(list.map(\.symbol))
    let absent = old.instruments.filter { !symbols.contains($0.symbol) && old.bySymbol[$0.symbol] === $0 }
    // One that is known to be over is not missed.
    let (gone, doubted) = absent.partitioned { missing.contains($0.symbol) || $0.status == .delisted }
    missing = Set(doubted.map(\.symbol))
    let whole = isPartial ? list.map { $0.withFundingInterval(from: old.bySymbol[$0.symbol]) } : list
    let new = InstrumentCatalog.refreshed(whole + doubted, from: old, namesCoins: namesCoins)
    catalog = new
    return InstrumentChanges.between(old, new, at: time)
      + gone.filter { $0.status != .delisted }.map { InstrumentChange(.delisted, $0.withStatus(.delisted), time: time) }
  }

  /// What differs in a list that lacks nothing of the old one.
  private static func between(
    _ old: InstrumentCatalog, _ new: InstrumentCatalog, at time: Timestamp
  ) -> [InstrumentChange] {
    new.instruments.compactMap { instrument in
      // Of two equal symbols the first counts.
      guard new.bySymbol[instrument.symbol] === instrument else { return nil }
      return kind(of: instrument, before: old.bySymbol[instrument.symbol]).map {
        InstrumentChange($0, instrument, time: time)
      }
    }
  }

  private static func kind(of instrument: Instrument, before: Instrument?) -> InstrumentChange.Kind? {
    let wasListed = before.map { $0.status != .delisted } ?? false
    let isListed = instrument.status != .delisted
    switch (wasListed, isListed) {
    case (false, true): return .listed
    case (true, false): return .delisted
    case (false, false): return nil
    case (true, true): return before.map(instrument.differences)?.isEmpty == false ? .changed : nil
    }
  }
}

extension Array {
  /// Those that are so, and those that are not, each in their order.
  fileprivate func partitioned(_ isSo: (Element) -> Bool) -> ([Element], [Element]) {
    var (these, others): ([Element], [Element]) = ([], [])
    for element in self {
      if isSo(element) { these.append(element) } else { others.append(element) }
    }
    return (these, others)
  }
}
