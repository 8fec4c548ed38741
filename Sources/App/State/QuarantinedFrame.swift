internal import Contract
internal import Model
internal import Wire

/// A message of an exchange that could not be read, or the part of it where reading stopped.
struct QuarantinedFrame: Sendable, Equatable {
  /// The most bytes that are kept of a message: those around the byte at which reading stopped.
  static let maxBytes = 16 << 10
  /// The most characters that are kept of a reason.
  static let maxReason = 200

  let receiveTime: Timestamp
  /// The stream it came on.
  let endpoint: String
  let reason: String
  /// The byte at which reading stopped.
  let offset: Int
  /// The bytes of the whole message.
  let length: Int
  /// At which of them the part begins that is kept.
  let start: Int
  let bytes: [UInt8]

  /// Keeps what matters of a message.
  init(
    _ message: UnsafeRawBufferPointer, _ error: FrameError, endpoint: StreamEndpoint, receiveTime: Timestamp
  ) {
    let part = QuarantinedFrame.part(of: message, around: error.offset)
    self.receiveTime = receiveTime
    self.endpoint = endpoint.name
    reason = String(error.reason.prefix(QuarantinedFrame.maxReason))
    offset = error.offset
    length = message.count
    start = part.lowerBound
    bytes = Array(message[part])
  }

  private init(
    receiveTime: Timestamp, endpoint: String, reason: String, offset: Int, length: Int, start: Int, bytes: [UInt8]
  ) {
    self.receiveTime = receiveTime
    self.endpoint = endpoint
    self.reason = reason
    self.offset = offset
    self.length = length
    self.start = start
    self.bytes = bytes
  }

  /// All of a short message. Of a long one as much before the fault as behind it, and no half characters at the ends, as
  /// the part would else be no text.
  private static func part(of message: UnsafeRawBufferPointer, around offset: Int) -> Range<Int> {
    guard message.count > maxBytes else { return 0..<message.count }
    let offset = min(max(offset, 0), message.count)
    var start = min(max(0, offset - maxBytes / 2), message.count - maxBytes)
    var end = start + maxBytes
    if start > 0 { start += continuations(message[start..<min(start + 3, end)]) }
    if end < message.count {
      // Back to where a character begins that has no room.
      let tail = message[end - 3...end]
      if let begin = tail.lastIndex(where: { $0 & 0xc0 != 0x80 }), begin < end, message[begin] >= 0xc0 { end = begin }
    }
    return start..<max(start, end)
  }

  /// How many bytes go on with a character that began before (RFC 3629 §3).
  private static func continuations(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    bytes.prefix { $0 & 0xc0 == 0x80 }.count
  }

  /// The bytes as text; `nil` when they are none.
  var text: String? { String(validating: bytes, as: UTF8.self) }
}

// MARK: As JSON

extension QuarantinedFrame {
  /// Appends all members but its time and its exchange. Bytes that are no text are given as two hexadecimal digits each.
  func appendMembers(to json: inout JSONWriter) {
    json.key("endpoint")
    json.string(endpoint)
    json.key("reason")
    json.string(reason)
    json.key("offset")
    json.integer(Int64(offset))
    json.key("length")
    json.integer(Int64(length))
    json.key("start")
    json.integer(Int64(start))
    json.key("encoding")
    json.string(text == nil ? "hex" : "text")
    json.key("frame")
    json.string(text ?? QuarantinedFrame.hex(bytes))
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Reads what `appendMembers` wrote; `nil` when something is missing.
  init?(_ value: JSONValue, receiveTime: Timestamp) {
    guard let endpoint = value["endpoint"]?.string, let reason = value["reason"]?.string,
      let offset = value["offset"]?.integer, let length = value["length"]?.integer,
      let start = value["start"]?.integer, let frame = value["frame"]?.string
    else { return nil }
    let bytes: [UInt8]
    switch value["encoding"]?.string {
    case "text": bytes = Array(frame.utf8)
    case "hex":
      guard let decoded = QuarantinedFrame.bytes(ofHex: frame) else { return nil }
      bytes = decoded
    default: return nil
    }
    guard bytes.count <= QuarantinedFrame.maxBytes else { return nil }
    self.init(
      receiveTime: receiveTime, endpoint: endpoint, reason: String(reason.prefix(QuarantinedFrame.maxReason)),
      offset: Int(offset), length: Int(length), start: Int(start), bytes: bytes)
  }

  private static func bytes(ofHex text: String) -> [UInt8]? {
    let digits = text.utf8.map { UInt8(hexDigit: $0) }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

extension UInt8 {
  fileprivate init?(hexDigit digit: UInt8) {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self = digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self = digit - UInt8(ascii: "a") + 10
    default: return nil
    }
  }
}
