public import Contract
import Model
import Wire

/// Binance USD-M futures: linear perpetuals and delivery contracts.
///
/// https://developers.binance.com/docs/derivatives/usds-margined-futures
public struct Binance: ExchangeInterface {
  /// What the exchange is and allows.
  public let declaration = Binance.facts

  /// The connector; it has no settings.
  public init() {}

  /// Carries candles, trades and liquidations since the streams were split by path (notice of 2026-03-06).
  static let market = StreamEndpoint(name: "market", path: "/market/stream")
  /// Carries the order books.
  static let books = StreamEndpoint(name: "public", path: "/public/stream")

  /// `/fapi/v1/fundingRate` and `fundingInfo`: 500 requests in 5 minutes, not counted as weight.
  static let fundingBudget = RequestBudget(name: "funding", weightPerWindow: 500, windowMilliseconds: 300_000)
  /// `/futures/data/…`: 1000 requests in 5 minutes, not counted as weight.
  static let statisticsBudget = RequestBudget(name: "statistics", weightPerWindow: 1000, windowMilliseconds: 300_000)

  static let intervals = Interval.list("1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M")
  static let openInterestPeriods = Interval.list("5m 15m 30m 1h 2h 4h 6h 12h 1d")

  private static let facts = Declaration(
    id: ExchangeID("binance"),
    capabilities: Capabilities(
      features: [
        .ohlc, .fundingRate, .openInterest, .liquidations, .largeTrades, .trades, .openInterestHistory, .instruments,
      ],
      intervals: intervals, openInterestPeriods: openInterestPeriods, marksClosedCandles: true,
      // At most one order a symbol in 1000 ms is shown, with the average price of its fills.
      liquidationCoverage: .sampled, liquidationPrice: .average),
    restAddress: "https://fapi.binance.com", streamAddress: "wss://fstream.binance.com",
    streamEndpoints: [market, books],
    rest: RESTLimits(
      weightPerWindow: 2400, windowMilliseconds: 60_000, usedWeightHeader: "x-mbx-used-weight-1m",
      candlesPerPage: 1500, fundingRatesPerPage: 1000, openInterestPerPage: 500, defaultPauseMilliseconds: 60_000,
      openInterestKeptMilliseconds: 30 * 86_400_000, tradesPerPage: 1000),
    // 10 incoming messages a second, control frames included: 150 ms leave room for pings.
    streams: StreamLimits(
      topicsPerConnection: 1024, topicsPerMessage: 200, messageSpacingMilliseconds: 150, attemptsPerWindow: 300,
      attemptWindowMilliseconds: 300_000, lifetimeMilliseconds: 86_400_000, ping: .frame(everyMilliseconds: 20_000),
      refusesWholeMessage: false),
    rawRoutes: rawRoutes, feeds: [.routes, .liquidations, .largeTrades, .spikes])

  private static let rawRoutes = [
    RawRoute(
      path: "/tickers/24hr", summary: "Price change statistics of 24 hours, all symbols.",
      upstreamPath: "/fapi/v1/ticker/24hr", parameters: [], freshnessMilliseconds: 1000, weight: { _ in 40 }),
    RawRoute(
      path: "/mark-prices", summary: "Mark price and funding rate, all symbols.",
      upstreamPath: "/fapi/v1/premiumIndex", parameters: [], freshnessMilliseconds: 1000, weight: { _ in 10 }),
    RawRoute(
      path: "/klines/{symbol}/{interval}", summary: "Candles in the exchange's own form.",
      upstreamPath: "/fapi/v1/klines",
      parameters: [
        .init(name: "symbol", rule: .symbol), .init(name: "interval", rule: .interval),
        .init(name: "limit", rule: .integer(1...1500, default: 500)),
        .init(name: "startTime", rule: .integer(0...Timestamp.latest.milliseconds, default: nil)),
        .init(name: "endTime", rule: .integer(0...Timestamp.latest.milliseconds, default: nil)),
      ],
      freshnessMilliseconds: 1000,
      weight: { parameters in candleWeight(limit: parameters["limit"].flatMap { Int($0) } ?? 500) }),
  ]

  /// Reads the status and, where there is one, the error body `{"code":-1121,"msg":"Invalid symbol."}`.
  ///
  /// https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
  public func failure(in reply: UpstreamReply) -> ExchangeError? {
    guard !(200..<300).contains(reply.status) || reply.looksLikeJSON else { return .malformed("the answer is no JSON") }
    // An error body is short; a list is not worth reading twice.
    let body = reply.body.count <= 4096 ? try? reply.value() : nil
    let (code, message) = (body?["code"]?.integer ?? 0, body?["msg"]?.string ?? "")
    switch (reply.status, code) {
    case (403, _), (451, _): break
    case (418, _), (429, _), (_, -1003), (_, -1015): return limited(reply, message)
    case (_, -1121), (_, -1122): return ExchangeError(.unknownSymbol, .never, "the exchange answered \(code)")
    case (_, -1007): return ExchangeError(.timeout, .retry, "the exchange answered -1007: it gave up waiting")
    case (_, -1000), (_, -1001), (_, -1006), (_, -1008), (_, -1016):
      return ExchangeError(.unavailable, .retry, "the exchange answered \(code): out of order")
    case (..<500, ..<0):
      return ExchangeError(.rejected, .never, "the exchange answered \(code): \(message.prefix(200))")
    default: break
    }
    return reply.failureOfStatus(defaultPauseMilliseconds: declaration.rest.defaultPauseMilliseconds)
  }

  /// The longest of what the answer says: `Retry-After`, and for a ban the end in the text, `IP banned until <ms>.`. The
  /// shortest ban takes two minutes. The text itself stays here, as it may name our address.
  private func limited(_ reply: UpstreamReply, _ message: String) -> ExchangeError {
    let words = message.split(separator: " ")
    let end = words.firstIndex(of: "until").flatMap { words.dropFirst($0 + 1).first }
    let ban = end.flatMap { Int64($0.prefix { $0.isASCII && $0.isNumber }) }
    let stated = [reply.retryAfterMilliseconds, ban.map { $0 - reply.askTime.milliseconds }].compactMap { $0 }.max()
    let unstated = reply.status == 418 ? 120_000 : declaration.rest.defaultPauseMilliseconds
    return reply.limited(pauseMilliseconds: stated ?? unstated)
  }
}
