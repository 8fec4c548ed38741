internal import Glibc

/// What the process takes of its machine.
struct ProcessUsage {
  /// Memory that is in RAM.
  let residentBytes: Int64
  /// Memory that is mapped.
  let virtualBytes: Int64
  /// Descriptors that are open.
  let descriptors: Int64
  /// Time on a core, in user and kernel.
  let processorMicroseconds: Int64

  /// As it is now. What the system does not tell is 0.
  static var now: ProcessUsage {
    // Size and resident part, in pages (proc_pid_statm(5)).
    let pages = (SystemFacts.firstLine(ofFile: "/proc/self/statm") ?? "").split(separator: " ").map { Int64($0) ?? 0 }
    let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    return ProcessUsage(
      residentBytes: pages.count > 1 ? pages[1] * pageSize : 0, virtualBytes: pages.first.map { $0 * pageSize } ?? 0,
      descriptors: openDescriptors, processorMicroseconds: processorTime)
  }

  /// Linux tells the number as the size of the folder since 6.2; counting 100,000 names would hold up a loop.
  private static var openDescriptors: Int64 {
    let folder = "/proc/self/fd"
    var status = stat()
    if stat(folder, &status) == 0, status.st_size > 0 { return Int64(status.st_size) }
    guard let stream = opendir(folder) else { return 0 }
    defer { closedir(stream) }
    var count: Int64 = 0
    while readdir(stream) != nil { count += 1 }
    // The folder itself, the one above, and the stream's own.
    return max(0, count - 3)
  }

  private static var processorTime: Int64 {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Int64($1.tv_sec) * 1_000_000 + Int64($1.tv_usec) }
  }
}
