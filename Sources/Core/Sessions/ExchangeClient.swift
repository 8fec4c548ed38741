public import Contract
internal import Model
public import Net
public import Telemetry

/// An answer, and when it was asked for.
public struct Dated<Value: Sendable>: Sendable {
  /// The answer.
  public var value: Value
  /// In monotonic milliseconds, of the oldest reply it was made from: what the exchange did later is not in it.
  public var asked: Int64
  /// Something that the answer can do without was not to be had.
  public var isPartial = false
}

/// Asks an exchange questions over REST: within its budget, within the caller's deadline, again when that may help. Equal
/// requests are one while they are under way, and replies may be used again while they are fresh. An exchange that fails again
/// and again is left alone for a while, and so is one that asks for it.
///
/// Crosses threads: what changes stands behind the locks of its parts.
public final class ExchangeClient: Sendable {
  let exchange: any ExchangeInterface
  private let address: String
  private let http: HTTPClient
  let clock: any TimeSource
  let queue: RequestQueue
  private let flights: Flights<UpstreamRequest, Dated<UpstreamReply>>
  private let replies: Lock<BoundedMemory<UpstreamRequest, Dated<UpstreamReply>>>
  let circuit: ExchangeCircuit
  let bans: (any BanRecord)?
  private let counters: ClientCounters
  let logger: Logger
  /// What the exchange allows: of its declaration, which is too wide to be copied for each request.
  public let limits: RESTLimits
  /// For how long answers may be served again.
  public let freshness: Freshness
  /// What is kept of the past.
  public let kept = KeptHistory()

  /// The most requests on their way to the exchange; the transport needs as many connections where it is HTTP/1.1.
  public static let maxInFlight = RequestQueueState.maxInFlight
  /// The most attempts of one request.
  static let maxAttempts = 3
  /// The most pages of one answer.
  static let maxPages = 50
  /// The most bytes of replies that are kept to be used again.
  static let replyBytes = 32 << 20
  /// The most bytes of an answer that are read on the loop that asked: a page of candles takes a tenth of a millisecond. A
  /// list of instruments may have megabytes, for which the clients of the loop would wait; it is read on Swift's own threads.
  static let readHereBytes = 256 << 10
  /// How long an answer waits for what it can do without, once all the rest is there, in milliseconds.
  public static let optionalGrace: Int64 = 500
  /// How long a probe of the background may take, in milliseconds.
  static let probeDeadline: Int64 = 10_000

  /// A client of an exchange at an address (what comes before the documented path). `freshness` replaces the declared one;
  /// `bans` remembers when the exchange wants no requests.
  public init(
    _ exchange: any ExchangeInterface, address: String, http: HTTPClient, clock: any TimeSource,
    counters: ClientCounters, freshness: Freshness? = nil, circuit terms: CircuitTerms = .usual,
    bans: (any BanRecord)? = nil, logger: Logger = .silent
  ) {
    self.exchange = exchange
    self.address = address
    self.http = http
    self.clock = clock
    self.counters = counters
    limits = exchange.declaration.rest
    self.freshness = freshness ?? limits.freshness
    queue = RequestQueue(limits, clock: clock)
    flights = Flights(clock: clock, onJoin: { counters.joined() })
    replies = Lock(BoundedMemory(limitBytes: ExchangeClient.replyBytes))
    circuit = ExchangeCircuit(terms, clock: clock, counters: counters, logger: logger)
    self.bans = bans
    self.logger = logger
    resumeBan()
  }

  /// The answer to a question, before a deadline in monotonic milliseconds. A reply that was asked for less than `maxAge`
  /// milliseconds ago will do.
  ///
  /// - Throws: `ExchangeError`; never anything after `deadline` but `.timeout` or `.limited`.
  public func ask<Answer: Sendable>(
    _ inquiry: Inquiry<Answer>, maxAge: Int64 = 0, priority: RequestPriority = .client, deadline: Int64
  ) async throws(ExchangeError) -> Answer {
    try await askDated(inquiry, maxAge: maxAge, priority: priority, deadline: deadline).value
  }

  /// The same, with the time it was asked.
  public func askDated<Answer: Sendable>(
    _ inquiry: Inquiry<Answer>, maxAge: Int64 = 0, priority: RequestPriority = .client, deadline: Int64
  ) async throws(ExchangeError) -> Dated<Answer> {
    let terms = Terms(maxAge: maxAge, priority: priority, deadline: deadline)
    let replies: [Dated<UpstreamReply>]
    if let next = inquiry.next {
      replies = try await pages(inquiry.requests, next, terms)
    } else if inquiry.requests.count == 1 {
      replies = [try await dated(inquiry.requests[0], terms)]
    } else {
      replies = try await all(inquiry.requests, required: inquiry.required, terms)
    }
    let answer = try await read(inquiry, replies.map(\.value))
    return Dated(
      value: answer, asked: replies.map(\.asked).min() ?? clock.monotonicMilliseconds,
      isPartial: replies.contains { $0.value.isMissing })
  }

