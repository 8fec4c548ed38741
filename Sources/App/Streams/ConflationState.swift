/// Spaces the states of an open candle: at most one an interval, always the latest. What is final is never held.
///
/// - What comes first, or after an interval of quiet, goes at once.
/// - What comes sooner is held until the interval is over, and replaced by what comes meanwhile.
/// - A final drops what is held, which is older than it.
struct ConflationState<Item> {
  /// What to do with a state that came.
  enum Action: Equatable {
    /// Send it.
    case send
    /// It is held; call `wake` after so many milliseconds.
    case hold(forMilliseconds: Int64)
    /// It is held in place of another; `wake` will come.
    case replaced
  }

  /// The least and the most a client may ask for, in milliseconds.
  static var range: ClosedRange<Int64> { 50...60_000 }

  private let interval: Int64
  /// Before this no open state is sent, in monotonic milliseconds.
  private var readyTime = Int64.min
  private var held: Item?

  /// At most one in so many milliseconds.
  init(intervalMilliseconds: Int64) {
    interval = intervalMilliseconds
  }

  /// Whether something waits for `wake`.
  var isHolding: Bool { held != nil }

  /// An open state has come.
  mutating func open(_ item: Item, now: Int64) -> Action {
    guard held == nil else {
      held = item
      return .replaced
    }
    guard now < readyTime else {
      readyTime = now + interval
      return .send
    }
    held = item
    return .hold(forMilliseconds: readyTime - now)
  }

  /// A final has come and is sent now: whether it took the place of what was held.
  mutating func close() -> Bool {
    defer { held = nil }
    return held != nil
  }

  /// The interval is over: what must be sent now.
  mutating func wake(now: Int64) -> Item? {
    guard let item = held else { return nil }
    held = nil
    readyTime = now + interval
    return item
  }
}
