internal import CLinux

/// How the process deals with memory that it has given back to the allocator (glibc's; `man mallopt`).
enum HeapTuning {
  /// How long memory that nobody needs may stay with the process.
  static let trimSeconds = 10

  /// An answer of some hundred kilobytes is made of a few buffers of that size. Left to itself glibc maps the first of them
  /// anew from the system, page by page, and gives them back at once: a fifth of what such an answer costs.
  ///
  /// - Returns: whether the allocator does as it is told.
  @discardableResult
  static func begin() -> Bool {
    mallopt(M_MMAP_THRESHOLD, 4 << 20) == 1 && mallopt(M_TRIM_THRESHOLD, 4 << 20) == 1
  }

  /// Gives free pages back to the system: what a thousand subscriptions at once took is not needed after.
  static func trim() {
    malloc_trim(0)
  }
}
