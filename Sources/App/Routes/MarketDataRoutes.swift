internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// Candles, open interest, funding and instruments of one exchange.
struct MarketDataRoutes: Sendable {
  let lookup: ExchangeLookup
  let clock: any TimeSource
  let timeoutMilliseconds: Int64

  func mount(on router: inout Router<RouteHandler>) {
    router.add(.get, "/{exchange}/instruments", instruments)
    router.add(.get, "/{exchange}/ohlc/{symbol}/{interval}", candles)
    router.add(.get, "/{exchange}/oi/{symbol}", openInterest)
    router.add(.get, "/{exchange}/oi-hist/{symbol}", openInterestHistory)
    router.add(.get, "/{exchange}/funding/{symbol}", fundingRate)
    router.add(.get, "/{exchange}/funding-hist/{symbol}", fundingHistory)
  }

  private func instruments(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .instruments)
    var reader = ParameterReader(route)
    let kind = reader.choice("kind", of: ["perpetual", "future", "spot"])
    try reader.check()
    guard let catalog = connector.instruments.catalog else { throw ExchangeLookup.notLoaded(connector) }
    let quote = route.request.query["quote"]?.uppercased()
    let list = catalog.instruments.filter { instrument in
      (quote == nil || instrument.quote.uppercased() == quote) && (kind == nil || instrument.kind.rawValue == kind)
    }
    return .json(HistoryEncoding.array(list, bytesPerRow: 230) { HistoryEncoding.append($0, to: &$1) })
  }

  private func candles(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .ohlc)
    var reader = ParameterReader(route)
    let interval = reader.pathInterval("interval", of: connector.exchange.declaration.capabilities.intervals)
    let limit = reader.integer("limit", default: 500, in: 1...1500)
    let bounds = reader.range("start_time", "end_time")
    try reader.check()
    return ask(route, connector) { found, history, deadline throws(ExchangeError) in
      let query = HistoryQuery(
        instrument: found.instrument, interval: interval, start: bounds.start, end: bounds.end, limit: Int(limit))
      let answer = try await history.candles(query, deadline: deadline)
      return .json(HistoryEncoding.candles(answer.rows, named: found.pair)).covering(answer.isTruncated)
    }
  }

  private func openInterest(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .openInterest)
    return ask(route, connector) { found, _, deadline throws(ExchangeError) in
      guard let inquiry = connector.exchange.openInterest(of: found.instrument) else { throw .unsupported }
      let answer = try await connector.client.ask(inquiry, deadline: deadline)
      var json = JSONWriter()
      HistoryEncoding.append(answer, named: found.pair, to: &json)
      return .json(json.take())
    }
  }

  private func openInterestHistory(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .openInterestHistory)
    var reader = ParameterReader(route)
    let period = reader.queryInterval(
      "period", default: "5m", of: connector.exchange.declaration.capabilities.openInterestPeriods)
    let limit = reader.integer("limit", default: 30, in: 1...500)
    let bounds = reader.range("start_time", "end_time")
    try reader.check()
    return ask(route, connector) { found, history, deadline throws(ExchangeError) in
      let query = HistoryQuery(
        instrument: found.instrument, interval: period, start: bounds.start, end: bounds.end, limit: Int(limit))
      let answer = try await history.openInterest(query, deadline: deadline)
      let body = HistoryEncoding.array(answer.rows, bytesPerRow: 180) {
        HistoryEncoding.append($0, named: found.pair, to: &$1)
      }
      return .json(body).covering(answer.isTruncated)
    }
  }

  private func fundingRate(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    return ask(route, connector) { found, _, deadline throws(ExchangeError) in
      guard let inquiry = connector.exchange.fundingRate(of: found.instrument) else { throw .unsupported }
      let answer = try await connector.client.ask(inquiry, deadline: deadline)
      var json = JSONWriter()
      HistoryEncoding.append(answer, named: found.pair, to: &json)
      return .json(json.take())
    }
  }

  private func fundingHistory(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    var reader = ParameterReader(route)
    let limit = reader.integer("limit", default: 100, in: 1...1000)
    let bounds = reader.range("start_time", "end_time")
    try reader.check()
    return ask(route, connector) { found, history, deadline throws(ExchangeError) in
      let query = HistoryQuery(instrument: found.instrument, start: bounds.start, end: bounds.end, limit: Int(limit))
      let answer = try await history.fundingRates(query, deadline: deadline)
      let body = HistoryEncoding.array(answer.rows, bytesPerRow: 190) {
        HistoryEncoding.append($0, named: found.pair, to: &$1)
      }
      return .json(body).covering(answer.isTruncated)
    }
  }

  /// Finds the instrument, asks, and turns a failure into the client's words. The clock runs from here on.
  private func ask(
    _ route: RouteRequest, _ connector: ExchangeConnector,
    _ question: @escaping @Sendable (InstrumentMatch, MarketHistory, Int64) async throws(ExchangeError) -> HTTPResponse
  ) -> RouteAnswer {
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    let symbol = route.parameters["symbol"] ?? ""
    return .later { () throws(APIError) in
      let found = try await lookup.match(symbol, on: connector)
      let history = MarketHistory(connector.exchange, client: connector.client, clock: clock)
      do throws(ExchangeError) {
        return try await question(found, history, deadline)
      } catch {
        throw APIError(error, exchange: connector.exchange.id.name)
      }
    }
  }
}

extension HTTPResponse {
  /// Says that the exchange no longer had all of what was asked.
  fileprivate func covering(_ isTruncated: Bool) -> HTTPResponse {
    guard isTruncated else { return self }
    var response = self
    response.headers["X-Coverage"] = "truncated"
    return response
  }
}
