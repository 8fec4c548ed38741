/// Bytes in, requests out: both framings, pipelining, no IO (RFC 9112).
///
/// The bytes may come in any pieces; the events are the same. One request is read at a time: those that follow it in the
/// same bytes wait until `next` is called again, as answers must be sent in the order of the requests (§9.3.2).
public struct HTTPRequestParser {
  /// What `next` found.
  public enum Event: Sendable, Equatable {
    /// Nothing until more bytes come.
    case needMore
    /// The client waits for `100 Continue` before it sends the body; once a request, before its `request`.
    case expectsContinue
    /// A whole request.
    case request(HTTPRequest)
    /// The client broke the protocol; the parser reads nothing more and says so again.
    case failure(HTTPFault)
  }

  private enum Phase {
    case requestLine
    case fields
    case body(remaining: Int)
    case chunks
    case failed(HTTPFault)
  }

  private let limits: HTTPLimits
  private var buffer = ReceiveBuffer()
  private var phase = Phase.requestLine
  private var emptyLines = 0
  private var line: RequestLine?
  private var fields: FieldSection
  private var chunks: ChunkedBody
  private var body: [UInt8] = []

  /// A parser for a new connection.
  public init(limits: HTTPLimits = .init()) {
    self.limits = limits
    fields = FieldSection(limits: limits, foldedLines: .refused)
    chunks = ChunkedBody(limits: limits)
  }

  /// Adds bytes as they came from the client. After a failure they are dropped.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = phase { return }
    buffer.append(bytes)
  }

  /// Whether no byte of a request is waiting: the connection is idle.
  public var isBetweenRequests: Bool {
    if case .requestLine = phase { buffer.isEmpty } else { false }
  }

  /// Whether a head has been read and its body has not come whole.
  public var isInBody: Bool {
    switch phase {
    case .body, .chunks: true
    case .requestLine, .fields, .failed: false
    }
  }

  /// Bytes that wait to be parsed: a reader that stops reading above a bound keeps a pipelining client from filling
  /// the memory.
  public var bufferedBytes: Int { buffer.count }

  /// The bytes after the last request, for the protocol that the connection was upgraded to.
  public mutating func takeRemainder() -> [UInt8] {
    buffer.takeAll()
  }

  /// The next event.
  public mutating func next() -> Event {
    do {
      while true {
        if let event = try advance() { return event }
      }
    } catch {
      phase = .failed(error)
      buffer.removeAll()
      body = []
      return .failure(error)
    }
  }

  private mutating func advance() throws(HTTPFault) -> Event? {
    switch phase {
    case .requestLine:
      return try readRequestLine() ? nil : .needMore
    case .fields:
      guard try fields.read(from: &buffer) else { return .needMore }
      return try endHead()
    case .body(let remaining):
      let left = remaining - buffer.moveBytes(upTo: remaining, to: &body)
      phase = .body(remaining: left)
      return left == 0 ? finish() : .needMore
    case .chunks:
      return try chunks.read(from: &buffer, into: &body) ? finish() : .needMore
    case .failed(let fault):
      return .failure(fault)
    }
  }

  private mutating func readRequestLine() throws(HTTPFault) -> Bool {
    // What begins like no request is refused before its line ends: a TLS handshake may have no line end for long.
    if let first = buffer.first, !first.isTokenByte, first != .carriageReturn {
      throw .badRequest("malformed request line")
    }
    switch buffer.nextLine(limit: limits.requestLineBytes) {
    case .incomplete: return false
    case .tooLong: throw HTTPFault(status: .uriTooLong, reason: "request line too long")
    case .bareLineEnd: throw .badRequest("bare CR or LF in the request line")
    case .complete: break
    }
    if buffer.line.isEmpty {
      // §2.2: a server should ignore at least one empty line before the request line.
      emptyLines += 1
      guard emptyLines <= limits.emptyLines else { throw .badRequest("too many empty lines") }
      return true
    }
    line = try buffer.withLine { bytes throws(HTTPFault) in try RequestLine(bytes) }
    phase = .fields
    return true
  }

  private mutating func endHead() throws(HTTPFault) -> Event? {
    guard let line else { throw .badRequest("no request line") }
    let headers = fields.headers
    try RequestHead.checkHost(headers, isHTTP10: line.isHTTP10)
    let framing = try BodyFraming(headers, isHTTP10: line.isHTTP10, limits: limits)
    let expectsContinue = try RequestHead.expectsContinue(headers, isHTTP10: line.isHTTP10)
    switch framing {
    case .none, .length(0): return finish()
    case .length(let length):
      phase = .body(remaining: length)
    case .chunked:
      phase = .chunks
      chunks = ChunkedBody(limits: limits)
    }
    return expectsContinue ? .expectsContinue : nil
  }

  private mutating func finish() -> Event? {
    guard let line else { return nil }
    var headers = fields.headers
    if let authority = line.target.authority { headers["Host"] = authority }
    let request = HTTPRequest(
      method: line.method, target: line.target.text, path: line.target.path, query: line.target.query,
      isHTTP10: line.isHTTP10, headers: headers, body: body)
    phase = .requestLine
    emptyLines = 0
    self.line = nil
    fields = FieldSection(limits: limits, foldedLines: .refused)
    body = []
    return .request(request)
  }
}
