internal import Contract
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// The routes that pass on the JSON of the services beside the exchanges, as their declarations say.
struct ReferenceRoutes: Sendable {
  /// The services that have a key.
  let pages: [String: ReferencePages]
  let upstreams: [RawUpstream]
  let clock: any TimeSource
  let timeoutMilliseconds: Int64

  func mount(on table: inout RouteTable) {
    for upstream in upstreams {
      for route in upstream.routes {
        table.add(
          RouteDescription(
            "/\(upstream.name)\(route.path)", route.summary, parameters: route.parameters.map { RouteParameter($0) },
            answer: .json(.any), failures: [.unsupported, .invalidParameter] + RouteDescription.upstreamFailures),
          handler(upstream, route))
      }
    }
  }

  private func handler(_ upstream: RawUpstream, _ raw: RawUpstream.Route) -> RouteHandler {
    { (route: RouteRequest) throws(APIError) -> RouteAnswer in try answer(route, upstream, raw) }
  }

  private func answer(
    _ route: RouteRequest, _ upstream: RawUpstream, _ raw: RawUpstream.Route
  ) throws(APIError) -> RouteAnswer {
    guard let pages = pages[upstream.name] else {
      throw APIError(
        .unsupported, "\(upstream.name) needs a key: \(Setting.keyVariable(upstream.name)) is not set")
    }
    let request = try request(route, raw)
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    return .later { () throws(APIError) in
      do throws(ExchangeError) {
        return .json(try await pages.body(of: request, deadline: deadline))
      } catch {
        throw APIError(error, exchange: upstream.name)
      }
    }
  }

  /// What is asked of the service, once every parameter is as the declaration wants it.
  private func request(_ route: RouteRequest, _ raw: RawUpstream.Route) throws(APIError) -> UpstreamRequest {
    var reader = ParameterReader(route)
    let values: [(name: String, value: String?)] = raw.parameters.map { parameter in
      switch parameter.rule {
      case .integer(let range, let standard):
        return (parameter.name, String(reader.integer(parameter.name, default: standard, in: range)))
      case .text(let maxBytes):
        let text = route.request.query[parameter.name] ?? ""
        if text.isEmpty {
          reader.fault(.query, parameter.name, "missing", "Field required", "")
        } else if text.utf8.count > maxBytes {
          reader.fault(
            .query, parameter.name, "string_too_long", "String should have at most \(maxBytes) bytes", text)
        }
        return (parameter.name, text)
      }
    }
    try reader.check()
    return UpstreamRequest(get: raw.upstreamPath, parameters: values, weight: 1)
  }
}

extension RouteParameter {
  /// A parameter that is passed on, as its declaration says.
  fileprivate init(_ parameter: RawUpstream.Parameter) {
    switch parameter.rule {
    case .integer(let range, let standard):
      self = .query(parameter.name, .integer(range), default: String(standard), "passed on")
    case .text: self = .required(parameter.name, .text, "passed on")
    }
  }
}
