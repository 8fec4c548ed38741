import Net

/// The time at the recorded exchange: the wall clock when it was made, and from then on so many times as fast.
struct RecordedClock: Sendable {
  let startMilliseconds: Int64
  let startNanoseconds: Int64
  let speed: Int64

  /// A clock that shows now.
  init(speed: Int) {
    self.init(
      startMilliseconds: EventLoop.wallClockMicroseconds / 1000, startNanoseconds: EventLoop.monotonicNanoseconds,
      speed: Int64(speed))
  }

  init(startMilliseconds: Int64, startNanoseconds: Int64, speed: Int64) {
    self.startMilliseconds = startMilliseconds
    self.startNanoseconds = startNanoseconds
    self.speed = speed
  }

  /// Milliseconds since 1970.
  var now: Int64 { time(atNanoseconds: EventLoop.monotonicNanoseconds) }

  func time(atNanoseconds nanoseconds: Int64) -> Int64 {
    // Microseconds, so that the product of years and a large speed still fits.
    startMilliseconds + (nanoseconds - startNanoseconds) / 1000 * speed / 1000
  }
}
