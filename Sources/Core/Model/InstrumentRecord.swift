internal import Synchronization

/// The properties of an instrument in one state, kept once and for as long as the process lives.
///
/// Buys: events are plain memory. To copy one counts no reference, and none is waited for: a tenth to a seventh of
/// the time a frame takes to decode, a fifth of the instructions an event takes to encode (docs/decisions/0022).
/// Assumes: instruments change seldom. Each state takes some 250 bytes, and a list that is read again none; whoever reads
/// lists stops when there are more than `Instrument.knownStates` may become (`InstrumentList.mostStates`).
struct InstrumentRecord {
  let exchange: ExchangeID
  let symbol: String
  let base: String
  let quote: String
  let kind: Instrument.Kind
  let status: Instrument.Status
  let tickSize: FixedDecimal?
  let stepSize: FixedDecimal?
  let contractSize: FixedDecimal
  let fundingIntervalHours: Int?
  let listTime: Timestamp?
  let isQuotedInDollars: Bool
  /// Of exchange and symbol, computed once.
  let identityHash: Int
  /// Another record in the same place of the table.
  private var next: UnsafePointer<InstrumentRecord>?

  init(
    exchange: ExchangeID, symbol: String, base: String, quote: String, kind: Instrument.Kind,
    status: Instrument.Status, tickSize: FixedDecimal?, stepSize: FixedDecimal?, contractSize: FixedDecimal,
    fundingIntervalHours: Int?, listTime: Timestamp?, isQuotedInDollars: Bool, identityHash: Int
  ) {
    self.exchange = exchange
    self.symbol = symbol
    self.base = base
    self.quote = quote
    self.kind = kind
    self.status = status
    self.tickSize = tickSize
    self.stepSize = stepSize
    self.contractSize = contractSize
    self.fundingIntervalHours = fundingIntervalHours
    self.listTime = listTime
    self.isQuotedInDollars = isQuotedInDollars
    self.identityHash = identityHash
  }

  // MARK: The table

  private typealias Head = Atomic<UnsafePointer<InstrumentRecord>?>

  private static let placeCount = 4096
  /// Lists that only grow, at their beginnings. Unsafe, as memory of its own is not known to be shared: it is written once,
  /// before anyone has it, and its elements are atomic.
  nonisolated(unsafe) private static let heads: UnsafeMutablePointer<Head> = {
    let memory = UnsafeMutablePointer<Head>.allocate(capacity: placeCount)
    for place in 0..<placeCount { (memory + place).initialize(to: Head(nil)) }
    return memory
  }()
  private static let count = Atomic<Int>(0)

  /// How many records are kept.
  static var keptCount: Int { count.load(ordering: .relaxed) }

  /// Where these properties are kept: as they are already, or from now on.
  var kept: UnsafePointer<InstrumentRecord> {
    let head = InstrumentRecord.heads + identityHash & (InstrumentRecord.placeCount - 1)
    var first = head.pointee.load(ordering: .acquiring)
    if let known = same(from: first) { return known }
    let new = UnsafeMutablePointer<InstrumentRecord>.allocate(capacity: 1)
    new.initialize(to: self)
    while true {
      new.pointee.next = first
      let (isKept, found) = head.pointee.compareExchange(
        expected: first, desired: UnsafePointer(new), successOrdering: .acquiringAndReleasing,
        failureOrdering: .acquiring)
      if isKept { break }
      // Another thread was quicker, and may have kept the same.
      if let known = same(from: found) {
        new.deinitialize(count: 1)
        new.deallocate()
        return known
      }
      first = found
    }
    InstrumentRecord.count.add(1, ordering: .relaxed)
    return UnsafePointer(new)
  }

  private func same(from first: UnsafePointer<InstrumentRecord>?) -> UnsafePointer<InstrumentRecord>? {
    var place = first
    while let record = place {
      if record.pointee.isSame(as: self) { return record }
      place = record.pointee.next
    }
    return nil
  }

  /// Equal in every property, and in the digits of its numbers.
  private func isSame(as other: InstrumentRecord) -> Bool {
    identityHash == other.identityHash && symbol == other.symbol && exchange == other.exchange && base == other.base
      && quote == other.quote && kind == other.kind && status == other.status
      && fundingIntervalHours == other.fundingIntervalHours && listTime == other.listTime
      && InstrumentRecord.haveSameDigits(tickSize, other.tickSize)
      && InstrumentRecord.haveSameDigits(stepSize, other.stepSize)
      && InstrumentRecord.haveSameDigits(contractSize, other.contractSize)
  }

  private static func haveSameDigits(_ left: FixedDecimal?, _ right: FixedDecimal?) -> Bool {
    left?.mantissa == right?.mantissa && left?.scale == right?.scale
  }
}

extension Instrument {
  /// How many states of instruments have been made in this process: each is kept.
  public static var knownStates: Int { InstrumentRecord.keptCount }
}
