import COpenSSL

/// The server's side of RFC 6455, written apart from the gateway's own so that tests do not agree with themselves.
extension ScriptedPeer {
  /// A frame as it came from the client.
  public struct Frame: Sendable, Equatable {
    /// With the bits before it: `0x81` is a whole text.
    public let firstByte: UInt8
    /// Whether it was masked, as a client must.
    public let isMasked: Bool
    /// Unmasked.
    public let payload: [UInt8]

    /// A frame of the given properties.
    public init(firstByte: UInt8, isMasked: Bool, payload: [UInt8]) {
      self.firstByte = firstByte
      self.isMasked = isMasked
      self.payload = payload
    }
  }

  /// Reads the request and answers as RFC 6455 asks; bytes that follow leave in the same write. The request's head.
  @discardableResult
  public func acceptWebSocket(followedBy frames: [UInt8] = []) -> String? {
    guard let head = readHead() else { return nil }
    write(Array(Self.upgradeAnswer(to: head).utf8) + frames)
    return head
  }

  /// The answer that accepts the request.
  public static func upgradeAnswer(to head: String) -> String {
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(acceptValue(to: head))\r\n\r\n"
  }

  /// RFC 6455 section 4.2.2, step 5.
  public static func acceptValue(to head: String) -> String {
    let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") } ?? ""
    let key = field.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
    let text = Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
    var digest = [UInt8](repeating: 0, count: 20)
    EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
    var base64 = [UInt8](repeating: 0, count: 29)
    EVP_EncodeBlock(&base64, digest, 20)
    return String(decoding: base64.prefix(28), as: UTF8.self)
  }

  /// A whole, unmasked frame: `0x81` text, `0x82` binary, `0x88` close, `0x89` ping, `0x8A` pong.
  public static func frame(_ firstByte: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let count = payload.count
    switch count {
    case ..<126: return [firstByte, UInt8(count)] + payload
    case ..<65_536: return [firstByte, 126, UInt8(count >> 8), UInt8(count & 0xFF)] + payload
    default: return [firstByte, 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) } + payload
    }
  }

  /// A whole text frame.
  public static func frame(text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }

  /// The next frame; nil when the client has ended the connection.
  public func readFrame() -> Frame? {
    let start = read(count: 2)
    guard start.count == 2 else { return nil }
    let lengthBytes: Int
    switch start[1] & 0x7F {
    case 126: lengthBytes = 2
    case 127: lengthBytes = 8
    default: lengthBytes = 0
    }
    let extended = read(count: lengthBytes)
    let isMasked = start[1] & 0x80 != 0
    let length = lengthBytes == 0 ? Int(start[1] & 0x7F) : extended.reduce(0) { $0 << 8 | Int($1) }
    let mask = read(count: isMasked ? 4 : 0)
    var payload = read(count: length)
    guard payload.count == length, mask.count == (isMasked ? 4 : 0) else { return nil }
    if isMasked {
      payload.withUnsafeMutableBufferPointer { bytes in
        mask.withUnsafeBufferPointer { mask in
          var index = 0
          while index < length {
            bytes[index] ^= mask[index & 3]
            index += 1
          }
        }
      }
    }
    return Frame(firstByte: start[0], isMasked: isMasked, payload: payload)
  }

  /// Sends each text back until the client closes, then answers its close frame.
  public func echo() {
    while let frame = readFrame() {
      write(Self.frame(frame.firstByte == 0x89 ? 0x8A : frame.firstByte, frame.payload))
      if frame.firstByte == 0x88 { return }
    }
  }
}
