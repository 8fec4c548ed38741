internal import Net
internal import Sessions
internal import Wire

/// Answers every request: checks what browsers and proxies may do, finds the route, turns errors into answers.
struct Gateway: Sendable {
  let router: Router<RouteHandler>
  let hosts: HostPolicy
  let origins: OriginPolicy
  let cors: CORSPolicy
  let rateLimit: RateLimit?

  /// The server's handler.
  func handle(_ request: HTTPRequest, _ context: HTTPContext) -> HTTPAnswer {
    guard let rateLimit else { return decide(request, context) }
    return rateLimit.answer(
      context, next: { decide(request, context) }, refuse: { finished($0.response, request) })
  }

  private func decide(_ request: HTTPRequest, _ context: HTTPContext) -> HTTPAnswer {
    guard hosts.allows(request) else {
      return .response(APIError(.misdirectedRequest, "this host name is not served here").response)
    }
    if request.method == .options { return .response(options(request)) }
    do throws(APIError) {
      return answer(try route(request, context), request, context)
    } catch {
      return .response(finished(error.response, request))
    }
  }

  /// A browser asks what a page may do; anyone else what the path allows (RFC 9110 §9.3.7).
  private func options(_ request: HTTPRequest) -> HTTPResponse {
    if CORSPolicy.isPreflight(request) { return cors.preflight(request) }
    guard case .methodNotAllowed(let methods) = router.match(.options, path: request.path) else {
      return finished(APIError(.notFound, "there is nothing at this path").response, request)
    }
    var response = HTTPResponse(.noContent)
    response.headers["Allow"] = (methods + [.options]).map(\.name).joined(separator: ", ")
    return finished(response, request)
  }

  private func route(_ request: HTTPRequest, _ context: HTTPContext) throws(APIError) -> RouteAnswer {
    switch router.match(request.method, path: request.path) {
    case .found(let handler, let parameters):
      return try handler(RouteRequest(request: request, parameters: parameters, context: context))
    case .methodNotAllowed(let methods):
      guard request.method.isKnown else { throw APIError(.notImplemented, "this method is not known here") }
      var error = APIError(.methodNotAllowed, "\(request.method.name) is not allowed here")
      error.allowedMethods = methods + [.options]
      throw error
    case .notFound:
      throw APIError(.notFound, "there is nothing at this path")
    case .malformed:
      throw APIError(.badRequest, "the path is not percent-encoded correctly")
    }
  }

  private func answer(_ answer: RouteAnswer, _ request: HTTPRequest, _ context: HTTPContext) -> HTTPAnswer {
    switch answer {
    case .now(let response):
      let negotiation = negotiation(of: response, request)
      return negotiation.isQuick ? .response(negotiation.result()) : .later { await Gateway.resultApart(negotiation) }
    case .kept(let response, let again):
      let negotiation = negotiation(of: response, request)
      guard negotiation.isQuick else { return .later { await Gateway.resultApart(negotiation) } }
      return repeatable(negotiation.result(), again)
    case .later(let work):
      return .later {
        do throws(APIError) {
          let negotiation = negotiation(of: try await work(), request)
          return negotiation.isQuick ? negotiation.result() : await Gateway.resultApart(negotiation)
        } catch {
          return finished(error.response, request)
        }
      }
    case .webSocket(let open):
      guard WebSocketHandshake.isUpgrade(request) else {
        var response = APIError(.upgradeRequired, "this path is a WebSocket").response
        response.headers["Upgrade"] = "websocket"
        return .response(finished(response, request))
      }
      guard origins.allows(request) else {
        return .response(APIError(.forbiddenOrigin, "this origin may not open WebSockets here").response)
      }
      return .webSocket(open)
    }
  }

  /// Where each request of a client is counted and its answer says what is left, none is answered like another.
  private func repeatable(
    _ response: HTTPResponse, _ again: @escaping @Sendable () -> AgedRepresentation?
  ) -> HTTPAnswer {
    guard rateLimit == nil, response.status == .ok else { return .response(response) }
    let isCompressed = response.headers.contains("Content-Encoding")
    return .repeatable(
      response,
      HTTPRepeat {
        guard let kept = again() else { return nil }
        let bytes = isCompressed ? kept.representation.gzip : kept.representation.plain
        return bytes.map { HTTPRepeat.Content($0, age: kept.age) }
      })
  }

  private func negotiation(of response: HTTPResponse, _ request: HTTPRequest) -> ContentNegotiation {
    let negotiation = ContentNegotiation(finished(response, request), for: request)
    if !negotiation.meetsPrecondition {
      let error = APIError(.preconditionFailed, "what is here now is none of those that If-Match names")
      return ContentNegotiation(finished(error.response, request), for: request)
    }
    if negotiation.isAcceptable { return negotiation }
    let error = APIError(.notAcceptable, "this is served as gzip or uncompressed")
    return ContentNegotiation(finished(error.response, request), for: request)
  }

  /// A large answer takes milliseconds to compress. On the loop every other client would wait for it, so that is done by
  /// Swift's own pool of threads, one a core, which has nothing else to do.
  private static func resultApart(_ negotiation: ContentNegotiation) async -> HTTPResponse {
    await Task.detached { negotiation.result() }.value
  }

  private func finished(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
    var response = response
    cors.decorate(&response, for: request)
    return response
  }
}
