/// Gathers a response's header fields from the lines that libcurl hands over one by one: of the final response only,
/// not of informational ones before it, nor the trailer after its body.
struct HTTPClientResponseHead {
  private(set) var fields: [(name: String, value: String)] = []
  private let maxFields: Int
  private let maxBytes: Int
  private var bytesSeen = 0
  private var isEnded = false

  init(maxFields: Int, maxBytes: Int) {
    self.maxFields = maxFields
    self.maxBytes = maxBytes
  }

  /// False when a limit is passed. Informational responses and trailers count: they are just as endless.
  mutating func append(line: UnsafeRawBufferPointer) -> Bool {
    bytesSeen += line.count
    guard bytesSeen <= maxBytes else { return false }
    let text = line.prefix { $0 != 0x0D && $0 != 0x0A }
    if text.starts(with: "HTTP/".utf8) {
      fields.removeAll()
      isEnded = false
    } else if text.isEmpty {
      isEnded = true
    } else if !isEnded, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      guard fields.count < maxFields else { return false }
      let name = text[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
      let value = Self.trimmed(text[text.index(after: colon)...])
      fields.append((name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
    }
    return true
  }

  /// Without the optional whitespace around a value (RFC 9110 section 5.5).
  private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var trimmed = text.drop(while: isSpace)
    while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
    return trimmed
  }
}
