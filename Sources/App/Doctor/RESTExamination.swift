internal import Contract
internal import Model
internal import Sessions

/// Asks one exchange every question it declares, one after the other.
struct RESTExamination {
  /// Rows asked of each interval; one whole page is asked besides.
  static let fewRows = 10

  let exchange: any ExchangeInterface
  let client: ExchangeClient
  let clock: any TimeSource
  /// For one question, in milliseconds.
  let patience: Int64
  /// Symbols to ask about: the first one in trading is taken, else any instrument that is.
  let symbols: [String]
  let witness: HeaderWitness?
  let report: @Sendable (DoctorFinding) -> Void
  private var askedOfGeneralBudget: [String] = []

  init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource, patience: Int64,
    symbols: [String], witness: HeaderWitness?, report: @escaping @Sendable (DoctorFinding) -> Void
  ) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
    self.patience = patience
    self.symbols = symbols
    self.witness = witness
    self.report = report
  }

  private var declaration: Declaration { exchange.declaration }
  private var features: Capabilities.Features { declaration.capabilities.features }

  /// The list and the instrument that the streams are asked about; `nil` when there is none.
  mutating func instruments() async -> (catalog: InstrumentCatalog, instrument: Instrument)? {
    var list: [Instrument] = []
    await check("instruments", exchange.instruments()) { rows in
      list = rows
      return DoctorRules.difference(in: rows)
    }
    let catalog = InstrumentCatalog(list)
    let named = symbols.compactMap { catalog.find($0) }.first { $0.status == .trading }
    let trading = list.filter { $0.status == .trading }
    guard let instrument = named ?? trading.first(where: { $0.kind == .perpetual }) ?? trading.first else { return nil }
    return (catalog, instrument)
  }

  /// Every question but the list.
  mutating func questions(about instrument: Instrument) async {
    if let volumes = exchange.quoteVolumes() {
      await check("volumes of 24 hours", volumes) { DoctorRules.difference(in: $0, of: instrument) }
    }
    await candles(of: instrument)
    await openInterest(of: instrument)
    await funding(of: instrument)
    await rawRoutes(of: instrument)
    for route in declaration.ownRoutes {
      await check("own \(route.path)", route.inquiry([:])) { body in RESTExamination.differenceOfJSON(body) }
    }
    guard let witness, let header = declaration.rest.usedWeightHeader else { return }
    let difference = witness.difference(among: askedOfGeneralBudget)
    tell("header \(header)", difference.map { .failed($0) } ?? .ok, nil)
  }

  private mutating func candles(of instrument: Instrument) async {
    guard features.contains(.ohlc) else { return }
    let clock = clock
    for interval in declaration.capabilities.intervals {
      let query = query(instrument, interval, RESTExamination.fewRows)
      await check("candles \(interval)", exchange.candles(query)) { rows in
        DoctorRules.difference(in: rows, interval, limit: query.limit, mustBeFull: false, now: clock.wallClock)
      }
    }
    guard let shortest = declaration.capabilities.intervals.first else { return }
    let page = query(instrument, shortest, declaration.rest.candlesPerPage)
    await check("candles, a page of \(page.limit)", exchange.candles(page)) { rows in
      DoctorRules.difference(in: rows, shortest, limit: page.limit, mustBeFull: true, now: clock.wallClock)
    }
  }

  private mutating func openInterest(of instrument: Instrument) async {
    let clock = clock
    if features.contains(.openInterest) {
      await check("open interest", exchange.openInterest(of: instrument)) { answer in
        DoctorRules.difference(in: answer, now: clock.wallClock)
      }
    }
    guard features.contains(.openInterestHistory) else { return }
    for period in declaration.capabilities.openInterestPeriods {
      let query = query(instrument, period, RESTExamination.fewRows)
      await check("open interest history \(period)", exchange.openInterestHistory(query)) { rows in
        DoctorRules.difference(
          in: rows.map(\.exchangeTime), period: period, limit: query.limit, now: clock.wallClock)
      }
    }
  }

  private mutating func funding(of instrument: Instrument) async {
    guard features.contains(.fundingRate), instrument.kind == .perpetual else { return }
    let clock = clock
    await check("funding", exchange.fundingRate(of: instrument)) { answer in
      DoctorRules.difference(in: answer, now: clock.wallClock)
    }
    let query = query(instrument, nil, RESTExamination.fewRows)
    await check("funding history", exchange.fundingHistory(query)) { rows in
      DoctorRules.difference(in: rows.map(\.settlementTime), period: nil, limit: query.limit, now: clock.wallClock)
    }
  }

  private mutating func rawRoutes(of instrument: Instrument) async {
    for route in declaration.rawRoutes {
      var values: [String: String] = [:]
      for parameter in route.parameters {
        switch parameter.rule {
        case .symbol: values[parameter.name] = instrument.symbol
        case .interval: values[parameter.name] = declaration.capabilities.intervals.first?.description
        case .integer(_, let standard): values[parameter.name] = standard.map { String($0) }
        }
      }
      let request = UpstreamRequest(
        get: route.upstreamPath, parameters: route.parameters.map { ($0.name, values[$0.name]) },
        weight: route.weight(values))
      let inquiry = Inquiry<Bool>(request) { (reply: UpstreamReply) throws(ExchangeError) in reply.isJSON }
      await check("raw \(route.path)", inquiry) { isJSON in isJSON ? nil : "the answer is no JSON" }
    }
  }

  private func query(_ instrument: Instrument, _ interval: Interval?, _ limit: Int) -> HistoryQuery {
    HistoryQuery(instrument: instrument, interval: interval, limit: limit, now: clock.wallClock)
  }

  private static func differenceOfJSON(_ body: [UInt8]) -> String? {
    UpstreamReply(status: 200, body: body, askTime: .epoch).isJSON ? nil : "the answer is no JSON"
  }

  /// Asks, and holds the answer against a rule.
  private mutating func check<Answer: Sendable>(
    _ name: String, _ inquiry: Inquiry<Answer>?, _ rule: (Answer) -> String?
  ) async {
    guard let inquiry else { return tell(name, .failed("declared, but there is no question for it"), nil) }
    askedOfGeneralBudget += inquiry.requests.filter { $0.budget == nil }.map(\.target)
    let start = clock.monotonicMilliseconds
    do throws(ExchangeError) {
      let answer = try await client.ask(inquiry, deadline: start + patience)
      let duration = clock.monotonicMilliseconds - start
      tell(name, rule(answer).map { .failed($0) } ?? .ok, duration)
    } catch {
      tell(name, .failed("\(error.kind): \(error.reason)"), clock.monotonicMilliseconds - start)
    }
  }

  private func tell(_ check: String, _ result: DoctorFinding.Result, _ milliseconds: Int64?) {
    report(
      DoctorFinding(
        exchange: exchange.id.name, area: .rest, check: check, result: result, milliseconds: milliseconds))
  }
}
