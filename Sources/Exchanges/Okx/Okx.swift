public import Contract
import Model
import Wire

/// OKX v5: swaps paid in USDT or USDC. Coin-margined ones are not listed, and left out of what is streamed.
///
/// https://www.okx.com/docs-v5/en/
public struct Okx: ExchangeInterface {
  /// What the exchange is and allows.
  public let declaration = Okx.facts

  /// The connector; it has no settings.
  public init() {}

  /// Carries trades and liquidations.
  static let publicStreams = StreamEndpoint(name: "public", path: "/ws/v5/public")
  /// Carries candles; the other server refuses them.
  static let business = StreamEndpoint(name: "business", path: "/ws/v5/business")

  /// Each path has a budget of its own, by address; the general one is that of the lists.
  static let candlesBudget = budget("candles", inTwoSeconds: 40)
  static let oldCandlesBudget = budget("history-candles", inTwoSeconds: 20)
  static let markPriceBudget = budget("mark-price", inTwoSeconds: 10)
  static let fundingBudget = budget("funding", inTwoSeconds: 10)

  /// A third of what two seconds allow in each second: however the exchange's windows lie to ours, none holds more.
  private static func budget(_ name: String, inTwoSeconds weight: Int) -> RequestBudget {
    RequestBudget(name: name, weightPerWindow: max(1, weight / 3), windowMilliseconds: 1000)
  }

  /// The exchange's word for each interval, shortest first. The plain words from 6 hours on begin in UTC+8; where bars of
  /// several days begin is not documented.
  static let intervals: [(interval: Interval, bar: String)] = [
    ("1m", "1m"), ("3m", "3m"), ("5m", "5m"), ("15m", "15m"), ("30m", "30m"), ("1h", "1H"), ("2h", "2H"), ("4h", "4H"),
    ("6h", "6Hutc"), ("12h", "12Hutc"), ("1d", "1Dutc"), ("1w", "1Wutc"), ("1M", "1Mutc"),
  ].compactMap { text, bar in Interval(text).map { ($0, bar) } }

  private static let facts = Declaration(
    id: ExchangeID("okx"),
    capabilities: Capabilities(
      features: [.ohlc, .fundingRate, .openInterest, .liquidations, .largeTrades, .trades, .instruments],
      intervals: intervals.map(\.interval), openInterestPeriods: [], marksClosedCandles: true,
      // "each contract will only show a maximum of one order per one-second period"
      liquidationCoverage: .sampled, liquidationPrice: .bankruptcy),
    restAddress: "https://www.okx.com", streamAddress: "wss://ws.okx.com:8443",
    streamEndpoints: [publicStreams, business],
    // Documents name 100 or 300 rows a page of old candles, 100 or 400 of funding: what both allow.
    rest: RESTLimits(
      weightPerWindow: 20, windowMilliseconds: 2000, usedWeightHeader: nil, candlesPerPage: 100,
      fundingRatesPerPage: 100, openInterestPerPage: 1, defaultPauseMilliseconds: 2000, candlesAreWindowed: true),
    // 480 messages an hour and 64 KB of topics a connection, 3 connections a second; closed when silent for 30 s.
    streams: StreamLimits(
      topicsPerConnection: 400, topicsPerMessage: 50, messageSpacingMilliseconds: 400, attemptsPerWindow: 3,
      attemptWindowMilliseconds: 1000, lifetimeMilliseconds: nil, ping: .text("ping", everyMilliseconds: 20_000),
      refusesWholeMessage: true),
    rawRoutes: [], feeds: [.liquidations])

  /// Errors come as `{"code":"51001","msg":"…","data":[]}`, mostly under status 200.
  ///
  /// https://www.okx.com/docs-v5/en/#error-code
  public func failure(in reply: UpstreamReply) -> ExchangeError? {
    let isSuccess = (200..<300).contains(reply.status)
    guard !isSuccess || reply.looksLikeJSON else { return .malformed("the answer is no JSON") }
    let statusFailure = reply.failureOfStatus(defaultPauseMilliseconds: declaration.rest.defaultPauseMilliseconds)
    guard let (code, message) = reply.verdict(code: "code", message: "msg") else {
      return statusFailure ?? .malformed("the answer has no code")
    }
    switch code {
    case "0": return statusFailure
    case "50011", "50061":
      let pause = reply.retryAfterMilliseconds ?? declaration.rest.defaultPauseMilliseconds
      return reply.limited(pauseMilliseconds: pause)
    case "50001", "50013", "50026":
      return ExchangeError(.unavailable, .retry, "the exchange answered \(code): out of order")
    case "50004": return ExchangeError(.timeout, .retry, "the exchange answered 50004: it gave up waiting")
    case "51001":
      return ExchangeError(.unknownSymbol, .never, "the exchange answered 51001: it does not know the symbol")
    default: return ExchangeError(.rejected, .never, "the exchange answered \(code): \(message.prefix(200))")
    }
  }
}
