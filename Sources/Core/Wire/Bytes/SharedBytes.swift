/// Immutable bytes with a stable address, shared by reference between threads: a frame on its way to many clients, a
/// cached body.
///
/// Unchecked, as pointers are not `Sendable`: the memory is written before `init` returns and never after it.
public final class SharedBytes: @unchecked Sendable {
  /// The first byte; valid while the object lives.
  public let base: UnsafeRawPointer
  /// How many bytes.
  public let count: Int
  /// Where the memory begins that is given back in the end.
  private let memory: UnsafeMutableRawPointer

  /// Of the memory that holds them.
  static let alignment = 8

  /// A copy of an array.
  public convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { memory in bytes.withUnsafeBytes { memory.copyMemory(from: $0) } }
  }

  /// A copy of memory that belongs to someone else.
  public convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(count: bytes.count) { memory in memory.copyMemory(from: bytes) }
  }

  /// Copies of several, behind each other.
  public convenience init(joining pieces: [SharedBytes]) {
    self.init(count: pieces.reduce(0) { $0 + $1.count }) { memory in
      var filler = MemoryFiller(memory)
      for piece in pieces { filler.put(piece.bytes) }
    }
  }

  /// So many bytes, all of which `fill` writes.
  convenience init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: SharedBytes.alignment)
    fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    self.init(owning: memory, from: 0, count: count)
  }

  /// Bytes that were written into memory of this alignment, from `start` on; the memory is its own from now on.
  init(owning memory: UnsafeMutableRawPointer, from start: Int, count: Int) {
    self.memory = memory
    base = UnsafeRawPointer(memory + start)
    self.count = count
  }

  deinit {
    memory.deallocate()
  }

  /// All bytes; valid while the object lives.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: count)
  }

  /// A copy of all bytes.
  public var array: [UInt8] {
    Array(bytes)
  }
}
