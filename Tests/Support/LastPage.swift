internal import Glibc

/// Memory whose end is the end of what may be read: one byte more, and the process dies.
public enum LastPage {
  /// There is no such memory.
  public struct Refused: Error {}

  /// Calls `body` with a copy of some bytes that ends before a page nobody may read.
  public static func holding<Answer>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Answer
  ) throws -> Answer {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let size = (bytes.count + page - 1) / page * page
    guard let memory = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { throw Refused() }
    defer { munmap(memory, size + page) }
    guard mprotect(memory + size, page, PROT_NONE) == 0 else { throw Refused() }
    let start = memory + size - bytes.count
    bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { start.copyMemory(from: base, byteCount: bytes.count) }
    }
    return try body(UnsafeRawBufferPointer(start: start, count: bytes.count))
  }
}
