internal import Glibc

extension EventLoop {
  /// `CLOCK_MONOTONIC`: for deadlines; never goes back.
  public static var monotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC, unitsPerSecond: 1_000_000_000) }

  /// `CLOCK_REALTIME`, microseconds since 1970: the time of day.
  public static var wallClockMicroseconds: Int64 { read(CLOCK_REALTIME, unitsPerSecond: 1_000_000) }

  /// `CLOCK_MONOTONIC` in milliseconds.
  public static var monotonicMilliseconds: Int64 { monotonicNanoseconds / 1_000_000 }

  private static func read(_ clock: clockid_t, unitsPerSecond: Int64) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * unitsPerSecond + Int64(time.tv_nsec) / (1_000_000_000 / unitsPerSecond)
  }
}
