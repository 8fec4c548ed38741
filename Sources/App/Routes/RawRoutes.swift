internal import Contract
internal import Model
internal import PublicJSON
internal import Sessions
internal import Wire

/// The routes that pass an exchange's own JSON on, as its declaration says. One route a path: exchanges that declare the
/// same path share it.
struct RawRoutes: Sendable {
  let lookup: ExchangeLookup
  let clock: any TimeSource
  let timeoutMilliseconds: Int64
  private let memory = AnswerMemory<Question>(limitBytes: RawRoutes.limitBytes)

  /// The most bytes of answers that are kept to be served again.
  static let limitBytes = 32 << 20

  /// What was asked, and of whom.
  private struct Question: Hashable {
    let exchange: ExchangeID
    let request: UpstreamRequest

    init(_ exchange: ExchangeID, _ request: UpstreamRequest) {
      self.exchange = exchange
      self.request = request
    }
  }

  init(lookup: ExchangeLookup, clock: any TimeSource, timeoutMilliseconds: Int64) {
    self.lookup = lookup
    self.clock = clock
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  func mount(on table: inout RouteTable) {
    let declared = lookup.manager.connectors.flatMap { connector in
      connector.exchange.declaration.rawRoutes.map { (connector: connector, route: $0) }
    }
    for path in Set(declared.map(\.route.path)).sorted() {
      let same = declared.filter { $0.route.path == path }
      guard let first = same.first else { continue }
      let known = first.connector.exchange.declaration.capabilities.intervals.map(\.description)
      table.add(
        RouteDescription(
          "/{exchange}" + path, paths: same.map { "/\($0.connector.exchange.id)\(path)" }, first.route.summary,
          parameters: [.exchange(same.map(\.connector.exchange.id.name))]
            + RawRoutes.parameters(of: same.map(\.route)).map { RouteParameter($0, intervals: known) },
          answer: .json(.any), failures: RouteDescription.marketFailures), handler(path))
    }
  }

  /// The parameters that some of the exchanges know, each once.
  private static func parameters(of routes: [RawRoute]) -> [RawRoute.Parameter] {
    var names: Set<String> = []
    return routes.flatMap(\.parameters).filter { names.insert($0.name).inserted }
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
    var values = try read(raw, route, connector)
    let symbol = route.parameters["symbol"] ?? ""
    if raw.parameters.contains(where: \.isSymbol) {
      guard let match = try lookup.knownMatch(symbol, on: connector) else {
        let unfinished = values
        return .later { () throws(APIError) in
          var values = unfinished
          values["symbol"] = try await lookup.match(symbol, on: connector, deadline: deadline).instrument.symbol
          return try await ask(upstreamRequest(raw, values), raw, connector, deadline: deadline)
        }
      }
      values["symbol"] = match.instrument.symbol
    }
    let request = upstreamRequest(raw, values)
    let (memory, question) = (memory, Question(connector.exchange.id, request))
    if let answer = memory.find(question, now: clock.monotonicMilliseconds) {
      return answer.routeAnswer(clock) { memory.find(question, now: $0) }
    }
    return .later { () throws(APIError) in try await ask(request, raw, connector, deadline: deadline) }
  }

  private func upstreamRequest(_ raw: RawRoute, _ values: [String: String]) -> UpstreamRequest {
    let query = raw.parameters.map { ($0.name, values[$0.name]) }
    return UpstreamRequest(get: raw.upstreamPath, parameters: query, weight: raw.weight(values))
  }

  private func ask(
    _ request: UpstreamRequest, _ raw: RawRoute, _ connector: ExchangeConnector, deadline: Int64
  ) async throws(APIError) -> HTTPResponse {
    let freshness = connector.client.freshness == .none ? 0 : raw.freshnessMilliseconds
    do throws(ExchangeError) {
      let reply = try await connector.client.reply(to: request, deadline: deadline)
      let (question, now) = (Question(connector.exchange.id, request), clock.monotonicMilliseconds)
      // Of many who have joined one request, the first makes the answer for all.
      if let answer = memory.find(question, now: now), answer.asked == reply.asked { return answer.response(now: now) }
      guard reply.value.isJSON else { throw .malformed("the exchange's answer is no JSON") }
      let answer = MarketAnswer(body: SharedBytes(reply.value.body), asked: reply.asked, freshness: freshness)
      memory.keep(answer, for: question)
      return answer.response(now: now)
    } catch {
      throw APIError(error, exchange: connector.exchange.id.name)
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
    if raw.parameters.contains(where: \.isSymbol) {
      try lookup.check(reader, symbol: route.parameters["symbol"] ?? "", on: [connector])
    } else {
      try reader.check()
    }
    return values
  }
}

extension RouteParameter {
  /// A parameter that is passed on, as its declaration says.
  fileprivate init(_ parameter: RawRoute.Parameter, intervals: [String]) {
    switch parameter.rule {
    case .symbol: self = .symbol
    case .interval: self = .path(parameter.name, .words(intervals), "a candle interval")
    case .integer(let range, let standard):
      self = .query(parameter.name, .integer(range), default: standard.map(String.init), "passed on")
    }
  }
}

extension RawRoute.Parameter {
  fileprivate var isSymbol: Bool { if case .symbol = rule { true } else { false } }
}
