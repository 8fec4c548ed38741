public import Contract
internal import Model
public import Net
internal import Telemetry

/// Asks an exchange questions over REST: within its budget, within the caller's deadline, again when that may help.
///
/// Crosses threads: what changes (the budgets) stands behind a lock that is held for arithmetic only.
public final class ExchangeClient: Sendable {
  private let exchange: any ExchangeInterface
  private let address: String
  private let http: HTTPClient
  private let clock: any TimeSource
  private let budgets: Lock<ExchangeBudgets>
  private let counters: ClientCounters

  /// The most attempts of one request.
  static let maxAttempts = 3
  /// The most pages of one answer.
  static let maxPages = 50

  /// A client of an exchange at an address (what comes before the documented path).
  public init(
    _ exchange: any ExchangeInterface, address: String, http: HTTPClient, clock: any TimeSource,
    counters: ClientCounters
  ) {
    self.exchange = exchange
    self.address = address
    self.http = http
    self.clock = clock
    self.counters = counters
    budgets = Lock(ExchangeBudgets(exchange.declaration.rest))
  }

  /// The answer to a question, before a deadline in monotonic milliseconds.
  ///
  /// - Throws: `ExchangeError`; never anything after `deadline` but `.timeout` or `.limited`.
  public func ask<Answer: Sendable>(_ inquiry: Inquiry<Answer>, deadline: Int64) async throws(ExchangeError) -> Answer {
    if let next = inquiry.next { return try inquiry.read(try await pages(inquiry.requests, next, deadline: deadline)) }
    if inquiry.requests.count == 1 {
      return try inquiry.read([try await reply(to: inquiry.requests[0], deadline: deadline)])
    }
    return try inquiry.read(try await replies(to: inquiry, deadline: deadline))
  }

  /// The exchange's own answer to a request, once it is known to be none of its errors.
  public func reply(to request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) -> UpstreamReply {
    var backoff = Backoff.requests
    var random = SystemRandomNumberGenerator()
    var attempt = 1
    while true {
      try await takeTurn(request, deadline: deadline)
      do throws(ExchangeError) {
        return try await attemptOnce(request, deadline: deadline)
      } catch {
        counters.failed(error.kind)
        guard error.advice == .retry, attempt < ExchangeClient.maxAttempts else { throw error }
        let pause = backoff.pause(wentWellFor: 0, using: &random)
        guard clock.monotonicMilliseconds + pause < deadline else { throw error }
        try await wait(pause)
        attempt += 1
      }
    }
  }

  /// Follows an answer from page to page.
  private func pages(
    _ requests: [UpstreamRequest], _ next: @Sendable (UpstreamReply) -> UpstreamRequest?, deadline: Int64
  ) async throws(ExchangeError) -> [UpstreamReply] {
    var pages: [UpstreamReply] = []
    var request = requests.first
    while let current = request {
      guard pages.count < ExchangeClient.maxPages else { throw .malformed("the exchange's answer has no last page") }
      let reply = try await reply(to: current, deadline: deadline)
      pages.append(reply)
      request = next(reply)
    }
    return pages
  }

