/// The client's side (RFC 6455 §4.1).
extension WebSocketHandshake {
  /// `Sec-WebSocket-Key` of 16 random bytes, new for each connection.
  public static func key(nonce: [UInt8]) -> String {
    precondition(nonce.count == nonceBytes, "a key is made of 16 bytes")
    return Base64.text(of: nonce)
  }

  /// The request's bytes. `host` has the port where it is not the scheme's own; `headers` are sent beside the
  /// handshake's and cannot replace them; compression is offered when asked for.
  public static func request(
    host: String, target: String, key: String, headers: [(String, String)] = [],
    compression: WebSocketCompression? = nil
  ) -> [UInt8] {
    var own = [
      ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
      ("Sec-WebSocket-Version", version),
    ]
    if let compression { own.append(("Sec-WebSocket-Extensions", compression.offer)) }
    let others = headers.filter { field in !own.contains { $0.0.equalsIgnoringCase(field.0) } }
    return HTTPSerializer.requestHead(.get, target: target, headers: HTTPHeaders(own + others))
  }

  /// Judges the server's answer to a request with this key and offer; throws when it is no agreement to speak WebSocket.
  /// Returns what was agreed on compression, `nil` where the server does not want it.
  @discardableResult
  public static func check(
    _ head: HTTPResponseHead, key: String, compression: WebSocketCompression? = nil
  ) throws(HTTPFault) -> WebSocketCompressionTerms? {
    guard head.status == .switchingProtocols else { throw refusal("the server did not switch protocols") }
    let upgrade = head.headers.values("Upgrade")
    guard upgrade.count == 1, upgrade[0].equalsIgnoringCase("websocket") else {
      throw refusal("the server switched to another protocol")
    }
    guard head.headers.hasToken("upgrade", in: "Connection") else {
      throw refusal("the answer's Connection does not say upgrade")
    }
    guard head.headers.values("Sec-WebSocket-Accept") == [acceptValue(for: key)] else {
      throw refusal("the answer does not prove that the key was read")
    }
    guard !head.headers.contains("Sec-WebSocket-Protocol") else {
      throw refusal("the server chose a subprotocol that was not offered")
    }
    // RFC 6455 §9.1: an answer that is malformed, or not one to what was offered, fails the connection.
    guard let chosen = WebSocketExtension.list(head.headers.values("Sec-WebSocket-Extensions")) else {
      throw refusal("the answer's Sec-WebSocket-Extensions is malformed")
    }
    guard !chosen.isEmpty else { return nil }
    guard let terms = compression?.terms(answering: chosen) else {
      throw refusal("the server chose an extension that was not offered")
    }
    return terms
  }

  private static func refusal(_ reason: String) -> HTTPFault {
    HTTPFault(status: .badGateway, reason: reason)
  }
}
