/// What sends at the end of a turn.
protocol LoopFlushing: AnyObject {
  /// On the loop's thread, once for any number of requests within a turn.
  func flush()
}

/// The state of a loop's own thread.
struct LoopTurn {
  /// Work the loop gave itself.
  var local: [EventLoop.Work] = []
  /// An empty array that keeps its capacity between turns.
  var spare: [EventLoop.Work] = []
  var timers = TimerHeap()
  /// When this turn's descriptors had been waited for, by the monotonic clock.
  var nowNanoseconds = EventLoop.monotonicNanoseconds
  /// Owns what epoll holds by bare address.
  var registered: [Int32: LoopPollable] = [:]
  /// Unregistered in this batch: epoll may have an event for them still to be delivered.
  var leaving: [LoopPollable] = []
  /// What was read of exchanges lately.
  var rush = LoopRush()
  var flushes: [any LoopFlushing] = []
  /// An empty array that keeps its capacity between turns.
  var spareFlushes: [any LoopFlushing] = []

  /// The longest sleep in epoll, so that a clock fault cannot stop the loop for good.
  private static let longestWaitMilliseconds: Int64 = 60_000

  /// Whether the loop may sleep.
  var isIdle: Bool { local.isEmpty && flushes.isEmpty }

  /// The timeout of epoll_wait: -1 for none, rounded up so that a timer is due when it returns.
  func waitMilliseconds(nowNanoseconds: Int64) -> Int32 {
    guard let earliest = timers.earliestNanoseconds else { return -1 }
    guard earliest > nowNanoseconds else { return 0 }
    let milliseconds = (earliest - nowNanoseconds - 1) / 1_000_000 + 1
    return Int32(min(milliseconds, LoopTurn.longestWaitMilliseconds))
  }

  mutating func takeLocal() -> [EventLoop.Work] {
    defer { local = [] }
    return local
  }

  mutating func takeSpare() -> [EventLoop.Work] {
    defer { spare = [] }
    return spare
  }

  mutating func takeFlushes() -> [any LoopFlushing] {
    var taken: [any LoopFlushing] = []
    swap(&taken, &flushes)
    swap(&flushes, &spareFlushes)
    return taken
  }

  /// Gives back the array of `takeFlushes`, emptied.
  mutating func recycle(_ flushes: inout [any LoopFlushing]) { swap(&flushes, &spareFlushes) }

  mutating func takeAllRegistered() -> [LoopPollable] {
    defer { registered = [:] }
    return Array(registered.values)
  }
}
