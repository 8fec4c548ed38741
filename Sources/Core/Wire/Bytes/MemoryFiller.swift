/// Puts bytes behind each other into memory of which the caller knows that it has room for all of them.
struct MemoryFiller {
  private let memory: UnsafeMutableRawBufferPointer
  private var end = 0

  init(_ memory: UnsafeMutableRawBufferPointer) {
    self.memory = memory
  }

  mutating func put(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= memory.count - end, "more bytes than there is room for")
    guard let start = bytes.baseAddress, let base = memory.baseAddress else { return }
    (base + end).copyMemory(from: start, byteCount: bytes.count)
    end += bytes.count
  }

  /// As UTF-8, which is how strings made here stand in memory; others are copied.
  mutating func put(_ text: String) {
    guard text.utf8.withContiguousStorageIfAvailable({ put(UnsafeRawBufferPointer($0)) }) == nil else { return }
    Array(text.utf8).withUnsafeBytes { put($0) }
  }
}
