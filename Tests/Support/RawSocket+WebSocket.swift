/// The WebSocket side of the raw client: frames of RFC 6455 section 5.2 by hand, so that a server is not judged by its
/// own code.
extension RawSocket {
  /// One frame as it came from a server.
  public struct Frame: Equatable, Sendable {
    /// The first byte: FIN, reserved bits, opcode.
    public let first: UInt8
    /// The payload.
    public let payload: [UInt8]

    /// A frame to compare with.
    public init(first: UInt8, _ payload: [UInt8]) {
      self.first = first
      self.payload = payload
    }

    /// A frame to compare with.
    public init(first: UInt8, _ text: String) { self.init(first: first, Array(text.utf8)) }

    /// Its payload as text.
    public var text: String { String(decoding: payload, as: UTF8.self) }
    /// The code of a close frame.
    public var closeCode: Int? {
      first == 0x88 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }
    /// The reason of a close frame.
    public var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
  }

  /// An upgrade request with the key of RFC 6455 section 1.3.
  public static func upgrade(_ target: String) -> String {
    "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
  }

  /// A masked frame with FIN set.
  public static func maskedFrame(opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var frame: [UInt8] = [0x80 | opcode]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    return frame + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
  }

  /// Upgrades at a server that minds the name it is called by; whether it agreed.
  public func openWebSocket(_ target: String) throws(Failure) -> Bool {
    send(RawSocket.upgrade(target).replacing("Host: a\r\n", with: "Host: localhost\r\n"))
    return try read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 ")
  }

  /// Upgrades and gives the head of the answer.
  public func upgrade(to target: String) throws(Failure) -> String {
    send(RawSocket.upgrade(target))
    return try read(until: "\r\n\r\n")
  }

  /// Sends one masked frame.
  public func sendFrame(opcode: UInt8, _ payload: [UInt8]) {
    send(RawSocket.maskedFrame(opcode: opcode, payload))
  }

  /// Sends a text message.
  public func sendText(_ text: String) { sendFrame(opcode: 1, Array(text.utf8)) }

  /// Sends a close frame.
  public func sendClose(_ code: UInt16) { sendFrame(opcode: 8, [UInt8(code >> 8), UInt8(code & 0xFF)]) }

  /// The next frame; a server's are not masked.
  public func readFrame() throws(Failure) -> Frame {
    let head = try read(2)
    var length = Int(head[1])
    if length == 126 { length = try read(2).reduce(0) { $0 << 8 | Int($1) } }
    if length == 127 { length = try read(8).reduce(0) { $0 << 8 | Int($1) } }
    return Frame(first: head[0], try read(length))
  }
}
