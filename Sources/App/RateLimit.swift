internal import Net
internal import Sessions
internal import Telemetry
internal import Wire

/// Holds each client address to its share of requests, before any route sees them. Only requests count, not the messages of
/// a WebSocket, which have a limit of their own.
struct RateLimit: Sendable {
  /// One table for all loops: the kernel spreads the connections of one client over the loops as it likes, so a share for
  /// each loop would refuse clients below the limit. The lock is held for two looks into a table, far less than a request
  /// costs otherwise.
  private let state: Lock<RequestRateState>
  private let limitsLoopback: Bool
  /// The rule as a field's value: so many requests in a window of so many seconds.
  private let policy: String
  private let clock: any TimeSource
  private let refusals: Counter

  /// `nil` when the configuration asks for no limit.
  init?(_ configuration: Configuration, clock: any TimeSource, metrics: MetricsRegistry) {
    guard configuration.rateLimitRequests > 0 else { return nil }
    let milliseconds = configuration.rateLimitWindowMilliseconds
    state = Lock(RequestRateState(requests: configuration.rateLimitRequests, windowMilliseconds: milliseconds))
    limitsLoopback = configuration.limitsLoopback
    policy = "\(configuration.rateLimitRequests);w=\(milliseconds / 1000)"
    self.clock = clock
    refusals = metrics.counter(
      "marketgate_rate_limited_requests_total", help: "Requests refused, as their address had made too many.")
  }

  /// Counts the request and lets it through to `next`, or refuses it; either answer says what is left.
  func answer(_ context: HTTPContext, next: () -> HTTPAnswer, refuse: (APIError) -> HTTPResponse) -> HTTPAnswer {
    guard limitsLoopback || !context.client.isLoopback else { return next() }
    let now = clock.monotonicMilliseconds
    let verdict = state.withLock { $0.take(context.client, nowMilliseconds: now) }
    let fields = fields(of: verdict)
    guard verdict.isAllowed else {
      refusals.increment()
      let error = APIError(
        .rateLimited, "too many requests from this address", retryAfterSeconds: verdict.retryAfterSeconds)
      return .response(refuse(error).adding(fields))
    }
    return next().adding(fields)
  }

  /// The fields of draft-ietf-httpapi-ratelimit-headers-06 §4, in seconds where they are times.
  private func fields(of verdict: RequestRateState.Verdict) -> HTTPHeaders {
    HTTPHeaders([
      ("RateLimit-Limit", String(verdict.limit)), ("RateLimit-Remaining", String(verdict.remaining)),
      ("RateLimit-Reset", String(verdict.resetSeconds)), ("RateLimit-Policy", policy),
    ])
  }
}

extension HTTPAnswer {
  /// The same answer with more fields, whenever it comes. The head of a WebSocket is the server's own.
  fileprivate func adding(_ fields: HTTPHeaders) -> HTTPAnswer {
    switch self {
    case .response(let response), .repeatable(let response, _): .response(response.adding(fields))
    case .later(let work): .later { await work().adding(fields) }
    case .webSocket: self
    }
  }
}

extension HTTPResponse {
  fileprivate func adding(_ fields: HTTPHeaders) -> HTTPResponse {
    var response = self
    for field in fields.fields { response.headers.add(field.name, field.value) }
    return response
  }
}
