internal import Model

/// What the clocks say, as an argument.
struct Moment {
  /// Milliseconds that never go back: for pauses.
  let monotonic: Int64
  /// Our time of day: for what is said to others.
  let wallClock: Timestamp
  /// A time that has passed by the exchange's clock: for what ends there.
  let exchangeTime: Timestamp
}
