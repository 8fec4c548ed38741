/// Whole frames as a server sends them: not masked (RFC 6455 §5.1), so one encoding serves every client.
public enum WebSocketFrame {
  /// A final text frame, made once and shared by all who get it.
  public static func serverText(_ payload: [UInt8]) -> SharedBytes {
    frame(.text, payload)
  }

  /// A final binary frame, made once and shared by all who get it.
  public static func serverBinary(_ payload: [UInt8]) -> SharedBytes {
    frame(.binary, payload)
  }

  /// What comes before a text payload of `count` bytes, for a payload that is put together of shared pieces.
  public static func serverTextHeader(count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    WebSocketFrameHeader(opcode: .text, length: count).write(to: &bytes)
    return bytes
  }

  private static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> SharedBytes {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count + 10)
    WebSocketFrameHeader(opcode: opcode, length: payload.count).write(to: &bytes)
    bytes.append(contentsOf: payload)
    return SharedBytes(bytes)
  }
}
