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

  private static let kinds = ["perpetual", "future", "spot"]
  private static let candleLimit = RouteParameter.limit(default: 500, in: 1...1500)
  private static let sampleLimit = RouteParameter.limit(default: 30, in: 1...500)
  private static let settlementLimit = RouteParameter.limit(default: 100, in: 1...1000)

  private var period: RouteParameter {
    .query(
      "period", .words(lookup.manager.words(of: \.openInterestPeriods, with: .openInterestHistory)), default: "5m",
      "the distance of samples; these every exchange has")
  }

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        "/{exchange}/instruments", "what is listed",
        parameters: [
          exchange(.instruments), .query("quote", .text, "the quote asset, in any case"),
          .query("kind", .words(MarketDataRoutes.kinds), "the kind of contract"),
        ], answer: .json(.array(.named("Instrument"))),
        failures: [.unknownExchange, .unsupported, .invalidParameter, .upstreamUnavailable]), instruments)
    table.add(
      RouteDescription(
        "/{exchange}/ohlc/{symbol}/{interval}", "candles, ascending",
        parameters: [
          exchange(.ohlc), .symbol, .interval(lookup.manager.words(of: \.intervals, with: .ohlc)),
          MarketDataRoutes.candleLimit,
        ] + RouteParameter.bounds, answer: .json(.array(.named("OHLC"))), failures: RouteDescription.marketFailures),
      candles)
    table.add(
      RouteDescription(
        "/{exchange}/oi/{symbol}", "open interest now", parameters: [exchange(.openInterest), .symbol],
        answer: .json(.named("OpenInterest")), failures: RouteDescription.marketFailures), openInterest)
    table.add(
      RouteDescription(
        "/{exchange}/oi-hist/{symbol}", "open interest of the past, ascending",
        parameters: [exchange(.openInterestHistory), .symbol, period, MarketDataRoutes.sampleLimit]
          + RouteParameter.bounds, answer: .json(.array(.named("OpenInterest"))),
        failures: RouteDescription.marketFailures), openInterestHistory)
    table.add(
      RouteDescription(
        "/{exchange}/funding/{symbol}", "the funding rate now accruing", parameters: [exchange(.fundingRate), .symbol],
        answer: .json(.named("FundingRate")), failures: RouteDescription.marketFailures), fundingRate)
    table.add(
      RouteDescription(
        "/{exchange}/funding-hist/{symbol}", "settled funding rates, ascending",
        parameters: [exchange(.fundingRate), .symbol, MarketDataRoutes.settlementLimit] + RouteParameter.bounds,
        answer: .json(.array(.named("FundingRate"))), failures: RouteDescription.marketFailures), fundingHistory)
  }

  private func exchange(_ feature: Capabilities.Features) -> RouteParameter {
    .exchange(lookup.manager.connectors(with: feature).map(\.exchange.id.name))
  }

  private func instruments(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .instruments)
    var reader = ParameterReader(route)
    let kind = reader.choice("kind", of: MarketDataRoutes.kinds)
    try reader.check()
    guard let list = connector.instruments.dated else { throw ExchangeLookup.notLoaded(connector) }
    let listing = Listing(
      exchange: connector.exchange.id, quote: route.request.query["quote"]?.uppercased(), kind: kind,
      asked: list.asked)
    let (listings, instruments) = (listings, connector.instruments)
    let find = { @Sendable (now: Int64) in
      instruments.dated?.asked == listing.asked ? listings.find(listing, now: now) : nil
    }
    if let answer = find(clock.monotonicMilliseconds) { return answer.routeAnswer(clock, find) }
    let rows = list.value.instruments.filter(listing.holds)
    let body = HistoryEncoding.array(rows, bytesPerRow: 230) { HistoryEncoding.append($0, to: &$1) }
    let answer = MarketAnswer(body: body, asked: list.asked, freshness: InstrumentList.refreshPeriod)
    listings.keep(answer, for: listing)
    return answer.routeAnswer(clock, find)
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
    let range = reader.historyRange(MarketDataRoutes.candleLimit)
    try check(reader, route, connector)
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
      period, of: connector.exchange.declaration.capabilities.openInterestPeriods)
    let range = reader.historyRange(MarketDataRoutes.sampleLimit)
    try check(reader, route, connector)
    return try answer(route, connector, .openInterestHistory(period, range))
  }

  private func fundingRate(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    return try answer(route, connector, .fundingRate)
  }

  private func fundingHistory(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "", with: .fundingRate)
    var reader = ParameterReader(route)
    let range = reader.historyRange(MarketDataRoutes.settlementLimit)
    try check(reader, route, connector)
    return try answer(route, connector, .fundingHistory(range))
  }

  private func check(
    _ reader: ParameterReader, _ route: RouteRequest, _ connector: ExchangeConnector
  ) throws(APIError) {
    try lookup.check(reader, symbol: route.parameters["symbol"] ?? "", on: [connector])
  }

  /// From memory at once, or by asking. The clock runs from here on.
  private func answer(
    _ route: RouteRequest, _ connector: ExchangeConnector, _ subject: MarketQuestion.Subject
  ) throws(APIError) -> RouteAnswer {
    let question = MarketQuestion(
      exchange: connector.exchange.id, symbol: route.parameters["symbol"] ?? "", subject: subject)
    let (answers, clock) = (answers, clock)
    if let answer = try answers.kept(question, of: connector) {
      return answer.routeAnswer(clock) { answers.keptAgain(question, of: connector, now: $0) }
    }
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    return .later { () throws(APIError) in
      let answer = try await answers.ask(question, of: connector, deadline: deadline)
      return answer.response(now: clock.monotonicMilliseconds)
    }
  }
}
