import Net
import Wire

/// The three routes that conformance suites need.
struct EchoRoutes: Sendable {
  private enum Route { case health, echo, socket }

  private let router: Router<Route>
  private let fault: @Sendable (HTTPFault) -> HTTPResponse

  /// `fault` makes the answer to what is refused.
  init(fault: @escaping @Sendable (HTTPFault) -> HTTPResponse) {
    var router = Router<Route>()
    router.add(.get, "/health", .health)
    router.add(.post, "/echo", .echo)
    router.add(.get, "/echo", .socket)
    self.router = router
    self.fault = fault
  }

  /// The server's handler.
  func answer(_ request: HTTPRequest, _ context: HTTPContext) -> HTTPAnswer {
    switch router.match(request.method, path: request.path) {
    case .found(.health, _): .response(json(#"{"status":"healthy"}"#))
    case .found(.echo, _): .response(echo(request))
    case .found(.socket, _): .webSocket { EchoClient($0) }
    case .methodNotAllowed(let methods): .response(notAllowed(request, methods))
    case .notFound: .response(fault(HTTPFault(status: .notFound, reason: "there is nothing at this path")))
    case .malformed:
      .response(fault(HTTPFault(status: .badRequest, reason: "the path is not percent-encoded correctly")))
    }
  }

  private func echo(_ request: HTTPRequest) -> HTTPResponse {
    let type = request.headers["Content-Type"] ?? "application/octet-stream"
    return HTTPResponse(.ok, headers: HTTPHeaders([("Content-Type", type)]), body: .bytes(request.body))
  }

  private func json(_ text: String) -> HTTPResponse {
    HTTPResponse(.ok, headers: HTTPHeaders([("Content-Type", "application/json")]), body: .bytes(Array(text.utf8)))
  }

  private func notAllowed(_ request: HTTPRequest, _ methods: [HTTPMethod]) -> HTTPResponse {
    let allowed = (methods + [.options]).map(\.name).joined(separator: ", ")
    var response: HTTPResponse
    if request.method == .options {
      response = HTTPResponse(.noContent)
    } else if request.method.isKnown {
      response = fault(HTTPFault(status: .methodNotAllowed, reason: "this method is not allowed here"))
    } else {
      return fault(HTTPFault(status: .notImplemented, reason: "this method is not known here"))
    }
    response.headers["Allow"] = allowed
    return response
  }
}

/// Sends back what it gets.
private final class EchoClient: WebSocketHandler {
  private let connection: WebSocketConnection

  init(_ connection: WebSocketConnection) {
    self.connection = connection
  }

  func received(text: UnsafeRawBufferPointer) { connection.send(text: text) }
  func received(binary: UnsafeRawBufferPointer) { connection.send(binary: binary) }
  func closed(_ code: WebSocketCloseCode, reason: String) {}
}
