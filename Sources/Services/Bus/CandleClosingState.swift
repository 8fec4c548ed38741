internal import Model

/// Makes finals for one topic of an exchange that marks none: the last state of a candle is final when the next candle
/// comes, or when its end is `delay` past.
///
/// Only a candle whose latest state came by the stream, with no break since, is known well enough for that; of any
/// other it is told that its final must be asked for. Nothing is made up: a candle that was never seen gets no final here.
struct CandleClosingState {
  /// What the clock ends.
  enum Ending: Equatable {
    /// This is the final.
    case final(Candle)
    /// The candle that opens then is over; what is known of it may not be its end.
    case unseen(Timestamp)
  }

  /// How long after a candle's end its last state may still be on the way, in milliseconds.
  static let delay: Int64 = 2000

  private let interval: Interval
  private var current: Candle?
  /// Whether `current` came by the stream, with no break since.
  private(set) var isFollowed = false
  /// The latest candle that has ended.
  private var ended: Timestamp?

  init(interval: Interval) {
    self.interval = interval
  }

  /// The open time of the candle that waits for its end; `nil` when none does.
  var openTime: Timestamp? { current?.openTime }

  /// When `tick` next has something to do, by the exchange's clock; `nil` when no candle waits for its end.
  var deadline: Timestamp? {
    current.map { interval.endTime(ofCandleAt: $0.openTime).advanced(byMilliseconds: CandleClosingState.delay) }
  }

  /// Whether a candle from the stream is a further state of the one that is followed, which is then taken in and to be
  /// handed on.
  mutating func goesOn(with candle: Candle) -> Bool {
    guard isFollowed, current?.openTime == candle.openTime else { return false }
    current = candle
    return true
  }

  /// A candle from the stream: what is to be handed on, in order.
  mutating func receive(_ candle: Candle) -> [Candle] {
    // A late one is not followed; whoever keeps the order drops it.
    if let ended, candle.openTime <= ended { return [candle] }
    let before = isFollowed ? current : nil
    current = candle
    isFollowed = true
    guard let before, before.openTime < candle.openTime,
      interval.endTime(ofCandleAt: before.openTime) == candle.openTime
    else { return [candle] }
    ended = before.openTime
    return [before.closed, candle]
  }

  /// The candle now forming, from elsewhere than the stream.
  mutating func receiveSnapshot(_ candle: Candle) {
    if let ended, candle.openTime <= ended { return }
    current = candle
    isFollowed = false
  }

  /// The stream broke.
  mutating func interrupt() {
    isFollowed = false
  }

  /// The exchange's clock stands at `now`.
  mutating func tick(now: Timestamp) -> Ending? {
    guard let current, let deadline, deadline <= now else { return nil }
    self.current = nil
    ended = current.openTime
    return isFollowed ? .final(current.closed) : .unseen(current.openTime)
  }
}
