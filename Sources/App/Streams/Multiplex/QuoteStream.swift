internal import Contract
internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// What a client of the first-message form gets: candles of one minute of several instruments as `quote`, up to a limit.
/// Belongs to the client's loop.
final class QuoteStream: ClientSink {
  private let request: QuoteRequest
  private unowned let client: MultiplexClient
  private var subscriptions: [ClientSubscription] = []
  private var remaining: Int64?
  private var isStarted = false

  init(_ request: QuoteRequest, client: MultiplexClient) {
    self.request = request
    self.client = client
    remaining = request.limit
  }

  /// Symbols it takes of what a client may have.
  var symbolCount: Int { isStarted ? subscriptions.count : request.symbols.count }

  /// Answers, then asks the bus: a quote has no number, so there is nothing to wait for.
  func start(_ matches: [InstrumentMatch], on exchange: ExchangeID) {
    client.send(
      MultiplexEncoding.quotesSubscribed(
        exchange: exchange, contractType: QuoteRequest.contractType,
        symbols: matches.map { $0.pair ?? $0.instrument.symbol }, limit: request.statedLimit))
    subscriptions = matches.map { match in
      let form = EventForm.quote.naming(match.pair)
      return ClientSubscription(
        .market(Topic(.candles(.oneMinute), of: match.instrument)),
        form: client.connection.takesCompressedFrames ? form.compressed : form, sink: self)
    }
    isStarted = true
    for subscription in subscriptions { client.lane.subscribe(subscription) }
  }

  /// Leaves the bus.
  func end() {
    for subscription in subscriptions { client.lane.unsubscribe(subscription) }
    subscriptions = []
  }

  // MARK: ClientSink

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard let remaining else { return client.connection.deliver(event.event, subscription.form) }
    // Each one counts, so none may take another's place.
    guard remaining > 0, let frame = event.event.frame(subscription.form) else { return .queued }
    let outcome = client.connection.send(frame)
    self.remaining = remaining - 1
    if remaining == 1 { client.quotesFinished() }
    return DeliveryOutcome(outcome)
  }

  /// Its clients have no word for it.
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}

  func ended(_ subscription: ClientSubscription, reason: String) {
    subscriptions.removeAll { $0 === subscription }
    let symbol = subscription.form.symbol ?? subscription.topic.symbol
    client.send(MultiplexEncoding.ended(symbol, detail: reason))
  }
}

extension BusTopic {
  fileprivate var symbol: String {
    if case .market(let topic) = self { topic.instrument?.symbol ?? "" } else { "" }
  }
}

extension MultiplexClient {
  /// Opens what the first message asks for: those symbols that can be; the others are named, each with its cause.
  func openQuotes(_ request: QuoteRequest) {
    do throws(APIError) {
      guard quotes == nil else {
        throw APIError(.alreadySubscribed, "the quotes of a connection are asked for once")
      }
      guard streamCount + request.symbols.count <= desk.limits.subscriptions else {
        throw APIError(.tooManySubscriptions, "a client has at most \(desk.limits.subscriptions) subscriptions")
      }
      let connector = try desk.lookup.exchange(request.exchange, with: .ohlc)
      guard connector.exchange.declaration.capabilities.intervals.contains(.oneMinute) else {
        throw APIError(.unsupported, "\(connector.exchange.id) does not offer candles of one minute")
      }
      open(request, on: connector)
    } catch {
      refuse(error, id: nil)
    }
  }

  private func open(_ request: QuoteRequest, on connector: ExchangeConnector) {
    quotes = QuoteStream(request, client: self)
    var matches: [String: InstrumentMatch] = [:]
    var questions: [SymbolQuestion] = []
    for symbol in request.symbols {
      do throws(APIError) {
        matches[symbol] = try desk.lookup.knownMatch(symbol, on: connector)
        if matches[symbol] == nil { questions.append(SymbolQuestion(symbol: symbol, connector: connector)) }
      } catch {
        refuse(error, id: nil, argument: symbol)
      }
    }
    guard !questions.isEmpty else { return start(request, matches, on: connector) }
    lookUp(questions) { [self] answers in
      for (question, answer) in zip(questions, answers) where !isClosed {
        switch answer {
        case .success(let match): matches[question.symbol] = match
        case .failure(let error): refuse(error, id: nil, argument: question.symbol)
        }
      }
      start(request, matches, on: connector)
    }
  }

  private func start(_ request: QuoteRequest, _ matches: [String: InstrumentMatch], on connector: ExchangeConnector) {
    guard !isClosed else { return }
    var good: [InstrumentMatch] = []
    for symbol in request.symbols {
      guard let match = matches[symbol] else { continue }
      if match.instrument.kind == .perpetual {
        good.append(match)
      } else {
        let detail = "\(match.instrument) is no \(QuoteRequest.contractType)"
        refuse(APIError(.unsupported, detail), id: nil, argument: symbol)
      }
    }
    // Whoever got nothing may ask again.
    if good.isEmpty { quotes = nil } else { quotes?.start(good, on: connector.exchange.id) }
  }

  /// The limit is reached. A client who wanted nothing else is done.
  func quotesFinished() {
    quotes?.end()
    quotes = nil
    if subscriptions.isEmpty { connection.close(.normal, reason: "the limit is reached") }
  }
}
