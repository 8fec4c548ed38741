internal import Contract
internal import Model
internal import PublicJSON
internal import Sessions
internal import Wire

/// The routes only one exchange has, as its declaration says. One route a path: exchanges that declare the same path
/// share it.
struct OwnRoutes: Sendable {
  let lookup: ExchangeLookup
  let clock: any TimeSource
  let timeoutMilliseconds: Int64

  func mount(on table: inout RouteTable) {
    let declared = lookup.manager.connectors.flatMap { connector in
      connector.exchange.declaration.ownRoutes.map { (name: connector.exchange.id.name, route: $0) }
    }
    for path in Set(declared.map(\.route.path)).sorted() {
      let same = declared.filter { $0.route.path == path }
      guard let first = same.first else { continue }
      table.add(
        RouteDescription(
          "/{exchange}" + path, paths: same.map { "/\($0.name)\(path)" }, first.route.summary,
          parameters: [.exchange(same.map(\.name))]
            + first.route.parameters.map { .query($0.name, .text, $0.summary) },
          answer: .json(.any), failures: [.unknownExchange, .unknownSymbol] + RouteDescription.upstreamFailures),
        handler(path))
    }
  }

  private func handler(_ path: String) -> RouteHandler {
    { (route: RouteRequest) throws(APIError) -> RouteAnswer in try answer(route, path) }
  }

  private func answer(_ route: RouteRequest, _ path: String) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "")
    guard let own = connector.exchange.declaration.ownRoutes.first(where: { $0.path == path }) else {
      throw APIError(.unsupported, "\(connector.exchange.id) has no such route")
    }
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    var values: [String: String] = [:]
    for parameter in own.parameters {
      // `?coin=` says as little as no parameter at all.
      if let value = route.request.query[parameter.name], !value.isEmpty { values[parameter.name] = value }
    }
    let inquiry = own.inquiry(values)
    return .later { () throws(APIError) in
      do throws(ExchangeError) {
        return .json(try await connector.client.ask(inquiry, deadline: deadline))
      } catch {
        throw APIError(error, exchange: connector.exchange.id.name)
      }
    }
  }
}
