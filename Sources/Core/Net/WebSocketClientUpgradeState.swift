internal import Wire

/// The opening handshake from the client's side (RFC 6455 section 4.1): the request, then the judgement of the answer,
/// however its bytes are cut.
struct WebSocketClientUpgradeState {
  enum Action {
    case waitForMore
    /// The connection is open; these bytes came after the answer and are frames.
    case open(compression: WebSocketCompressionTerms?, remainder: [UInt8])
    case fail(WebSocketClosure)
  }

  /// What must be sent first.
  let request: [UInt8]
  private let key: String
  private let compression: WebSocketCompression?
  private var parser = HTTPResponseHeadParser()

  /// `key` is the base64 text of 16 random bytes.
  init(url: WebSocketClientURL, key: String, headers: [(String, String)], compression: WebSocketCompression? = nil) {
    self.key = key
    self.compression = compression
    request = WebSocketHandshake.request(
      host: url.hostHeader, target: url.target, key: key, headers: headers, compression: compression)
  }

  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Action {
    parser.append(bytes)
    do {
      while let head = try parser.next() {
        // RFC 9110 section 15.2: a client must be able to parse informational responses before the final one.
        if head.status.code < 200, head.status.code != 101 { continue }
        return judge(head)
      }
      return .waitForMore
    } catch {
      return .fail(WebSocketClosure(.handshake(status: nil), reason: error.reason))
    }
  }

  private mutating func judge(_ head: HTTPResponseHead) -> Action {
    let status = head.status.code
    guard status == 101 else {
      return .fail(WebSocketClosure(.handshake(status: status), reason: "the server answered \(status)"))
    }
    do {
      let terms = try WebSocketHandshake.check(head, key: key, compression: compression)
      return .open(compression: terms, remainder: parser.takeRemainder())
    } catch {
      return .fail(WebSocketClosure(.handshake(status: status), reason: error.reason))
    }
  }
}
