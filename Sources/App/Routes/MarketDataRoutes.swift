internal import Contract
internal import Model
internal import PublicJSON
internal import Sessions
internal import Wire

/// Candles, open interest, funding and instruments of one exchange.
struct MarketDataRoutes: Sendable {
  let lookup: ExchangeLookup
  let answers: MarketAnswers
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
    let body = HistoryEncoding.array(list, bytesPerRow: 230) { HistoryEncoding.append($0, to: &$1) }
    let now = clock.monotonicMilliseconds
    let answer = MarketAnswer(
      body: SharedBytes(body), asked: now - (connector.instruments.age ?? 0),
      freshness: InstrumentList.refreshPeriod)
    return .now(answer.response(now: now))
  }

  private func candles(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .ohlc)
    var reader = ParameterReader(route)
    let interval = reader.pathInterval("interval", of: connector.exchange.declaration.capabilities.intervals)
    let range = reader.historyRange(limit: 500, in: 1...1500)
    try reader.check()
    return try answer(route, connector, .candles(interval, range))
  }

  private func openInterest(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .openInterest)
    return try answer(route, connector, .openInterest)
  }

  private func openInterestHistory(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .openInterestHistory)
    var reader = ParameterReader(route)
    let period = reader.queryInterval(
      "period", default: "5m", of: connector.exchange.declaration.capabilities.openInterestPeriods)
    let range = reader.historyRange(limit: 30, in: 1...500)
    try reader.check()
    return try answer(route, connector, .openInterestHistory(period, range))
  }

  private func fundingRate(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    return try answer(route, connector, .fundingRate)
  }

  private func fundingHistory(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    var reader = ParameterReader(route)
    let range = reader.historyRange(limit: 100, in: 1...1000)
    try reader.check()
    return try answer(route, connector, .fundingHistory(range))
  }

  /// From memory at once, or by asking. The clock runs from here on.
  private func answer(
    _ route: RouteRequest, _ connector: ExchangeConnector, _ subject: MarketQuestion.Subject
  ) throws(APIError) -> RouteAnswer {
    let question = MarketQuestion(
      exchange: connector.exchange.id, symbol: route.parameters["symbol"] ?? "", subject: subject)
    let (answers, clock) = (answers, clock)
    if let answer = try answers.kept(question, of: connector) {
      return .now(answer.response(now: clock.monotonicMilliseconds))
    }
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    return .later { () throws(APIError) in
      let answer = try await answers.ask(question, of: connector, deadline: deadline)
      return answer.response(now: clock.monotonicMilliseconds)
    }
  }
}