  private func read<Answer: Sendable>(
    _ inquiry: Inquiry<Answer>, _ replies: [UpstreamReply]
  ) async throws(ExchangeError) -> Answer {
    let bytes = replies.reduce(0) { $0 + $1.body.count }
    guard bytes > ExchangeClient.readHereBytes, EventLoop.current != nil else { return try inquiry.read(replies) }
    return try await Task.detached { ExchangeClient.outcome(of: inquiry, replies) }.value.get()
  }

  /// In a function of its own, as in `all`.
  private static func outcome<Answer>(
    of inquiry: Inquiry<Answer>, _ replies: [UpstreamReply]
  ) -> Result<Answer, ExchangeError> {
    do throws(ExchangeError) {
      return .success(try inquiry.read(replies))
    } catch {
      return .failure(error)
    }
  }

  /// The exchange's own answer to a request, once it is known to be none of its errors.
  public func reply(
    to request: UpstreamRequest, maxAge: Int64 = 0, priority: RequestPriority = .client, deadline: Int64
  ) async throws(ExchangeError) -> Dated<UpstreamReply> {
    try await dated(request, Terms(maxAge: maxAge, priority: priority, deadline: deadline))
  }

  /// How the exchange's REST side stands.
  public var standing: ClientStanding {
    let (ban, budgets) = queue.standing()
    let now = clock.monotonicMilliseconds
    let circuit = circuit.standing
    return ClientStanding(
      circuit: ban == nil ? circuit.state : .open,
      pauseMilliseconds: [ban.map { $0.until - now }, circuit.pause].compactMap(\.self).max(),
      cause: ban?.reason ?? circuit.cause, consecutiveFailures: circuit.failuresInARow, budgets: budgets,
      keptBytes: kept.candles.bytes + kept.fundingRates.bytes + replies.withLock { $0.bytes })
  }

  /// On what terms something is asked.
  private struct Terms {
    let maxAge: Int64
    let priority: RequestPriority
    let deadline: Int64
  }

  // MARK: Several requests

  /// Follows an answer from page to page.
  private func pages(
    _ requests: [UpstreamRequest], _ next: @Sendable (UpstreamReply) -> UpstreamRequest?, _ terms: Terms
  ) async throws(ExchangeError) -> [Dated<UpstreamReply>] {
    var pages: [Dated<UpstreamReply>] = []
    var request = requests.first
    while let current = request {
      guard pages.count < ExchangeClient.maxPages else { throw .malformed("the exchange's answer has no last page") }
      let reply = try await dated(current, terms)
      pages.append(reply)
      request = next(reply.value)
    }
    return pages
  }

  private typealias Outcome = Result<Dated<UpstreamReply>, ExchangeError>

