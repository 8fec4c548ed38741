/// Messages to bytes (RFC 9112 §2).
///
/// The serializer owns what frames a message: `Content-Length`, `Transfer-Encoding`, `Date`, and `close` and `keep-alive`
/// in `Connection`; a response's own fields of these names are not sent. A field whose name is no token, or whose value
/// has a control character, is left out whole: a value mended by us could be taken for one that was meant, and CR or LF
/// in it would let it end the header section.
public enum HTTPSerializer {
  /// What `Expect: 100-continue` waits for.
  public static let continueHead = [UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8)
  /// Ends a chunked body.
  public static let lastChunk = [UInt8]("0\r\n\r\n".utf8)

  /// A part of a message, in the order of sending.
  public enum Piece: Sendable {
    /// Bytes of this message alone.
    case bytes([UInt8])
    /// Bytes shared with others.
    case shared(SharedBytes)
  }

  /// Content up to this size is copied behind the head, as one piece costs less than two.
  public static let copiedBodyBytes = 4096

  /// A response's head with its empty line. `keepAlive` is `HTTPConnectionState.keepsAlive(after:)`; `date` an
  /// `HTTPDate.text`.
  public static func head(
    _ response: HTTPResponse, to method: HTTPMethod, isHTTP10: Bool, keepAlive: Bool, date: String
  ) -> [UInt8] {
    var bytes = headStart(response, to: method, isHTTP10: isHTTP10)
    if response.status.code >= 200 { bytes.appendField("Date", date) }
    appendConnection(response, isHTTP10: isHTTP10, keepAlive: keepAlive, to: &bytes)
    bytes.appendLineEnd()
    return bytes
  }

  /// The same for HTTP/1.1 and a connection that stays open, without `Date` and the empty line.
  static func headWithoutDate(_ response: HTTPResponse, to method: HTTPMethod) -> [UInt8] {
    var bytes = headStart(response, to: method, isHTTP10: false)
    appendConnection(response, isHTTP10: false, keepAlive: true, to: &bytes)
    return bytes
  }

  private static func headStart(_ response: HTTPResponse, to method: HTTPMethod, isHTTP10: Bool) -> [UInt8] {
    let status = response.status
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes.append(contentsOf: "HTTP/1.1 ".utf8)
    bytes.append(contentsOf: String(min(max(status.code, 100), 999)).utf8)
    bytes.append(.space)
    bytes.append(contentsOf: status.reasonPhrase.utf8)
    bytes.appendLineEnd()
    appendFields(response.headers, to: &bytes)
    appendFraming(response, to: method, isHTTP10: isHTTP10, into: &bytes)
    return bytes
  }

  /// A whole response in as few pieces as sharing its body allows.
  public static func pieces(
    _ response: HTTPResponse, to method: HTTPMethod, isHTTP10: Bool, keepAlive: Bool, date: String
  ) -> [Piece] {
    var first = head(response, to: method, isHTTP10: isHTTP10, keepAlive: keepAlive, date: date)
    guard hasContent(response, to: method) else { return [.bytes(first)] }
    switch response.body {
    case .none: return [.bytes(first)]
    case .bytes(let body) where body.count <= copiedBodyBytes:
      first.append(contentsOf: body)
      return [.bytes(first)]
    case .bytes(let body): return [.bytes(first), .bytes(body)]
    case .shared(let body): return sharedPieces(body, head: first)
    case .representation(let representation): return sharedPieces(representation.plain, head: first)
    case .chunks(let chunks): return chunkPieces(chunks, head: first, isHTTP10: isHTTP10)
    }
  }

  /// What stands before a chunk's data; CRLF follows the data.
  public static func chunkHead(count: Int) -> [UInt8] {
    [UInt8]((String(count, radix: 16) + "\r\n").utf8)
  }

  /// A request's head with its empty line, for the client's role. `Host` is among the headers. What may not stand in a
  /// request target is percent-encoded, so that no text can end the line.
  public static func requestHead(_ method: HTTPMethod, target: String, headers: HTTPHeaders) -> [UInt8] {
    var bytes = [UInt8]((method.name.utf8.isToken ? method.name : "GET").utf8)
    bytes.append(.space)
    for byte in target.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") {
        bytes.append(byte)
      } else {
        bytes.append(.percent)
        bytes.append(contentsOf: String(byte >> 4, radix: 16, uppercase: true).utf8)
        bytes.append(contentsOf: String(byte & 15, radix: 16, uppercase: true).utf8)
      }
    }
    bytes.append(contentsOf: " HTTP/1.1\r\n".utf8)
    for field in headers.fields { bytes.appendField(field.name, field.value) }
    bytes.appendLineEnd()
    return bytes
  }
}

