internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// The same question to every enabled exchange that can answer it: what came is given, what failed is named.
struct MultiExchangeRoutes: Sendable {
  private typealias Query = MultiExchangeQuery<MarketAnswer, APIError>

  let lookup: ExchangeLookup
  let answers: MarketAnswers
  let clock: any TimeSource
  let timeoutMilliseconds: Int64

  private static let limit = RouteParameter.limit(default: 200, in: 1...1000)

  func mount(on table: inout RouteTable) {
    let failures = RouteDescription.marketFailures
    table.add(
      RouteDescription(
        "/multi/ohlc/{symbol}/{interval}", "candles of every exchange; X-Partial names those that failed",
        parameters: [
          .symbol, .interval(lookup.manager.words(of: \.intervals, with: .ohlc)), MultiExchangeRoutes.limit,
        ] + RouteParameter.bounds, answer: .json(.map(.array(.named("OHLC")))), failures: failures), candles)
    table.add(
      RouteDescription(
        "/multi/funding/{symbol}", "the funding rate now accruing at every exchange", parameters: [.symbol],
        answer: .json(.map(.nullable(.named("FundingRate")))), failures: failures), fundingRate)
    table.add(
      RouteDescription(
        "/multi/oi/{symbol}", "open interest now at every exchange", parameters: [.symbol],
        answer: .json(.map(.nullable(.named("OpenInterest")))), failures: failures), openInterest)
  }

  private func candles(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let connectors = try connectors(with: .ohlc)
    var reader = ParameterReader(route)
    let interval = reader.pathInterval("interval", of: lookup.manager.intervals(of: \.intervals, with: .ohlc))
    let range = reader.historyRange(MultiExchangeRoutes.limit)
    try lookup.check(reader, symbol: route.parameters["symbol"] ?? "", on: connectors)
    return try answer(route, connectors, .candles(interval, range), missing: "[]")
  }

  private func fundingRate(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    try answer(route, try connectors(with: .fundingRate), .fundingRate, missing: "null")
  }

  private func openInterest(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    try answer(route, try connectors(with: .openInterest), .openInterest, missing: "null")
  }

  private func connectors(with feature: Capabilities.Features) throws(APIError) -> [ExchangeConnector] {
    let able = lookup.manager.connectors(with: feature)
    guard !able.isEmpty else { throw APIError(.unsupported, "no enabled exchange offers this") }
    return able
  }

  private func answer(
    _ route: RouteRequest, _ connectors: [ExchangeConnector], _ subject: MarketQuestion.Subject, missing: String
  ) throws(APIError) -> RouteAnswer {
    let symbol = route.parameters["symbol"] ?? ""
    if let parts = kept(symbol, connectors, subject) {
      let joined = MultiExchangeAnswer(parts, missing: missing)
      return .now(try joined.response(now: clock.monotonicMilliseconds))
    }
    let deadline = clock.monotonicMilliseconds + timeoutMilliseconds
    let parts = connectors.map { connector in
      let question = MarketQuestion(exchange: connector.exchange.id, symbol: symbol, subject: subject)
      return Query.Part(connector.exchange.id.name) { await ask(question, of: connector, deadline: deadline) }
    }
    let clock = clock
    return .later { () throws(APIError) in
      let joined = MultiExchangeAnswer(await Query(parts).answers(), missing: missing)
      return try joined.response(now: clock.monotonicMilliseconds)
    }
  }

  /// What each exchange's answer is, when all of them are known without asking.
  private func kept(
    _ symbol: String, _ connectors: [ExchangeConnector], _ subject: MarketQuestion.Subject
  ) -> [(exchange: String, outcome: Result<MarketAnswer, APIError>)]? {
    var parts: [(exchange: String, outcome: Result<MarketAnswer, APIError>)] = []
    for connector in connectors {
      let question = MarketQuestion(exchange: connector.exchange.id, symbol: symbol, subject: subject)
      do throws(APIError) {
        try checkInterval(of: subject, on: connector)
        guard let answer = try answers.kept(question, of: connector) else { return nil }
        parts.append((connector.exchange.id.name, .success(answer)))
      } catch {
        parts.append((connector.exchange.id.name, .failure(error)))
      }
    }
    return parts
  }

  private func checkInterval(
    of subject: MarketQuestion.Subject, on connector: ExchangeConnector
  ) throws(APIError) {
    guard case .candles(let interval, _) = subject,
      !connector.exchange.declaration.capabilities.intervals.contains(interval)
    else { return }
    throw APIError(.invalidParameter, "\(connector.exchange.id) has no candles of \(interval)")
  }

  /// Catches in a function of its own: see `MarketAnswers.made`.
  private func ask(
    _ question: MarketQuestion, of connector: ExchangeConnector, deadline: Int64
  ) async -> Result<MarketAnswer, APIError> {
    do throws(APIError) {
      try checkInterval(of: question.subject, on: connector)
      return .success(try await answers.ask(question, of: connector, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }
}

/// The answers of several exchanges as one.
struct MultiExchangeAnswer {
  private let parts: [(exchange: String, outcome: Result<MarketAnswer, APIError>)]
  private let missing: String

  /// Of the given parts; `missing` is what stands for one that failed.
  init(_ parts: [(exchange: String, outcome: Result<MarketAnswer, APIError>)], missing: String) {
    self.parts = parts
    self.missing = missing
  }

  /// One object, a member an exchange; those that failed are named in `X-Partial`.
  ///
  /// - Throws: when all of them failed, what a client can do most about.
  func response(now: Int64) throws(APIError) -> HTTPResponse {
    let good = parts.compactMap { try? $0.outcome.get() }
    guard !good.isEmpty else { throw failure }
    var json = JSONWriter(reserving: good.reduce(256) { $0 + $1.body.count })
    json.beginObject()
    for part in parts {
      json.key(part.exchange)
      if case .success(let answer) = part.outcome {
        json.rawValue(answer.body.bytes)
      } else {
        json.raw { $0.append(contentsOf: missing.utf8) }
      }
    }
    json.endObject()
    // No fresher than its oldest part, and stale with the first that is.
    let asked = good.map(\.asked).min() ?? now
    let end = good.map { $0.asked + $0.freshness }.min() ?? now
    let freshness = failures.isEmpty ? max(0, end - asked) : 0
    let whole = MarketAnswer(
      body: json.shared(), asked: asked, freshness: freshness,
      coverage: HistoryCoverageField(isTruncated: good.contains(where: \.coverage.isTruncated)))
    var response = whole.response(now: now)
    if !failures.isEmpty {
      response.headers["X-Partial"] = failures.map { "\($0.exchange)=\($0.error.code.rawValue)" }
        .joined(separator: ", ")
    }
    return response
  }

  private var failures: [(exchange: String, error: APIError)] {
    parts.compactMap { part in
      if case .failure(let error) = part.outcome { (part.exchange, error) } else { nil }
    }
  }

  /// The first that may pass by itself, else the first.
  private var failure: APIError {
    let errors = failures.map(\.error)
    guard let error = errors.first(where: \.isRetryable) ?? errors.first else {
      return APIError(.unsupported, "no enabled exchange offers this")
    }
    var whole = APIError(
      error.code, errors.map(\.detail).joined(separator: "; "),
      retryAfterSeconds: errors.compactMap(\.retryAfterSeconds).min())
    whole.isRetryable = error.isRetryable
    return whole
  }
}
