internal import CZlib

/// Compresses messages of one direction of a connection (RFC 7692 §7.2.1).
struct MessageDeflater: Sendable {
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
      // Negative: raw DEFLATE, without the header of zlib's own format. zlib's hash table gets as many entries as the
      // window has bytes.
      let memoryLevel = min(max(windowBits - 7, 1), 8)
      guard mg_deflateInit2(pointer, Z_DEFAULT_COMPRESSION, -windowBits, memoryLevel) == Z_OK else { return nil }
    }

    init?(copying other: Stream) {
      pointer = .allocate(capacity: 1)
      pointer.initialize(to: z_stream())
      guard deflateCopy(pointer, other.pointer) == Z_OK else { return nil }
    }

    deinit {
      deflateEnd(pointer)
      pointer.deallocate()
    }
  }

  /// zlib refers no further back than this less than its window (`MIN_LOOKAHEAD` in its deflate.h).
  private static let lookahead = 262

  private var stream: Stream

  /// Nil when there is no memory, or zlib cannot keep to the window.
  init?(windowBits: Int) {
    guard windowBits >= WebSocketCompression.leastSendableWindowBits,
      let stream = Stream(windowBits: Int32(windowBits))
    else { return nil }
    self.stream = stream
  }

  /// The least window in which a single message of that length is compressed as well as in the largest.
  static func windowBits(forMessageOf count: Int, atMost limit: Int) -> Int {
    var bits = WebSocketCompression.leastSendableWindowBits
    while bits < limit, 1 << bits < count + lookahead { bits += 1 }
    return bits
  }

  /// Longer messages are not compressed: zlib counts in 32 bits.
  static let maxBytes = 1 << 30

  /// The compressed message, which is never empty; nil when there is no memory, or it is too long.
  mutating func message(_ payload: UnsafeRawBufferPointer) -> [UInt8]? {
    guard payload.count <= MessageDeflater.maxBytes else { return nil }
    if !isKnownUniquelyReferenced(&stream) {
      guard let own = Stream(copying: stream) else { return nil }
      stream = own
    }
    let zlib = stream.pointer
    zlib.pointee.next_in = UnsafeMutablePointer(mutating: payload.baseAddress?.assumingMemoryBound(to: UInt8.self))
    zlib.pointee.avail_in = UInt32(payload.count)
    // Room for all of it at once, with the marker of the flush; more is asked for only if zlib's bound is none.
    var room = Int(deflateBound(zlib, UInt(payload.count))) + 16
    var message: [UInt8] = []
    repeat {
      guard MessageDeflater.flush(zlib, into: &message, room: room) else { return nil }
      room = 4096
    } while zlib.pointee.avail_out == 0
    // "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end": what a flush ends with.
    message.removeLast(4)
    return message
  }

  private static func flush(_ zlib: UnsafeMutablePointer<z_stream>, into message: inout [UInt8], room: Int) -> Bool {
    let more = [UInt8](unsafeUninitializedCapacity: room) { memory, count in
      zlib.pointee.next_out = memory.baseAddress
      zlib.pointee.avail_out = UInt32(room)
      let result = deflate(zlib, Z_SYNC_FLUSH)
      count = result == Z_OK || result == Z_BUF_ERROR ? room - Int(zlib.pointee.avail_out) : 0
    }
    message = message.isEmpty ? more : message + more
    return message.count >= 4
  }
}