extension HTTPSerializer {
  /// Whether content follows the head. RFC 9112 §6.3: HEAD has the fields of GET and no content; behind a 2xx to CONNECT the
  /// tunnel begins.
  public static func hasContent(_ response: HTTPResponse, to method: HTTPMethod) -> Bool {
    if method == .head || method == .connect && response.status.code / 100 == 2 { return false }
    return response.status.allowsContent
  }

  private static let ownedFields = ["content-length", "transfer-encoding", "connection", "date", "keep-alive"]

  private static func appendFields(_ headers: HTTPHeaders, to bytes: inout [UInt8]) {
    for field in headers.fields where !ownedFields.contains(where: { $0.equalsIgnoringCase(field.name) }) {
      bytes.appendField(field.name, field.value)
    }
  }

  /// Neither length nor coding in 1xx and 204 and in 2xx to `CONNECT` (RFC 9110 §8.6, RFC 9112 §6.1); none in 304, as
  /// that of the 200 it stands for is not known here.
  private static func appendFraming(
    _ response: HTTPResponse, to method: HTTPMethod, isHTTP10: Bool, into bytes: inout [UInt8]
  ) {
    if method == .connect, response.status.code / 100 == 2 { return }
    guard response.status.allowsContent else {
      // RFC 9110 §15.3.6: 205 says that it has none.
      if response.status.code == 205 { bytes.appendField("Content-Length", "0") }
      return
    }
    switch response.body {
    case .none: bytes.appendField("Content-Length", "0")
    case .bytes(let body): bytes.appendField("Content-Length", String(body.count))
    case .shared(let body): bytes.appendField("Content-Length", String(body.count))
    case .representation(let body): bytes.appendField("Content-Length", String(body.plain.count))
    case .chunks: if !isHTTP10 { bytes.appendField("Transfer-Encoding", "chunked") }
    }
  }

  /// The response's own options, as `Upgrade`, stay; whether the connection closes is decided here (RFC 9112 §9.3, §9.6).
  private static func appendConnection(
    _ response: HTTPResponse, isHTTP10: Bool, keepAlive: Bool, to bytes: inout [UInt8]
  ) {
    var options = response.headers.listElements("Connection").filter {
      !$0.equalsIgnoringCase("close") && !$0.equalsIgnoringCase("keep-alive")
    }
    if response.status.code >= 200 {
      if !keepAlive { options.append("close") } else if isHTTP10 { options.append("keep-alive") }
    }
    guard !options.isEmpty else { return }
    bytes.appendField("Connection", options.joined(separator: ", "))
  }

  private static func sharedPieces(_ body: SharedBytes, head: [UInt8]) -> [Piece] {
    guard body.count <= copiedBodyBytes else { return [.bytes(head), .shared(body)] }
    return [.bytes(head + body.bytes)]
  }

  /// An empty chunk would end the body, so it is left out.
  private static func chunkPieces(_ chunks: [SharedBytes], head: [UInt8], isHTTP10: Bool) -> [Piece] {
    var pieces: [Piece] = []
    var pending = head
    for chunk in chunks where chunk.count > 0 {
      if !isHTTP10 { pending.append(contentsOf: chunkHead(count: chunk.count)) }
      if !pending.isEmpty { pieces.append(.bytes(pending)) }
      pieces.append(.shared(chunk))
      pending = isHTTP10 ? [] : [.carriageReturn, .lineFeed]
    }
    if !isHTTP10 { pending.append(contentsOf: lastChunk) }
    if !pending.isEmpty { pieces.append(.bytes(pending)) }
    return pieces
  }
}

extension [UInt8] {
  fileprivate mutating func appendLineEnd() {
    append(.carriageReturn)
    append(.lineFeed)
  }

  /// Nothing when the name or the value may not stand in a field line (RFC 9110 §5.1, §5.5).
  fileprivate mutating func appendField(_ name: String, _ value: String) {
    guard name.utf8.isToken, value.utf8.allSatisfy({ $0.isFieldValueByte }) else { return }
    append(contentsOf: name.utf8)
    append(.colon)
    append(.space)
    append(contentsOf: value.utf8)
    appendLineEnd()
  }
}
