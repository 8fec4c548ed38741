public import Model

/// All gaps there were, up to a number: what opened, what was filled, what is missing for good.
public struct GapLedgerState: Sendable {
  /// The most records. Of more, those that were closed first are forgotten first.
  public static let capacity = 10_000

  /// Which records are asked for.
  public struct Selection: Sendable {
    /// Of one exchange; `nil` for all.
    public var exchange: ExchangeID?
    /// Of these symbols, as their exchanges call them; `nil` for all, and for feeds.
    public var symbols: Set<String>?
    /// Of candles of one length; `nil` for all.
    public var interval: Interval?
    /// Of one kind of stream; `nil` for all.
    public var stream: Channel.Kind?
    /// In one state; `nil` for all.
    public var state: GapRecord.State?

    /// All records.
    public init() {}

    func holds(_ record: GapRecord) -> Bool {
      let key = record.key
      return (exchange == nil || key.exchange == exchange) && (symbols?.contains(key.instrument?.symbol ?? "") ?? true)
        && (stream == nil || key.channel.kind == stream) && (interval == nil || key.channel.interval == interval)
        && (state == nil || record.state == state)
    }
  }

  private var records: [UInt64: GapRecord] = [:]
  private var lastID: UInt64 = 0
  /// Those that are closed, in the order in which they were; the first ones may have been forgotten.
  private var closed: [UInt64] = []
  private var firstClosed = 0
  /// Records that were forgotten.
  public private(set) var forgottenCount: UInt64 = 0

  /// An empty ledger.
  public init() {}

  /// Records held.
  public var count: Int { records.count }

  /// Notes a gap, and what is known of it already.
  public mutating func open(_ opening: GapOpening, _ change: GapChange? = nil, now: Timestamp) -> GapRecord {
    lastID += 1
    var record = GapRecord(
      id: lastID, key: opening.key, from: opening.from, to: opening.to, cause: opening.cause, openedTime: now)
    records[record.id] = record
    if let change, let changed = note(change, of: record.id, now: now) { record = changed }
    forgetOldest()
    return record
  }

  /// Notes what became of a gap; gives the record if that is news.
  public mutating func note(_ change: GapChange, of id: UInt64, now: Timestamp) -> GapRecord? {
    guard var record = records[id], record.state == .open else { return nil }
    switch change {
    case .cause(let cause):
      guard record.cause != cause else { return nil }
      record.cause = cause
    case .delivered(let time):
      guard record.to == nil else { return nil }
      record.to = max(time, record.from)
    case .filled(let source):
      record.state = .filled
      record.missing = 0
      record.source = source
    case .unfillable(let missing):
      record.state = .unfillable
      record.missing = missing
    }
    if record.state != .open {
      record.to = record.to ?? max(now, record.from)
      record.closedTime = now
      closed.append(id)
    }
    records[id] = record
    return record
  }

  /// The newest records of a selection, ascending by their beginning.
  public func records(_ selection: Selection, limit: Int) -> [GapRecord] {
    let all = records.values.filter(selection.holds).sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    return Array(all.suffix(limit))
  }

  private mutating func forgetOldest() {
    while records.count > GapLedgerState.capacity {
      if firstClosed < closed.count {
        records[closed[firstClosed]] = nil
        firstClosed += 1
      } else if let oldest = records.keys.min() {
        records[oldest] = nil
      }
      forgottenCount += 1
    }
    guard firstClosed > GapLedgerState.capacity else { return }
    closed.removeFirst(firstClosed)
    firstClosed = 0
  }
}
