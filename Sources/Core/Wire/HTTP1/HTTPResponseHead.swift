/// The head of a response.
public struct HTTPResponseHead: Sendable, Equatable {
  /// The status.
  public var status: HTTPStatus
  /// The fields.
  public var headers: HTTPHeaders

  /// A head of the given parts.
  public init(status: HTTPStatus, headers: HTTPHeaders) {
    self.status = status
    self.headers = headers
  }
}

/// Bytes in, response heads out, for the client's role. The body is the caller's: `takeRemainder` has what came of it.
public struct HTTPResponseHeadParser {
  private let limits: HTTPLimits
  private var buffer = ReceiveBuffer()
  private var status: HTTPStatus?
  private var fields: FieldSection
  private var fault: HTTPFault?

  /// A parser for a new response.
  public init(limits: HTTPLimits = .init()) {
    self.limits = limits
    fields = FieldSection(limits: limits, foldedLines: .joined)
  }

  /// Adds bytes as they came from the server.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard fault == nil else { return }
    buffer.append(bytes)
  }

  /// The next head, an interim one (1xx) too; `nil` until more bytes come. A fault has the status 502 and comes again.
  public mutating func next() throws(HTTPFault) -> HTTPResponseHead? {
    if let fault { throw fault }
    do throws(HTTPFault) {
      return try readHead()
    } catch {
      let fault = HTTPFault(status: .badGateway, reason: error.reason)
      self.fault = fault
      buffer.removeAll()
      throw fault
    }
  }

  /// The bytes after the last head.
  public mutating func takeRemainder() -> [UInt8] {
    buffer.takeAll()
  }

  private mutating func readHead() throws(HTTPFault) -> HTTPResponseHead? {
    if status == nil {
      switch buffer.nextLine(limit: limits.requestLineBytes) {
      case .incomplete: return nil
      case .tooLong: throw .badRequest("status line too long")
      case .bareLineEnd: throw .badRequest("bare CR or LF in the status line")
      case .complete: status = try buffer.withLine { line throws(HTTPFault) in try statusCode(of: line) }
      }
    }
    guard let status, try fields.read(from: &buffer) else { return nil }
    let head = HTTPResponseHead(status: status, headers: fields.headers)
    self.status = nil
    fields = FieldSection(limits: limits, foldedLines: .joined)
    return head
  }

  /// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 §4). Servers exist that leave out the second space with
  /// the phrase; nothing hangs on it.
  private func statusCode(of line: ByteView) throws(HTTPFault) -> HTTPStatus {
    _ = try HTTPVersion(line[part: 0..<min(8, line.count)])
    let rest = line.dropFirst(8)
    let digits = rest.dropFirst().prefix(3)
    let phrase = rest.dropFirst(4)
    guard rest.first == .space, digits.count == 3, digits.allSatisfy(\.isDigit),
      let kind = digits.first, kind >= UInt8(ascii: "1"), kind <= UInt8(ascii: "5"),
      phrase.isEmpty || phrase.first == .space, phrase.allSatisfy(\.isFieldValueByte)
    else { throw .badRequest("malformed status line") }
    return HTTPStatus(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
  }
}
