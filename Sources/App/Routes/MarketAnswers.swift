internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Telemetry
internal import Wire

/// Answers questions about instruments: from memory where that is true, else by asking the exchange once for all who want
/// the same.
///
/// One memory serves all loops: with one for each, every loop would have to ask for itself
/// (docs/decisions/0005-what-is-kept.md).
final class MarketAnswers: Sendable {
  /// The most bytes of encoded answers.
  static let limitBytes = 64 << 20

  /// What an answer is kept by: once the exchange has corrected what was final, answers of before are not found any more.
  private struct Key: Hashable {
    let question: MarketQuestion
    let corrections: Int

    init(_ question: MarketQuestion, of connector: ExchangeConnector) {
      self.question = question
      corrections = connector.client.kept.candles.corrections
    }
  }

  private let lookup: ExchangeLookup
  private let clock: any TimeSource
  private let memory = AnswerMemory<Key>(limitBytes: MarketAnswers.limitBytes)
  private let flights: Flights<MarketQuestion, MarketAnswer>
  private let hits: Counter

  init(lookup: ExchangeLookup, clock: any TimeSource, metrics: MetricsRegistry) {
    self.lookup = lookup
    self.clock = clock
    flights = Flights(clock: clock)
    hits = metrics.counter(
      "marketgate_answers_from_memory_total", help: "Answers of market data that no exchange was asked for.")
  }

  /// What is kept, in bytes.
  var keptBytes: Int { memory.bytes }

  /// The answer, if it can be given from memory; throws when it can be said that there is none.
  func kept(_ question: MarketQuestion, of connector: ExchangeConnector) throws(APIError) -> MarketAnswer? {
    let key = Key(question, of: connector)
    if let answer = memory.find(key, now: clock.monotonicMilliseconds) {
      hits.increment()
      return answer
    }
    guard let match = try lookup.knownMatch(question.symbol, on: connector) else { return nil }
    let lifetime = connector.client.freshness.finalRangeMilliseconds
    guard let answer = final(question.subject, of: match, history(connector), lifetime: lifetime) else {
      return nil
    }
    hits.increment()
    memory.keep(answer, for: key)
    return answer
  }

  /// The answer to a question that was answered from memory before, as long as it is the same.
  func keptAgain(_ question: MarketQuestion, of connector: ExchangeConnector, now: Int64) -> MarketAnswer? {
    guard let answer = memory.find(Key(question, of: connector), now: now) else { return nil }
    hits.increment()
    return answer
  }

  /// The answer, after the exchange was asked where it must be, before a deadline in monotonic milliseconds.
  func ask(
    _ question: MarketQuestion, of connector: ExchangeConnector, deadline: Int64
  ) async throws(APIError) -> MarketAnswer {
    if let answer = try kept(question, of: connector) { return answer }
    let match = try await lookup.match(question.symbol, on: connector, deadline: deadline)
    let outcome = await flights.join(question, deadline: deadline) { end in
      let key = Key(question, of: connector)
      let outcome = await self.made(question.subject, of: match, connector, deadline: end)
      if case .success(let answer) = outcome { self.memory.keep(answer, for: key) }
      return outcome
    }
    do throws(ExchangeError) {
      return try outcome.get()
    } catch {
      throw APIError(error, exchange: connector.exchange.id.name)
    }
  }

  private func history(_ connector: ExchangeConnector) -> MarketHistory {
    MarketHistory(connector.exchange, client: connector.client, clock: clock)
  }

  /// An answer of final rows that are all kept.
  private func final(
    _ subject: MarketQuestion.Subject, of match: InstrumentMatch, _ history: MarketHistory, lifetime: Int64
  ) -> MarketAnswer? {
    switch subject {
    case .candles(let interval, let range):
      history.keptCandles(query(match, interval, range)).map { answer in
        MarketAnswer(
          answer, HistoryEncoding.candles(answer.rows, named: match.pair), freshness: 0, final: lifetime,
          candles: answer.rows)
      }
    case .fundingHistory(let range):
      history.keptFundingRates(query(match, nil, range)).map { answer in
        MarketAnswer(
          answer, HistoryEncoding.fundingRates(answer.rows, named: match.pair), freshness: 0, final: lifetime)
      }
    case .openInterest, .openInterestHistory, .fundingRate: nil
    }
  }

