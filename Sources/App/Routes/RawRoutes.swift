internal import Contract
internal import Model
internal import Sessions
internal import Wire

/// The routes that pass an exchange's own JSON on, as its declaration says. One route a path: exchanges that declare the
/// same path share it.
struct RawRoutes: Sendable {
  let lookup: ExchangeLookup
  let clock: any TimeSource
  let timeoutMilliseconds: Int64

  func mount(on router: inout Router<RouteHandler>) {
    let paths = lookup.manager.connectors.flatMap { $0.exchange.declaration.rawRoutes.map(\.path) }
    for path in Set(paths).sorted() {
      router.add(.get, "/{exchange}" + path, handler(path))
    }
  }

  private func handler(_ path: String) -> RouteHandler {
    { (route: RouteRequest) throws(APIError) -> RouteAnswer in try answer(route, path) }
  }

  private func answer(_ route: RouteRequest, _ path: String) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "")
    guard let raw = connector.exchange.declaration.rawRoutes.first(where: { $0.path == path }) else {
      throw APIError(.unsupported, "\(connector.exchange.id) has no such route")
    }
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    let values = try read(raw, route, connector)
    return .later { () throws(APIError) in
      var values = values
      if raw.parameters.contains(where: \.isSymbol) {
        values["symbol"] = try await lookup.match(route.parameters["symbol"] ?? "", on: connector).instrument.symbol
      }
      let query = raw.parameters.map { ($0.name, values[$0.name]) }
      let request = UpstreamRequest(get: raw.upstreamPath, parameters: query, weight: raw.weight(values))
      do throws(ExchangeError) {
        let reply = try await connector.client.reply(to: request, deadline: deadline)
        guard reply.isJSON else { throw .malformed("the exchange's answer is no JSON") }
        return .json(reply.body)
      } catch {
        throw APIError(error, exchange: connector.exchange.id.name)
      }
    }
  }

  private func read(
    _ raw: RawRoute, _ route: RouteRequest, _ connector: ExchangeConnector
  ) throws(APIError) -> [String: String] {
    var reader = ParameterReader(route)
    var values: [String: String] = [:]
    var integers: [(name: String, value: Int64)] = []
    for parameter in raw.parameters {
      switch parameter.rule {
      case .symbol: break
      case .interval:
        let known = connector.exchange.declaration.capabilities.intervals
        values[parameter.name] = reader.pathInterval(parameter.name, of: known).description
      case .integer(let range, let standard):
        guard let value = reader.optionalInteger(parameter.name, in: range) ?? standard else { continue }
        integers.append((parameter.name, value))
        values[parameter.name] = String(value)
      }
    }
    let (start, end) = (integers.first { $0.name == "startTime" }, integers.first { $0.name == "endTime" })
    if let start, let end, start.value > end.value {
      reader.fault(.query, start.name, "greater_than", "Input should not be later than \(end.name)", "\(start.value)")
    }
    try reader.check()
    return values
  }
}

extension RawRoute.Parameter {
  fileprivate var isSymbol: Bool { if case .symbol = rule { true } else { false } }
}
