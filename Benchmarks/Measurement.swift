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

  /// One line of the table.
  static func report(_ name: String, _ nanoseconds: Double, _ note: String = "") {
    let rounded = Int64((nanoseconds * 10).rounded())
    let figure = "\(rounded / 10).\(rounded % 10)"
    let left = name + String(repeating: " ", count: max(1, 44 - name.utf8.count))
    print("\(left)\(String(repeating: " ", count: max(0, 10 - figure.utf8.count)))\(figure) ns  \(note)")
    fflush(nil)
  }
}

/// Keeps a value from being optimised away.
@inline(never)
func keep<Value>(_ value: Value) {}
