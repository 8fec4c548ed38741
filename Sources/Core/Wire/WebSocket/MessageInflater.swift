internal import CZlib

/// Decompresses messages of one direction of a connection (RFC 7692 §7.2.2). Its memory, some 10 KiB and the window, is
/// there from `init` to the end of its last copy.
struct MessageInflater: Sendable {
  /// zlib's state.
  ///
  /// Unchecked, as zlib's pointers are not `Sendable`: reached only through the one value that owns it, since a copy of
  /// that gets its own before it changes anything.
  private final class Stream: @unchecked Sendable {
    /// zlib keeps the address.
    let pointer: UnsafeMutablePointer<z_stream>

    init?(windowBits: Int32) {
      pointer = .allocate(capacity: 1)
      pointer.initialize(to: z_stream())
      // Negative: raw DEFLATE, without the header of zlib's own format.
      guard mg_inflateInit2(pointer, -windowBits) == Z_OK else { return nil }
    }

    init?(copying other: Stream) {
      pointer = .allocate(capacity: 1)
      pointer.initialize(to: z_stream())
      guard inflateCopy(pointer, other.pointer) == Z_OK else { return nil }
    }

    deinit {
      inflateEnd(pointer)
      pointer.deallocate()
    }
  }

  enum Outcome {
    /// All of the input was used.
    case done
    /// `body` wants no more.
    case stopped
    case malformed
    case noMemory
  }

  /// The most that is decompressed before it is looked at.
  static let chunkBytes = 16 << 10
  /// §7.2.1: the end of each message, which is not sent: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail
  /// end".
  private static let tail: [UInt8] = [0x00, 0x00, 0xff, 0xff]

  private var stream: Stream
  /// A block said that it is the last; what follows in the message is a stream of its own in the same window
  /// (§7.2.3.4).
  private var hasEnded = false

  /// Nil when there is no memory.
  init?(windowBits: Int) {
    // A window may always be larger than the sender's.
    guard let stream = Stream(windowBits: Int32(max(windowBits, 9))) else { return nil }
    self.stream = stream
  }

  /// Decompresses a part of a message, and hands out in order what it gives, at most `room()` bytes at a time;
  /// `body` returns whether to go on.
  mutating func inflate(
    _ input: UnsafeRawBufferPointer, room: () -> Int, _ body: (UnsafeRawBufferPointer) -> Bool
  ) -> Outcome {
    if !isKnownUniquelyReferenced(&stream) {
      guard let own = Stream(copying: stream) else { return .noMemory }
      stream = own
    }
    let zlib = stream.pointer
    zlib.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    zlib.pointee.avail_in = UInt32(clamping: input.count)
    return withUnsafeTemporaryAllocation(byteCount: MessageInflater.chunkBytes, alignment: 16) { chunk in
      run(zlib, chunk, room: room, body)
    }
  }

  private mutating func run(
    _ zlib: UnsafeMutablePointer<z_stream>, _ chunk: UnsafeMutableRawBufferPointer, room: () -> Int,
    _ body: (UnsafeRawBufferPointer) -> Bool
  ) -> Outcome {
    var isFull = false
    while zlib.pointee.avail_in > 0 || isFull {
      if hasEnded {
        // What is left of the output came out before the end.
        guard zlib.pointee.avail_in > 0 else { return .done }
        guard inflateResetKeep(zlib) == Z_OK else { return .malformed }
        hasEnded = false
      }
      let size = min(max(room(), 1), chunk.count)
      zlib.pointee.next_out = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
      zlib.pointee.avail_out = UInt32(size)
      let result = CZlib.inflate(zlib, Z_SYNC_FLUSH)
      let made = size - Int(zlib.pointee.avail_out)
      if made > 0, !body(UnsafeRawBufferPointer(rebasing: chunk[..<made])) { return .stopped }
      isFull = zlib.pointee.avail_out == 0
      switch result {
      case Z_OK: continue
      case Z_STREAM_END: hasEnded = true
      // No progress was possible: all there was is used.
      case Z_BUF_ERROR: return .done
      case Z_MEM_ERROR: return .noMemory
      default: return .malformed
      }
    }
    return .done
  }

  /// Ends a message: gives back the four bytes that were not sent, and expects the end of a block.
  mutating func finish(room: () -> Int, _ body: (UnsafeRawBufferPointer) -> Bool) -> Outcome {
    // A sender that closes its stream, and sends nothing behind the last block, has said all it wants to say.
    if hasEnded { return .done }
    let outcome = MessageInflater.tail.withUnsafeBytes { inflate($0, room: room, body) }
    guard case .done = outcome, !hasEnded else { return outcome }
    // zlib.h, inflate(): data_type has 128 "if inflate() returned immediately after decoding an end-of-block code".
    return stream.pointer.pointee.data_type & 0b1011_1111 == 0b1000_0000 ? .done : .malformed
  }
}