  /// In a function of its own: where a typed error is caught in a closure, Swift 6.3.1 loses captured values in release.
  private func made(
    _ subject: MarketQuestion.Subject, of match: InstrumentMatch, _ connector: ExchangeConnector, deadline: Int64
  ) async -> Result<MarketAnswer, ExchangeError> {
    do throws(ExchangeError) {
      return .success(try await asked(subject, of: match, connector, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }

  private func asked(
    _ subject: MarketQuestion.Subject, of match: InstrumentMatch, _ connector: ExchangeConnector, deadline: Int64
  ) async throws(ExchangeError) -> MarketAnswer {
    let (history, client) = (history(connector), connector.client)
    let (freshness, lifetime) = (client.freshness, client.freshness.finalRangeMilliseconds)
    switch subject {
    case .candles(let interval, let range):
      let answer = try await history.candles(query(match, interval, range), deadline: deadline)
      return MarketAnswer(
        answer, HistoryEncoding.candles(answer.rows, named: match.pair), freshness: freshness.openCandleMilliseconds,
        final: lifetime, candles: answer.rows)
    case .openInterestHistory(let period, let range):
      let answer = try await history.openInterest(query(match, period, range), deadline: deadline)
      return MarketAnswer(
        answer, HistoryEncoding.openInterest(answer.rows, named: match.pair),
        freshness: freshness.openInterestHistoryMilliseconds, final: lifetime)
    case .fundingHistory(let range):
      let answer = try await history.fundingRates(query(match, nil, range), deadline: deadline)
      return MarketAnswer(
        answer, HistoryEncoding.fundingRates(answer.rows, named: match.pair),
        freshness: freshness.fundingHistoryMilliseconds, final: lifetime)
    case .openInterest:
      return try await one(
        connector.exchange.openInterest(of: match.instrument), client, freshness.openInterestMilliseconds, deadline
      ) { HistoryEncoding.append($0, named: match.pair, to: &$1) }
    case .fundingRate:
      return try await one(
        connector.exchange.fundingRate(of: match.instrument), client, freshness.fundingRateMilliseconds, deadline
      ) { HistoryEncoding.append($0, named: match.pair, to: &$1) }
    }
  }

  private func one<Row: Sendable>(
    _ inquiry: Inquiry<Row>?, _ client: ExchangeClient, _ freshness: Int64, _ deadline: Int64,
    _ append: (Row, inout JSONWriter) -> Void
  ) async throws(ExchangeError) -> MarketAnswer {
    guard let inquiry else { throw .unsupported }
    let answer = try await client.askDated(inquiry, maxAge: freshness, deadline: deadline)
    var json = JSONWriter()
    append(answer.value, &json)
    // What is not whole now may be whole the next time.
    return MarketAnswer(
      body: json.shared(), asked: answer.asked, freshness: answer.isPartial ? 0 : freshness)
  }

  private func query(_ match: InstrumentMatch, _ interval: Interval?, _ range: HistoryRange) -> HistoryQuery {
    HistoryQuery(
      instrument: match.instrument, interval: interval, start: range.start, end: range.end, limit: range.limit)
  }
}

extension MarketAnswer {
  /// An answer of rows: fresh for as long as they are final, or as the present allows.
  fileprivate init<Row>(
    _ answer: HistoryAnswer<Row>, _ body: SharedBytes, freshness: Int64, final: Int64, candles: [Candle] = []
  ) {
    self.init(
      body: body, asked: answer.asked, freshness: answer.isFinal ? final : freshness,
      coverage: HistoryCoverageField(candles, isTruncated: answer.isTruncated))
  }
}
