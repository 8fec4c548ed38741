/// Whole frames as a server sends them: not masked (RFC 6455 §5.1), so one encoding serves every client.
public enum WebSocketFrame {
  /// The window of messages that are compressed once for many: the least that any client can ask for. The messages of a
  /// stream are so short that a larger one would not make them shorter.
  static let sharedWindowBits = WebSocketCompression.leastSendableWindowBits

  /// The most bytes that come before a payload.
  public static let headroom = 10

  /// A final text frame, made once and shared by all who get it.
  public static func serverText(_ payload: [UInt8]) -> SharedBytes {
    payload.withUnsafeBytes { frame(.text, $0) }
  }

  /// A final text frame of what was written, made once and shared by all who get it: in place, where the writer has
  /// `headroom`.
  public static func serverText(_ json: consuming JSONWriter) -> SharedBytes {
    let header = WebSocketFrameHeader(opcode: .text, length: json.count)
    json.prepend(header.count) { header.write(at: $0) }
    return json.shared()
  }

  /// A final binary frame, made once and shared by all who get it.
  public static func serverBinary(_ payload: [UInt8]) -> SharedBytes {
    payload.withUnsafeBytes { frame(.binary, $0) }
  }

  /// What comes before a text payload of `count` bytes, for a payload that is put together of shared pieces.
  public static func serverTextHeader(count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    WebSocketFrameHeader(opcode: .text, length: count).write(to: &bytes)
    return bytes
  }

  /// How many bytes of a whole server frame come before its payload; `nil` when it is none.
  public static func headerCount(of frame: SharedBytes) -> Int? {
    guard case .header(let header, let size) = WebSocketFrameHeader.read(frame.bytes, as: .client),
      header.length == frame.count - size
    else { return nil }
    return size
  }

  /// The same message for all clients that agreed to permessage-deflate, whatever the window they agreed to, as long as
  /// the server keeps no context. The frame itself when it is too short to gain, or no whole frame with a text or binary
  /// message in it.
  public static func compressed(_ frame: SharedBytes) -> SharedBytes {
    // Read as the client it is for.
    guard case .header(let header, let size) = WebSocketFrameHeader.read(frame.bytes, as: .client),
      header.isFinal, header.opcode == .text || header.opcode == .binary, header.length == frame.count - size,
      let message = WebSocketCompressor.single(
        UnsafeRawBufferPointer(rebasing: frame.bytes[size...]), windowBits: sharedWindowBits)
    else { return frame }
    return message.withUnsafeBytes { self.frame(header.opcode, $0, isCompressed: true) }
  }

  static func frame(
    _ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer, isCompressed: Bool = false
  ) -> SharedBytes {
    let header = WebSocketFrameHeader(isCompressed: isCompressed, opcode: opcode, length: payload.count)
    return SharedBytes(count: header.count + payload.count) { memory in
      if let start = memory.baseAddress { header.write(at: start) }
      UnsafeMutableRawBufferPointer(rebasing: memory[header.count...]).copyMemory(from: payload)
    }
  }
}