  /// Asks all requests at the same time. Ends with the first required one that fails; when all of them are there, the
  /// others have a moment more.
  private func all(
    _ requests: [UpstreamRequest], required: Int, _ terms: Terms
  ) async throws(ExchangeError) -> [Dated<UpstreamReply>] {
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, request) in requests.enumerated() {
        // The typed error is caught in a function of its own: where it is caught in this closure, Swift 6.3.1 loses
        // `index` in release builds.
        group.addTask { (index, await self.outcome(of: request, terms)) }
      }
      var outcomes: [Int: Outcome] = [:]
      while outcomes.count < requests.count, let (index, outcome) = await group.next() {
        guard requests.indices.contains(index) else { break }
        outcomes[index] = outcome
        if index < required, case .failure = outcome { break }
        if index < required, (0..<required).allSatisfy({ outcomes[$0] != nil }) {
          group.addTask { (-1, await self.moment()) }
        }
      }
      group.cancelAll()
      return outcomes
    }
    var replies: [Dated<UpstreamReply>] = []
    for index in requests.indices {
      switch outcomes[index] {
      case .success(let reply): replies.append(reply)
      case .failure(let error) where index < required: throw error
      case nil where index < required: continue
      case .failure, nil:
        replies.append(Dated(value: .missing(askTime: clock.wallClock), asked: clock.monotonicMilliseconds))
      }
    }
    guard replies.count == requests.count else { throw .late }
    return replies
  }

  private func outcome(of request: UpstreamRequest, _ terms: Terms) async -> Outcome {
    do throws(ExchangeError) {
      return .success(try await dated(request, terms))
    } catch {
      return .failure(error)
    }
  }

  private func moment() async -> Outcome {
    try? await Task.sleep(for: .milliseconds(ExchangeClient.optionalGrace))
    return .failure(.late)
  }

  // MARK: One request

  /// From memory, from the same request under way, or by asking.
  private func dated(_ request: UpstreamRequest, _ terms: Terms) async throws(ExchangeError) -> Dated<UpstreamReply> {
    if terms.maxAge > 0 {
      let oldest = clock.monotonicMilliseconds - terms.maxAge
      if let reply = replies.withLock({ $0.find(request) }), reply.asked > oldest {
        counters.reused()
        return reply
      }
    }
    queue.raise(request, to: terms.priority)
    return try await flights.join(request, deadline: terms.deadline) { end in
      let outcome = await self.fetch(request, terms.priority, deadline: end)
      if terms.maxAge > 0, case .success(let reply) = outcome { self.keep(reply, for: request) }
      return outcome
    }.get()
  }

  private func keep(_ reply: Dated<UpstreamReply>, for request: UpstreamRequest) {
    let bytes = reply.value.body.count + request.target.utf8.count + 1024
    replies.withLock { $0.keep(reply, for: request, bytes: bytes) }
  }

  private func fetch(_ request: UpstreamRequest, _ priority: RequestPriority, deadline: Int64) async -> Outcome {
    var backoff = Backoff.requests
    var random = SystemRandomNumberGenerator()
    var attempt = 1
    while true {
      let outcome = await attemptInTurn(request, priority, deadline: deadline)
      guard case .failure(let error) = outcome else { return outcome }
      counters.failed(error.kind)
      guard error.advice == .retry, attempt < ExchangeClient.maxAttempts else { return outcome }
      let pause = backoff.pause(wentWellFor: 0, using: &random)
      guard clock.monotonicMilliseconds + pause < deadline, circuit.isClosed else { return outcome }
      do { try await Task.sleep(for: .milliseconds(pause)) } catch { return .failure(.cancelled) }
      // The exchange's own failure says more than that it is left alone.
      guard circuit.isClosed else { return outcome }
      attempt += 1
    }
  }

  private func attemptInTurn(
    _ request: UpstreamRequest, _ priority: RequestPriority, deadline: Int64
  ) async -> Outcome {
    do throws(ExchangeError) {
      guard clock.monotonicMilliseconds < deadline else { throw .late }
      let permit = try circuit.enter()
      do throws(ExchangeError) {
        try await queue.takeTurn(request, priority, deadline: deadline)
      } catch {
        _ = circuit.settle(permit, .unknown)
        throw error
      }
      // After the attempt has been judged: no place is given away once that has opened the circuit.
      defer { queue.finish() }
      try circuit.check(permit)
      let time = deadline - clock.monotonicMilliseconds
      let outcome = await attempt(request, deadline: deadline)
      settle(permit, outcome, time: time)
      return outcome
    } catch {
      return .failure(error)
    }
  }

  private func settle(_ permit: CircuitBreaker.Permit, _ outcome: Outcome, time: Int64) {
    let shown: CircuitBreaker.Outcome =
      switch outcome {
      case .success: .answered
      case .failure(let error): CircuitBreaker.Outcome(error, time: time)
      }
    guard let refusal = circuit.settle(permit, shown) else { return }
    queue.refuseAll(refusal)
    watch()
  }

  private func attempt(_ request: UpstreamRequest, deadline: Int64) async -> Outcome {
    let (wall, handedOver) = (clock.wallClock, EventLoop.wallClockMicroseconds)
    let asked = clock.monotonicMilliseconds
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try await http.send(httpRequest(request, deadline: deadline))
    } catch {
      return .failure(ExchangeError(error))
    }
    counters.answered(response.status)
    let reply = UpstreamReply(
      status: response.status, headers: response.headers, body: response.body,
      askTime: AnswerTime.earliest(
        asked: wall.advanced(byMilliseconds: max(0, response.sentMicroseconds - handedOver) / 1000), response,
        roundTrip: clock.monotonicMilliseconds - asked))
    return judge(reply, asked: asked)
  }

  /// Reads what the exchange says of itself: what is used, that we must stay away, that it is out of order.
  private func judge(_ reply: UpstreamReply, asked: Int64) -> Outcome {
    if let name = limits.usedWeightHeader, let used = reply.header(name).flatMap({ Int($0) }) {
      queue.observe(used: used)
    }
    guard let error = exchange.failure(in: reply) else { return .success(Dated(value: reply, asked: asked)) }
    if case .pause(let milliseconds) = error.advice { close(for: milliseconds, error.reason) }
    return .failure(error)
  }

  private func httpRequest(_ request: UpstreamRequest, deadline: Int64) -> HTTPClientRequest {
    var http = HTTPClientRequest(
      url: address + request.target, timeoutMilliseconds: max(1, deadline - clock.monotonicMilliseconds),
      expectsLongBody: request.expectsLongAnswer)
    if case .post(let body) = request.method {
      http.method = "POST"
      http.headers = [("Content-Type", "application/json")]
      http.body = Array(body.utf8)
    }
    return http
  }
}
