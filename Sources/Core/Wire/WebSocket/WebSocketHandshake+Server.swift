/// The server's side (RFC 6455 §4.2).
extension WebSocketHandshake {
  /// What a server answers.
  public enum Answer: Sendable {
    /// The 101 response, and what it agrees to; what follows its head are frames.
    case accept(HTTPResponse, compression: WebSocketCompressionTerms?)
    /// A refusal, in HTTP.
    case refuse(HTTPResponse)
  }

  /// Whether a request asks for a WebSocket. HTTP/1.0 cannot: "A server MUST ignore an Upgrade header field that is
  /// received in an HTTP/1.0 request" (RFC 9110 §7.8).
  public static func isUpgrade(_ request: HTTPRequest) -> Bool {
    !request.isHTTP10 && request.headers.hasToken("websocket", in: "Upgrade")
      && request.headers.hasToken("upgrade", in: "Connection")
  }

  /// The answer to a request for a WebSocket's path (§4.2.1, §4.2.2). Who may connect is not judged here. With
  /// `compression` an offer of it is taken up.
  public static func answer(to request: HTTPRequest, compression: WebSocketCompression? = nil) -> Answer {
    guard request.method == .get else {
      return .refuse(HTTPResponse(.methodNotAllowed, headers: HTTPHeaders([("Allow", "GET")])))
    }
    guard isUpgrade(request), request.headers.values("Sec-WebSocket-Version") == [version] else {
      return .refuse(upgradeRequired)
    }
    let keys = request.headers.values("Sec-WebSocket-Key")
    guard keys.count == 1, Base64.decodedCount(of: keys[0]) == nonceBytes else {
      return .refuse(HTTPResponse(.badRequest))
    }
    // §9.1: what does not obey the grammar fails the connection; what is not known is ignored.
    guard let offers = WebSocketExtension.list(request.headers.values("Sec-WebSocket-Extensions")) else {
      return .refuse(HTTPResponse(.badRequest))
    }
    var headers = HTTPHeaders([
      ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", acceptValue(for: keys[0])),
    ])
    let terms = compression?.accept(offers)
    if let terms { headers.add("Sec-WebSocket-Extensions", terms.answer) }
    return .accept(HTTPResponse(.switchingProtocols, headers: headers), compression: terms)
  }

  /// 426 names the protocol (RFC 9110 §15.5.22) and the version (RFC 6455 §4.4) that would do.
  private static var upgradeRequired: HTTPResponse {
    HTTPResponse(
      .upgradeRequired,
      headers: HTTPHeaders([
        ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", version),
      ]))
  }
}
