internal import Net
internal import Wire

/// A request that found its route.
struct RouteRequest: Sendable {
  let request: HTTPRequest
  let parameters: RouteParameters
  let context: HTTPContext
}

/// Answers a request of one route.
typealias RouteHandler = @Sendable (RouteRequest) throws(APIError) -> RouteAnswer

/// What a route answers with.
enum RouteAnswer: Sendable {
  /// At once, from memory.
  case now(HTTPResponse)
  /// The same, of something that is kept: `again` gives it as long as it may be served, and the same request is answered
  /// with it again.
  case kept(HTTPResponse, again: @Sendable () -> AgedRepresentation?)
  /// After an exchange has been asked.
  case later(@Sendable () async throws(APIError) -> HTTPResponse)
  /// With a WebSocket.
  case webSocket(@Sendable (WebSocketConnection) -> any WebSocketHandler)

  /// A JSON body.
  static func json(_ body: [UInt8]) -> RouteAnswer { .now(.json(body)) }
}

/// What is kept, and how long ago it was asked for, in seconds.
struct AgedRepresentation: Sendable {
  let representation: HTTPRepresentation
  let age: Int64
}

extension HTTPResponse {
  /// 303: what was asked for is better seen there (RFC 9110 §15.4.4).
  static func redirect(to path: String) -> HTTPResponse {
    var response = HTTPResponse(.seeOther)
    response.headers["Location"] = path
    response.headers["Cache-Control"] = "no-cache"
    return response
  }

  /// 200 with a JSON body.
  static func json(_ body: [UInt8]) -> HTTPResponse {
    var response = HTTPResponse(.ok, body: .bytes(body))
    response.headers["Content-Type"] = "application/json"
    return response
  }

  /// 200 with a JSON body that is kept: its tag and its compressed form are made once.
  static func json(_ representation: HTTPRepresentation) -> HTTPResponse {
    var response = HTTPResponse(.ok, body: .representation(representation))
    response.headers["Content-Type"] = "application/json"
    return response
  }
}
