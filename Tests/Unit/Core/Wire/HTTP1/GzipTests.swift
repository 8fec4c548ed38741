import CZlib
import Testing

@testable import Wire

@Suite struct GzipTests {
  static let text = [UInt8](String(repeating: #"{"a":1}"#, count: 1000).utf8)

  /// What zlib makes of a whole gzip member; `nil` when it is none.
  static func inflated(_ bytes: [UInt8], capacity: Int = 1 << 24) -> [UInt8]? {
    var stream = z_stream()
    guard mg_inflateInit2(&stream, 15 + 16) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = room.baseAddress
        stream.avail_out = UInt32(room.count)
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0
        count = room.count - Int(stream.avail_out)
      }
    }
    return isWhole ? result : nil
  }

  private func compress(_ bytes: [UInt8], _ effort: Gzip.Effort = .once) -> [UInt8]? {
    bytes.withUnsafeBytes { Gzip.compress($0, effort) }
  }

  /// RFC 1952 section 2.3.1: magic, method 8, no flags, MTIME 0; at the end CRC-32 and length, by Python's zlib.crc32.
  @Test(arguments: [Gzip.Effort.once, .kept]) func theMemberHasNoNameAndNoTime(effort: Gzip.Effort) throws {
    let bytes = try #require(compress(Self.text, effort))
    #expect(bytes[..<8] == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    #expect(Array(bytes.suffix(8)) == [0xA0, 0x16, 0xD7, 0x4A, 0x58, 0x1B, 0, 0])
    #expect(bytes.count < 100)
    #expect(Self.inflated(bytes) == Self.text)
  }

  @Test func theSameBytesGiveTheSameMember() { #expect(compress(Self.text) == compress(Self.text)) }

  @Test(arguments: [0, 1, 255, 65_535, 65_536, 1_000_003]) func everyLengthComesBack(count: Int) throws {
    var state: UInt32 = 1
    let noise = (0..<count).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    #expect(Self.inflated(try #require(compress(noise))) == noise)
  }

  @Test func moreThanTheLimitIsNotCompressed() {
    #expect(compress([UInt8](repeating: 0, count: Gzip.maxBytes)) != nil)
    #expect(compress([UInt8](repeating: 0, count: Gzip.maxBytes + 1)) == nil)
  }
}
