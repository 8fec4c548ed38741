/// Reads a body in chunked coding (RFC 9112 §7.1) while it arrives.
struct ChunkedBody {
  private enum Phase {
    case size
    case data(remaining: Int)
    case dataEnd
    case trailers(FieldSection)
  }

  private let limits: HTTPLimits
  private var phase = Phase.size
  private var extensionBytes = 0

  /// 64 bits. Leading zeros are legal, but need a bound too.
  private static let maxSizeDigits = 16

  init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Moves content from the buffer to the body; true when the body has ended. Trailers are checked and dropped
  /// (RFC 9110 §6.5.1: they may not be merged into the header section).
  mutating func read(from buffer: inout ReceiveBuffer, into body: inout [UInt8]) throws(HTTPFault) -> Bool {
    while true {
      switch phase {
      case .size:
        guard let size = try readSize(from: &buffer) else { return false }
        guard size <= UInt64(limits.bodyBytes - body.count) else { throw .contentTooLarge }
        phase =
          size == 0
          ? .trailers(FieldSection(limits: limits, foldedLines: .refused)) : .data(remaining: Int(size))
      case .data(let remaining):
        let left = remaining - buffer.moveBytes(upTo: remaining, to: &body)
        phase = left == 0 ? .dataEnd : .data(remaining: left)
        if left > 0 { return false }
      case .dataEnd:
        switch buffer.nextLine(limit: 0) {
        case .incomplete: return false
        case .complete: phase = .size
        case .tooLong, .bareLineEnd: throw .badRequest("chunk data is not followed by CRLF")
        }
      case .trailers(var trailers):
        let ended = try trailers.read(from: &buffer)
        phase = .trailers(trailers)
        return ended
      }
    }
  }

  private mutating func readSize(from buffer: inout ReceiveBuffer) throws(HTTPFault) -> UInt64? {
    let extensionLimit = limits.chunkExtensionBytes - extensionBytes
    switch buffer.nextLine(limit: ChunkedBody.maxSizeDigits + extensionLimit) {
    case .incomplete: return nil
    case .tooLong: throw .badRequest("chunk size line too long")
    case .bareLineEnd: throw .badRequest("bare CR or LF in a chunk size line")
    case .complete: break
    }
    let (size, extensions) = try buffer.withLine { line throws(HTTPFault) in try ChunkedBody.parseSize(line) }
    extensionBytes += extensions
    guard extensionBytes <= limits.chunkExtensionBytes else { throw .badRequest("chunk extensions too long") }
    return size
  }

  /// The size and how many bytes of the line are not its digits.
  private static func parseSize(
    _ line: ByteView
  ) throws(HTTPFault) -> (size: UInt64, extensions: Int) {
    let digits = line.prefix { $0.hexDigitValue != nil }
    guard !digits.isEmpty, digits.count <= maxSizeDigits else { throw .badRequest("malformed chunk size") }
    let rest = line[part: digits.count..<line.count]
    // §7.1.1: `*( BWS ";" ... )`. Unknown extensions are ignored, so only their bytes are looked at.
    if !rest.isEmpty {
      guard rest.first(where: { !$0.isHTTPBlank }) == UInt8(ascii: ";"), rest.isFieldValue else {
        throw .badRequest("malformed chunk extension")
      }
    }
    return (digits.reduce(0) { $0 << 4 | UInt64($1.hexDigitValue ?? 0) }, rest.count)
  }
}
