internal import Glibc

/// CPU time of a piece of work.
enum Measurement {
  /// Nanoseconds of CPU this process has used.
  static var cpuNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Nanoseconds of CPU for one operation: the best of several rounds, as noise only ever adds.
  static func bestNanoseconds(rounds: Int = 15, operations: Int, _ work: () -> Void) -> Double {
    work()
    var best = Int64.max
    for _ in 0..<rounds {
      let start = cpuNanoseconds
      work()
      best = min(best, cpuNanoseconds - start)
    }
    return Double(best) / Double(operations)
  }

  /// Nanoseconds of CPU for one operation: the median of several rounds, to be compared with another program's.
  static func medianNanoseconds(rounds: Int, operations: Int, _ work: () -> Void) -> Double {
    work()
    let spans = (0..<max(1, rounds)).map { _ in
      let start = cpuNanoseconds
      work()
      return cpuNanoseconds - start
    }
    return Double(spans.sorted()[spans.count / 2]) / Double(operations)
  }

  /// With one digit after the point.
  static func text(_ nanoseconds: Double) -> String {
    let rounded = Int64((nanoseconds * 10).rounded())
    return "\(rounded / 10).\(rounded % 10)"
  }

  /// One line of the table.
  static func report(_ name: String, _ nanoseconds: Double, _ note: String = "") {
    let figure = text(nanoseconds)
    let left = name + String(repeating: " ", count: max(1, 44 - name.utf8.count))
    print("\(left)\(String(repeating: " ", count: max(0, 10 - figure.utf8.count)))\(figure) ns  \(note)")
    fflush(nil)
  }
}

/// Keeps a value from being optimised away.
@inline(never)
func keep<Value>(_ value: Value) {}
