import Contract
import Testing
import Wire

@testable import App

@Suite struct APIErrorTests {
  /// The table of the contract, by hand.
  private static let table: [(APIError.Code, Int, Bool)] = [
    (.unknownExchange, 404, false), (.unknownSymbol, 404, false), (.unsupported, 404, false), (.notFound, 404, false),
    (.methodNotAllowed, 405, false), (.notImplemented, 501, false), (.invalidParameter, 422, false),
    (.upgradeRequired, 426, false),
    (.forbiddenOrigin, 403, false), (.misdirectedRequest, 421, false), (.preconditionFailed, 412, false),
    (.notAcceptable, 406, false),
    (.rateLimited, 429, true),
    (.badRequest, 400, false), (.unknownOperation, 400, false), (.alreadySubscribed, 400, false),
    (.notSubscribed, 400, false), (.tooManySubscriptions, 400, false),
    (.upstreamError, 502, true), (.upstreamBlocked, 502, false), (.upstreamUnavailable, 503, true),
    (.upstreamLimited, 503, true), (.upstreamTimeout, 504, true), (.internalFault, 500, false),
  ]

  @Test func everyCodeHasItsStatusAndAdvice() {
    #expect(Self.table.count == APIError.Code.allCases.count)
    for (code, status, isRetryable) in Self.table {
      #expect(code.status.code == status)
      #expect(code.isRetryable == isRetryable)
    }
  }

  @Test func wordsAreThoseOfTheContract() {
    #expect(
      APIError.Code.allCases.map(\.rawValue) == [
        "unknown_exchange", "unknown_symbol", "unsupported", "not_found", "method_not_allowed", "not_implemented",
        "invalid_parameter", "upgrade_required", "forbidden_origin", "misdirected_request",
        "precondition_failed", "not_acceptable",
        "rate_limited",
        "bad_request", "unknown_op", "already_subscribed", "not_subscribed", "too_many_subscriptions",
        "upstream_error",
        "upstream_blocked", "upstream_unavailable", "upstream_limited", "upstream_timeout", "internal",
      ])
  }

  /// What the server refuses itself and what a route refuses read the same.
  @Test func faultsOfHTTPHaveTheWordOfTheirStatus() {
    let codes: [APIError.Code] = [
      .badRequest, .methodNotAllowed, .misdirectedRequest, .upgradeRequired, .notImplemented,
    ]
    for code in codes { #expect(code.rawValue == code.status.word) }
  }

  @Test func anExchangeThatIsLeftAloneIsUnavailableUntilItsNextProbe() {
    for (milliseconds, seconds) in [(1, 1), (1000, 1), (1001, 2), (30_000, 30)] as [(Int64, Int64)] {
      let error = APIError(
        ExchangeError(.unavailable, .pause(milliseconds: milliseconds), "left alone"), exchange: "toy")
      #expect(error.code == .upstreamUnavailable && error.isRetryable && error.retryAfterSeconds == seconds)
    }
    #expect(APIError.retrySeconds(nil) == APIError.defaultRetrySeconds)
  }

  @Test(arguments: [
    (ExchangeError.Kind.unknownSymbol, APIError.Code.unknownSymbol), (.unsupported, .unsupported),
    (.rejected, .upstreamError),
    (.limited, .upstreamLimited), (.blocked, .upstreamBlocked), (.unavailable, .upstreamError),
    (.unreachable, .upstreamUnavailable), (.timeout, .upstreamTimeout), (.malformed, .upstreamError),
  ])
  func everyFailureOfAnExchangeHasItsCode(kind: ExchangeError.Kind, code: APIError.Code) {
    let error = APIError(ExchangeError(kind, .never, "it said so"), exchange: "toy")
    #expect(error.code == code)
    #expect(error.detail == "toy: it said so")
  }

  @Test func aPauseTheExchangeAsksForIsPassedOnInWholeSeconds() {
    let error = APIError(ExchangeError(.limited, .pause(milliseconds: 60_001), ""), exchange: "toy")
    #expect(error.response.headers["Retry-After"] == "61")
    let short = APIError(ExchangeError(.limited, .pause(milliseconds: 1), ""), exchange: "toy")
    #expect(short.response.headers["Retry-After"] == "1")
  }

  @Test func anUnreachableExchangeSaysWhenToComeBack() {
    let error = APIError(ExchangeError(.unreachable, .retry, ""), exchange: "toy")
    #expect(error.response.headers["Retry-After"] == "5")
    #expect(error.response.status.code == 503)
  }

  @Test func anUpstreamFaultThatMayPassSaysWhenToComeBackAndARefusalThatItWillNot() {
    for kind in [ExchangeError.Kind.malformed, .unavailable, .timeout] {
      let error = APIError(ExchangeError(kind, .retry, ""), exchange: "toy")
      #expect(error.isRetryable && error.response.headers["Retry-After"] == "5")
    }
    let refused = APIError(ExchangeError(.rejected, .never, ""), exchange: "toy")
    #expect(!refused.isRetryable && refused.response.headers["Retry-After"] == nil)
  }

  @Test func theAnswerIsJSON() {
    let response = APIError(.notFound, "nothing").response
    #expect(response.headers["Content-Type"] == "application/json")
    guard case .bytes(let body) = response.body else {
      Issue.record("no body")
      return
    }
    #expect(String(decoding: body, as: UTF8.self) == #"{"detail":"nothing","code":"not_found","retryable":false}"#)
  }

  @Test func aRefusedMethodNamesTheAllowedOnes() {
    var error = APIError(.methodNotAllowed, "no")
    error.allowedMethods = [.get, .head]
    #expect(error.response.headers["Allow"] == "GET, HEAD")
  }
}
