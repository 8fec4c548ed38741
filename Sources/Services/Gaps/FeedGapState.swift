internal import Model

/// One break of what a feed follows of an exchange: over when every part of it is.
struct FeedGapState {
  /// The ledger's number of it.
  let id: UInt64
  /// Parts whose trades are counted, with the keeper's number of their gap, until it is known what they cost.
  private var waiting: [Topic: Int] = [:]
  /// Whether all streams are back.
  private var isWhole = false
  /// Events that could not be had; `nil` when they cannot be counted.
  private var missing: Int64? = 0
  private var source = GapRecord.Source.stream
  /// Whether all is known of it.
  private(set) var isSettled = false

  init(id: UInt64) {
    self.id = id
  }

  /// A part broke; `gap` is the keeper's number, where its events are counted.
  mutating func interrupt(_ part: Topic, gap: Int?) {
    isWhole = false
    if let gap { waiting[part] = gap } else { missing = nil }
  }

  /// All parts are back.
  mutating func restore() -> GapChange? {
    isWhole = true
    return conclude()
  }

  /// It is known what the gap of a part has cost.
  mutating func settle(_ part: Topic, gap: Int, _ change: GapChange) -> GapChange? {
    guard waiting[part] == gap else { return nil }
    waiting[part] = nil
    switch change {
    case .filled(.rest): source = .rest
    case .unfillable(let count): missing = missing.flatMap { sum in count.map { sum + $0 } }
    case .filled, .cause, .delivered: break
    }
    return conclude()
  }

  private mutating func conclude() -> GapChange? {
    guard isWhole, !isSettled, waiting.isEmpty else { return nil }
    isSettled = true
    return missing == 0 ? .filled(source) : .unfillable(missing: missing)
  }
}
