/// What a frame carries (RFC 6455 §5.2); the other ten values are reserved.
enum WebSocketOpcode: UInt8, Sendable {
  case continuation = 0x0
  case text = 0x1
  case binary = 0x2
  case close = 0x8
  case ping = 0x9
  case pong = 0xa

  /// RFC 6455 §5.5: "identified by opcodes where the most significant bit of the opcode is 1".
  var isControl: Bool { rawValue & 0x8 != 0 }
}
