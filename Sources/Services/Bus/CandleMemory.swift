internal import Model

/// The finals of one topic that were handed on last, so that one that comes again with other values is known for what it
/// is.
struct CandleMemory {
  /// Finals remembered.
  static let capacity = 64

  /// What a final that comes again says.
  enum Verdict: Equatable {
    /// The same as before.
    case same
    /// Something else: the number of this revision, counted from 1.
    case revised(Int)
    /// Nothing is remembered of it.
    case unknown
  }

  private struct Entry {
    var candle: Candle
    var revision = 0
  }

  private var entries: [Entry] = []
  private var oldest = 0

  /// Remembers a final that is handed on; a late one is a revision already.
  mutating func remember(_ candle: Candle, revision: Int = 0) {
    let entry = Entry(candle: candle, revision: revision)
    if entries.count < CandleMemory.capacity { return entries.append(entry) }
    entries[oldest] = entry
    oldest = (oldest + 1) % CandleMemory.capacity
  }

  /// Compares a final with what was handed on, and remembers what it says.
  mutating func compare(_ candle: Candle) -> Verdict {
    guard let index = entries.firstIndex(where: { $0.candle.openTime == candle.openTime }) else { return .unknown }
    guard !candle.hasValues(of: entries[index].candle) else { return .same }
    entries[index].candle = candle
    entries[index].revision += 1
    return .revised(entries[index].revision)
  }
}

extension Candle {
  /// Whether it says the same of the same time. What one of them does not give is no difference.
  fileprivate func hasValues(of other: Candle) -> Bool {
    func agree<Value: Equatable>(_ one: Value?, _ two: Value?) -> Bool { one == nil || two == nil || one == two }
    return open == other.open && high == other.high && low == other.low && close == other.close
      && baseVolume == other.baseVolume && agree(quoteVolume, other.quoteVolume)
      && agree(tradesCount, other.tradesCount)
  }
}