  /// Asks all requests at the same time.
  private func replies<Answer>(
    to inquiry: Inquiry<Answer>, deadline: Int64
  ) async throws(ExchangeError) -> [UpstreamReply] {
    let requests = inquiry.requests
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, request) in requests.enumerated() {
        // The typed error is caught in a function of its own: where it is caught in this closure, Swift 6.3.1 loses
        // `index` in release builds.
        group.addTask { (index, await self.outcome(of: request, deadline: deadline)) }
      }
      var outcomes: [Int: Outcome] = [:]
      for await (index, outcome) in group { outcomes[index] = outcome }
      return outcomes
    }
    var replies: [UpstreamReply] = []
    for index in requests.indices {
      switch outcomes[index] {
      case .success(let reply): replies.append(reply)
      case .failure(let error) where index < inquiry.required: throw error
      case .failure, nil: replies.append(.missing(askTime: clock.wallClock))
      }
    }
    return replies
  }

  private typealias Outcome = Result<UpstreamReply, ExchangeError>

  private func outcome(of request: UpstreamRequest, deadline: Int64) async -> Outcome {
    do throws(ExchangeError) {
      return .success(try await reply(to: request, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }

  /// Waits until the budget has room; gives up at once when that would be after the deadline.
  private func takeTurn(_ request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) {
    while true {
      let now = clock.monotonicMilliseconds
      guard now < deadline else { throw ExchangeError(.timeout, .retry, "the exchange did not answer in time") }
      let (wait, isPaused) = budgets.withLock { ($0.take(request, now: now), $0.isPaused(now: now)) }
      guard wait > 0 else { return }
      guard !isPaused, now + wait < deadline else {
        throw ExchangeError(.limited, .pause(milliseconds: wait), "the exchange's request limit is used up")
      }
      try await self.wait(wait)
    }
  }

  private func attemptOnce(_ request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) -> UpstreamReply {
    let (asked, handedOver) = (clock.wallClock, EventLoop.wallClockMicroseconds)
    let start = clock.monotonicMilliseconds
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try await http.send(httpRequest(request, deadline: deadline))
    } catch {
      throw ExchangeError(error)
    }
    counters.answered(response.status)
    let reply = UpstreamReply(
      status: response.status, headers: response.headers, body: response.body,
      askTime: AnswerTime.earliest(
        asked: asked.advanced(byMilliseconds: max(0, response.sentMicroseconds - handedOver) / 1000), response,
        roundTrip: clock.monotonicMilliseconds - start))
    note(reply)
    if let error = exchange.failure(in: reply) {
      if case .pause(let milliseconds) = error.advice {
        let until = clock.monotonicMilliseconds + milliseconds
        budgets.withLock { $0.pause(until: until) }
      }
      throw error
    }
    return reply
  }

  private func httpRequest(_ request: UpstreamRequest, deadline: Int64) -> HTTPClientRequest {
    var http = HTTPClientRequest(
      url: address + request.target, timeoutMilliseconds: max(1, deadline - clock.monotonicMilliseconds))
    if case .post(let body) = request.method {
      http.method = "POST"
      http.headers = [("Content-Type", "application/json")]
      http.body = Array(body.utf8)
    }
    return http
  }

  /// Believes the exchange about what the address has used.
  private func note(_ reply: UpstreamReply) {
    guard let name = exchange.declaration.rest.usedWeightHeader, let text = reply.header(name), let used = Int(text)
    else { return }
    let now = clock.monotonicMilliseconds
    budgets.withLock { $0.observe(used: used, now: now) }
  }

  private func wait(_ milliseconds: Int64) async throws(ExchangeError) {
    do {
      try await Task.sleep(for: .milliseconds(milliseconds))
    } catch {
      throw ExchangeError(.timeout, .never, "the request was cancelled")
    }
  }
}

extension ExchangeError {
  /// What a failed transfer means for the question.
  init(_ error: HTTPClientError) {
    switch error.kind {
    case .timeout: self.init(.timeout, .never, "the exchange did not answer in time")
    case .cancelled: self.init(.timeout, .never, "the request was cancelled")
    case .bodyTooLarge: self.init(.malformed, .never, "the exchange's answer is too long")
    case .broken: self.init(.malformed, .retry, "the exchange's answer broke off")
    case .invalidRequest: self.init(.rejected, .never, "the request could not be formed")
    case .connect: self.init(.unreachable, .retry, "the exchange cannot be reached")
    case .resolve: self.init(.unreachable, .retry, "the exchange's name has no address")
    case .tls:
      // A certificate that is refused would be refused again: nothing is gained by asking at once.
      self.init(.unreachable, error.refusal == nil ? .retry : .never, ExchangeError.reason(error.refusal))
    }
  }

  /// Whose certificate, and what is wrong with it: who must act differs.
  private static func reason(_ refusal: CertificateRefusal?) -> String {
    switch refusal {
    case .expired: "the exchange's certificate has expired"
    case .notYetValid: "the exchange's certificate is not valid yet"
    case .wrongHost: "the exchange's certificate is for another host"
    case .untrusted: "the exchange's certificate is not trusted"
    case .invalid: "the exchange's certificate is not acceptable"
    case nil: "TLS with the exchange failed"
    }
  }
}
