public import Contract
internal import Model
public import Net
public import Telemetry

/// Asks a service beside the exchanges: with its key, within its budget and the caller's deadline.
///
/// The key is in one header of each request and nowhere else: no address, no error and no log line holds it.
///
/// Crosses threads: the turn to ask stands behind a lock that is held for arithmetic only.
public final class ReferenceClient: Sendable {
  private struct Turns {
    var budget: RateBudget
    var pausedUntil: Int64 = .min
  }

  private let upstream: RawUpstream
  private let key: Redacted<String>
  private let address: String
  private let http: HTTPClient
  private let clock: any TimeSource
  private let turns: Lock<Turns>

  /// The most attempts of one request.
  static let maxAttempts = 2
  /// The longest body of an answer: 5000 rows are a few megabytes.
  static let maxBodyBytes = 16 << 20

  /// A client of the service at an address (what comes before the documented path).
  public init(
    _ upstream: RawUpstream, key: Redacted<String>, address: String, http: HTTPClient, clock: any TimeSource
  ) {
    self.upstream = upstream
    self.key = key
    self.address = address
    self.http = http
    self.clock = clock
    turns = Lock(
      Turns(
        budget: RateBudget(
          weightPerWindow: upstream.requestsPerWindow, windowMilliseconds: upstream.windowMilliseconds)))
  }

  /// The service's JSON, byte for byte, before a deadline in monotonic milliseconds.
  ///
  /// - Throws: `ExchangeError`, whose reasons name the service where those of an exchange name it.
  public func body(of request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) -> [UInt8] {
    var backoff = Backoff.requests
    var random = SystemRandomNumberGenerator()
    var attempt = 1
    while true {
      try await takeTurn(deadline: deadline)
      do throws(ExchangeError) {
        return try await ask(request, deadline: deadline)
      } catch {
        guard error.advice == .retry, attempt < ReferenceClient.maxAttempts else { throw error }
        let pause = backoff.pause(wentWellFor: 0, using: &random)
        guard clock.monotonicMilliseconds + pause < deadline else { throw error }
        try await wait(pause)
        attempt += 1
      }
    }
  }

  private func takeTurn(deadline: Int64) async throws(ExchangeError) {
    while true {
      let now = clock.monotonicMilliseconds
      guard now < deadline else { throw ExchangeError(.timeout, .never, "the service did not answer in time") }
      let wait = turns.withLock { turns in
        turns.pausedUntil > now ? turns.pausedUntil - now : turns.budget.take(1, now: now)
      }
      guard wait > 0 else { return }
      guard now + wait < deadline else {
        throw ExchangeError(.limited, .pause(milliseconds: wait), "the service's request limit is used up")
      }
      try await self.wait(wait)
    }
  }

  private func ask(_ request: UpstreamRequest, deadline: Int64) async throws(ExchangeError) -> [UInt8] {
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try await http.send(
        HTTPClientRequest(
          url: address + request.target, headers: [(upstream.keyHeader, key.exposed), ("Accept", "application/json")],
          timeoutMilliseconds: max(1, deadline - clock.monotonicMilliseconds),
          maxBodyBytes: ReferenceClient.maxBodyBytes))
    } catch {
      throw ReferenceClient.failure(of: error)
    }
    let reply = UpstreamReply(
      status: response.status, headers: response.headers, body: response.body, askTime: clock.wallClock)
    guard let error = failure(in: reply) else { return reply.body }
    if case .pause(let milliseconds) = error.advice {
      let until = clock.monotonicMilliseconds + milliseconds
      turns.withLock { $0.pausedUntil = max($0.pausedUntil, until) }
    }
    throw error
  }

  /// What the status says; the body of an error is not repeated, as nobody knows what it names.
  private func failure(in reply: UpstreamReply) -> ExchangeError? {
    switch reply.status {
    case 200..<300: reply.isJSON ? nil : .malformed("the service's answer is no JSON")
    case 401: ExchangeError(.rejected, .never, "the service does not accept the key (HTTP 401)")
    case 403, 451: ExchangeError(.blocked, .never, "the service refuses this key or address (HTTP \(reply.status))")
    case 408: ExchangeError(.timeout, .retry, "the service gave up waiting (HTTP 408)")
    case 429: limited(reply)
    case 400..<500: ExchangeError(.rejected, .never, "the service refused the request (HTTP \(reply.status))")
    case 500..<600: ExchangeError(.unavailable, .retry, "the service is out of order (HTTP \(reply.status))")
    default: .malformed("the service answered with HTTP \(reply.status)")
    }
  }

  private func limited(_ reply: UpstreamReply) -> ExchangeError {
    let pause = reply.retryAfterMilliseconds ?? upstream.defaultPauseMilliseconds
    return ExchangeError(
      .limited, .pause(milliseconds: max(1000, pause)), "the service asks for a pause (HTTP 429)")
  }

  private static func failure(of error: HTTPClientError) -> ExchangeError {
    switch error.kind {
    case .timeout: ExchangeError(.timeout, .never, "the service did not answer in time")
    case .cancelled: ExchangeError(.timeout, .never, "the request was cancelled")
    case .bodyTooLarge: .malformed("the service's answer is too long")
    case .broken: ExchangeError(.malformed, .retry, "the service's answer broke off")
    case .invalidRequest:
      ExchangeError(.rejected, .never, "the request could not be formed: is the key a header's text?")
    case .connect: ExchangeError(.unreachable, .retry, "the service cannot be reached")
    case .resolve: ExchangeError(.unreachable, .retry, "the service's name has no address")
    case .tls:
      ExchangeError(.unreachable, .retry, "the service's certificate is not trusted, or TLS with it failed")
    }
  }

  private func wait(_ milliseconds: Int64) async throws(ExchangeError) {
    do {
      try await Task.sleep(for: .milliseconds(milliseconds))
    } catch {
      throw ExchangeError(.timeout, .never, "the request was cancelled")
    }
  }
}
