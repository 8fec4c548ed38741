internal import Model

/// Closed candles that live data has gone on without, and that are still asked for.
struct CandleRepair {
  enum Action: Equatable {
    /// Ask REST for the closed candles that open in this range, both ends inclusive.
    case ask(from: Timestamp, to: Timestamp)
    /// They have been asked for long enough.
    case giveUp
  }

  /// The most of one topic at one time.
  static let most = 8

  /// Names its questions.
  let question: Int
  /// The gap they are part of.
  let gap: Int
  /// Open times, ascending.
  private(set) var missing: [Timestamp]
  private let end: Int64
  private var pace: RepairPaceState

  init(question: Int, gap: Int, missing: [Timestamp], began: Int64, _ terms: RepairTerms) {
    self.question = question
    self.gap = gap
    self.missing = missing
    end = began + terms.patience
    pace = RepairPaceState(terms)
    pace.failed(now: began)
  }

  /// When `tick` next has something to do, in monotonic milliseconds.
  var deadline: Int64 { min(end, pace.nextTime ?? end) }

  mutating func tick(now: Int64) -> Action? {
    if end <= now { return .giveUp }
    guard pace.isDue(now: now), let first = missing.first, let last = missing.last, pace.begin() else { return nil }
    return .ask(from: first, to: last)
  }

  /// The exchange is there again.
  mutating func restart(now: Int64) { pace.restart(now: now) }

  /// The final of one of them has come; false when it is none of them.
  mutating func take(_ openTime: Timestamp) -> Bool {
    guard let index = missing.firstIndex(of: openTime) else { return false }
    missing.remove(at: index)
    return true
  }

  /// What a question brought: the finals that were missing, and the open times of which the exchange has no candle.
  mutating func receive(_ page: CandlePage?, now: Int64) -> (found: [Candle], absent: [Timestamp]) {
    pace.failed(now: now)
    guard let page else { return ([], []) }
    let found = page.candles.filter { $0.isClosed && missing.contains($0.openTime) }
    missing.removeAll { openTime in found.contains { $0.openTime == openTime } }
    let absent = missing.filter { openTime in page.knownThrough.map { openTime < $0 } ?? false }
    missing.removeAll { absent.contains($0) }
    return (found, absent)
  }
}
