/// The bytes before a frame's payload (RFC 6455 §5.2).
///
/// ```
/// 81 05          a final text frame of 5 bytes, not masked
/// 82 fe 01 00 37 fa 21 3d   a final binary frame of 256 bytes, masked with 37fa213d
/// ```
struct WebSocketFrameHeader: Sendable, Equatable {
  var isFinal = true
  /// RSV1, where permessage-deflate was agreed on (RFC 7692 §6).
  var isCompressed = false
  var opcode: WebSocketOpcode
  var maskKey: UInt32?
  /// Bytes of payload.
  var length: Int

  /// RFC 6455 §5.5: "All control frames MUST have a payload length of 125 bytes or less".
  static let maxControlBytes = 125

  /// The most bytes a header is: two, a long length, a key.
  static let maxCount = 14

  enum Reading: Equatable {
    case needMore
    case header(WebSocketFrameHeader, size: Int)
    case fault(WebSocketFault)
  }

  /// Reads the header at the start of `bytes` as an endpoint of this role, which decides whether it must be masked.
  /// Each byte is judged as soon as it is there.
  static func read(
    _ bytes: UnsafeRawBufferPointer, as role: WebSocketRole, allowsCompression: Bool = false
  ) -> Reading {
    guard bytes.count >= 1 else { return .needMore }
    // "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
    let isCompressed = bytes[0] & 0x40 != 0
    guard bytes[0] & 0x30 == 0, allowsCompression || !isCompressed else {
      return .fault(.protocolError("reserved bit set"))
    }
    guard let opcode = WebSocketOpcode(rawValue: bytes[0] & 0x0f) else {
      return .fault(.protocolError("reserved opcode"))
    }
    // RFC 7692 §6.1: the bit is the first frame's alone, and no control frame's.
    guard !isCompressed || opcode == .text || opcode == .binary else {
      return .fault(.protocolError("reserved bit set"))
    }
    let isFinal = bytes[0] & 0x80 != 0
    // §5.5: control frames "MUST NOT be fragmented".
    if opcode.isControl, !isFinal { return .fault(.protocolError("fragmented control frame")) }

    guard bytes.count >= 2 else { return .needMore }
    let isMasked = bytes[1] & 0x80 != 0
    // §5.1: a server "MUST close the connection upon receiving a frame that is not masked", a client "if it detects a
    // masked frame".
    guard isMasked == (role == .server) else {
      return .fault(.protocolError(isMasked ? "masked frame from a server" : "frame from a client not masked"))
    }
    let short = bytes[1] & 0x7f
    if opcode.isControl, short > maxControlBytes { return .fault(.protocolError("control frame too long")) }

    let lengthEnd = short < 126 ? 2 : short == 126 ? 4 : 10
    guard bytes.count >= lengthEnd else { return .needMore }
    guard let length = length(in: bytes, short: short) else { return .fault(.protocolError("malformed length")) }
    let size = isMasked ? lengthEnd + 4 : lengthEnd
    guard bytes.count >= size else { return .needMore }
    let key = isMasked ? UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: lengthEnd, as: UInt32.self)) : nil
    let header = WebSocketFrameHeader(
      isFinal: isFinal, isCompressed: isCompressed, opcode: opcode, maskKey: key, length: length)
    return .header(header, size: size)
  }

  /// §5.2: "the minimal number of bytes MUST be used to encode the length", and of eight bytes "the most significant
  /// bit MUST be 0".
  private static func length(in bytes: UnsafeRawBufferPointer, short: UInt8) -> Int? {
    switch short {
    case 126:
      let length = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
      return length < 126 ? nil : length
    case 127:
      let length = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
      return length <= 0xffff ? nil : Int(exactly: length)
    default:
      return Int(short)
    }
  }

  /// How many bytes the header is.
  var count: Int {
    (length < 126 ? 2 : length <= 0xffff ? 4 : 10) + (maskKey == nil ? 0 : 4)
  }

  /// Appends the header's bytes.
  func write(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: WebSocketFrameHeader.maxCount, alignment: 1) { memory in
      if let start = memory.baseAddress { write(at: start) }
      bytes.append(contentsOf: memory[..<count])
    }
  }

  /// Writes the header to memory with room for it. Not called `write(to:)`: an array passes for a pointer.
  func write(at memory: UnsafeMutableRawPointer) {
    func put(_ byte: UInt8, at offset: Int) { memory.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self) }
    let maskBit: UInt8 = maskKey == nil ? 0 : 0x80
    put((isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode.rawValue, at: 0)
    if length < 126 {
      put(maskBit | UInt8(truncatingIfNeeded: length), at: 1)
    } else if length <= 0xffff {
      put(maskBit | 126, at: 1)
      memory.storeBytes(of: UInt16(truncatingIfNeeded: length).bigEndian, toByteOffset: 2, as: UInt16.self)
    } else {
      put(maskBit | 127, at: 1)
      memory.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
    }
    if let maskKey { memory.storeBytes(of: maskKey.bigEndian, toByteOffset: count - 4, as: UInt32.self) }
  }
}
