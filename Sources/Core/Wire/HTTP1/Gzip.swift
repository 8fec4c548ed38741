internal import CZlib

/// The gzip format (RFC 1952), for the content of answers.
public enum Gzip {
  /// How hard to try. Measured on 1,500 candles as JSON, 358 KB, on one core of a small server (zlib 1.2.13).
  public enum Effort: Int32, Sendable {
    /// For bytes that are sent once: 67 KB in 1.6 ms.
    case once = 1
    /// For bytes that are kept and sent often: 55 KB in 7 ms.
    case kept = 6
  }

  /// The most bytes that are compressed at one time.
  public static let maxBytes = 8 << 20

  /// Window of 32 KB, and a gzip header and trailer around the deflated data (`deflateInit2` in zlib.h). That header
  /// has no name and no time (RFC 1952 §2.3.1: MTIME 0), so the same bytes give the same answer.
  private static let windowBits: Int32 = 15 + 16
  private static let memoryLevel: Int32 = 8

  /// One gzip member; `nil` for more than `maxBytes`, or when zlib has no memory.
  public static func compress(_ bytes: UnsafeRawBufferPointer, _ effort: Effort) -> [UInt8]? {
    guard bytes.count <= maxBytes else { return nil }
    var stream = z_stream()
    guard mg_deflateInit2(&stream, effort.rawValue, windowBits, memoryLevel) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      let input = bytes.bindMemory(to: UInt8.self)
      // zlib reads it only.
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = room.baseAddress
      stream.avail_out = UInt32(room.count)
      isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
      count = room.count - Int(stream.avail_out)
    }
    return isWhole ? result : nil
  }
}
