/// Reads field lines up to the empty line that ends them: a header section or the trailers of a chunked body.
struct FieldSection {
  /// A line that begins with a blank continues the one before it (RFC 9112 §5.2).
  enum FoldedLines {
    /// A server refuses them.
    case refused
    /// A client must take them as a space.
    case joined
  }

  private let limits: HTTPLimits
  private let foldedLines: FoldedLines
  private var bytes = 0
  private(set) var headers = HTTPHeaders()

  init(limits: HTTPLimits, foldedLines: FoldedLines) {
    self.limits = limits
    self.foldedLines = foldedLines
  }

  /// Reads the lines that are there; true when the section has ended.
  mutating func read(from buffer: inout ReceiveBuffer) throws(HTTPFault) -> Bool {
    while true {
      switch buffer.nextLine(limit: max(0, limits.headerBytes - bytes - 2)) {
      case .incomplete: return false
      case .tooLong: throw tooLarge("header section too long")
      case .bareLineEnd: throw .badRequest("bare CR or LF in a field line")
      case .complete:
        if buffer.line.isEmpty { return true }
        bytes += buffer.line.count + 2
        try buffer.withLine { line throws(HTTPFault) in try add(line) }
      }
    }
  }

  private mutating func add(_ line: ByteView) throws(HTTPFault) {
    if line.first?.isHTTPBlank == true {
      return try addFolded(line)
    }
    guard headers.fields.count < limits.headerFields else { throw tooLarge("too many header fields") }
    // RFC 9112 §5.1: whitespace between the name and the colon is a fault, and a blank is no token byte.
    guard let colon = line.firstIndex(of: .colon), line[part: 0..<colon].isToken else {
      throw .badRequest("malformed field name")
    }
    let value = line[part: colon + 1..<line.count]
    guard value.isFieldValue else { throw .badRequest("control character in a field value") }
    headers.add(
      String(decoding: line[part: 0..<colon], as: UTF8.self), String(decoding: value.trimmed, as: UTF8.self))
  }

  private mutating func addFolded(_ line: ByteView) throws(HTTPFault) {
    guard foldedLines == .joined, let last = headers.fields.last else { throw .badRequest("folded field line") }
    guard line.isFieldValue else { throw .badRequest("control character in a field value") }
    headers.replaceLastValue(with: last.value + " " + String(decoding: line.trimmed, as: UTF8.self))
  }

  private func tooLarge(_ reason: String) -> HTTPFault {
    HTTPFault(status: .requestHeaderFieldsTooLarge, reason: reason)
  }
}
