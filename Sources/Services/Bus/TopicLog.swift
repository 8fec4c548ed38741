internal import Model

/// Numbers the events of one topic, and remembers the last of those that must not be lost, so that a client that was cut
/// off gets what it missed.
///
/// Open candles are numbered and not remembered: the latest says all.
struct TopicLog {
  /// The most events that are remembered of a topic: as many as a busy stream brings in the seconds a reconnect takes.
  static let capacity = 1024

  /// An event with its number.
  struct Entry {
    let sequence: UInt64
    let event: BusEvent
  }

  let epoch: UInt64
  /// The number of the last event.
  private(set) var sequence: UInt64 = 0
  /// Nobody who could come back reads topics that are read by bare streams alone, so nothing is remembered of them.
  private(set) var isKept = false
  /// All that must not be lost and has a higher number is remembered.
  private var floor: UInt64 = 0
  private var entries: [Entry] = []
  /// Where the oldest entry stands, once the memory is full.
  private var oldest = 0

  init(epoch: UInt64) {
    self.epoch = epoch
  }

  /// The place after the last event.
  var end: ResumePoint { ResumePoint(epoch: epoch, sequence: sequence) }

  /// Remembers events from here on.
  mutating func keep() {
    guard !isKept else { return }
    isKept = true
    floor = sequence
  }

  /// Numbers an event that is not remembered.
  mutating func skip() { sequence += 1 }

  /// Gives an event its number.
  mutating func append(_ event: BusEvent) -> UInt64 {
    skip()
    guard isKept, !event.isPassing else { return sequence }
    let entry = Entry(sequence: sequence, event: event)
    if entries.count < TopicLog.capacity {
      entries.append(entry)
    } else {
      floor = entries[oldest].sequence
      entries[oldest] = entry
      oldest = (oldest + 1) % TopicLog.capacity
    }
    return sequence
  }

  /// What was missed since a point, in order; `nil` when that cannot be said in full.
  func entries(after point: ResumePoint) -> [Entry]? {
    guard isKept, point.epoch == epoch, point.sequence >= floor, point.sequence <= sequence else { return nil }
    return (entries[oldest...] + entries[..<oldest]).filter { $0.sequence > point.sequence }
  }
}
