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
  private let listings = AnswerMemory<Listing>(limitBytes: MarketDataRoutes.listingBytes)

  /// The most bytes of encoded instrument lists.
  static let listingBytes = 16 << 20

  init(lookup: ExchangeLookup, answers: MarketAnswers, clock: any TimeSource, timeoutMilliseconds: Int64) {
    self.lookup = lookup
    self.answers = answers
    self.clock = clock
    self.timeoutMilliseconds = timeoutMilliseconds
  }

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
    guard let list = connector.instruments.dated else { throw ExchangeLookup.notLoaded(connector) }
    let listing = Listing(
      exchange: connector.exchange.id, quote: route.request.query["quote"]?.uppercased(), kind: kind,
      asked: list.asked)
    let now = clock.monotonicMilliseconds
    if let answer = listings.find(listing, now: now) { return .now(answer.response(now: now)) }
    let rows = list.value.instruments.filter(listing.holds)
    let body = HistoryEncoding.array(rows, bytesPerRow: 230) { HistoryEncoding.append($0, to: &$1) }
    let answer = MarketAnswer(
      body: SharedBytes(body), asked: list.asked, freshness: InstrumentList.refreshPeriod)
    listings.keep(answer, for: listing)
    return .now(answer.response(now: now))
  }

  /// A part of the list that was loaded at a time.
  private struct Listing: Hashable {
    let exchange: ExchangeID
    let quote: String?
    let kind: String?
    let asked: Int64

    func holds(_ instrument: Instrument) -> Bool {
      (quote == nil || instrument.quote.uppercased() == quote) && (kind == nil || instrument.kind.rawValue == kind)
    }
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
