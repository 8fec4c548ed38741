public import Contract
import Model
import Wire

/// Bybit v5, category `linear`: perpetuals and futures in USDT and USDC.
///
/// https://bybit-exchange.github.io/docs/v5/intro
public struct Bybit: ExchangeInterface {
  /// What the exchange is and allows.
  public let declaration = Bybit.facts

  /// The connector; it has no settings.
  public init() {}

  /// The same symbol is another market on `/v5/public/spot`, and frames do not tell them apart: the connection does.
  static let linear = StreamEndpoint(name: "linear", path: "/v5/public/linear")

  /// The exchange's word for each interval, shortest first; it has no 8 hours and no 3 days.
  static let intervals = words(
    "1m 1 3m 3 5m 5 15m 15 30m 30 1h 60 2h 120 4h 240 6h 360 12h 720 1d D 1w W 1M M")
  /// The exchange's word for each distance of open interest samples.
  static let openInterestPeriods = words("5m 5min 15m 15min 30m 30min 1h 1h 4h 4h 1d 1d")

  private static func words(_ list: String) -> [(interval: Interval, word: String)] {
    let words = list.split(separator: " ").map(String.init)
    return stride(from: 0, to: words.count - 1, by: 2).compactMap { index in
      Interval(words[index]).map { ($0, words[index + 1]) }
    }
  }

  private static let facts = Declaration(
    id: ExchangeID("bybit"),
    capabilities: Capabilities(
      features: [
        .ohlc, .fundingRate, .openInterest, .liquidations, .largeTrades, .trades, .openInterestHistory, .instruments,
      ],
      intervals: intervals.map(\.interval), openInterestPeriods: openInterestPeriods.map(\.interval),
      marksClosedCandles: true, liquidationCoverage: .full, liquidationPrice: .bankruptcy),
    restAddress: "https://api.bybit.com", streamAddress: "wss://stream.bybit.com", streamEndpoints: [linear],
    // https://bybit-exchange.github.io/docs/v5/rate-limit: 600 requests in 5 s and address, each counts one.
    rest: RESTLimits(
      weightPerWindow: 600, windowMilliseconds: 5000, usedWeightHeader: nil, candlesPerPage: 1000,
      fundingRatesPerPage: 200, openInterestPerPage: 200, defaultPauseMilliseconds: 5000, candlesAreWindowed: true),
    // https://bybit-exchange.github.io/docs/v5/ws/connect: topics of 21,000 characters a connection, and the longest has
    // 42; 10 topics a message (the documented limit of spot); a ping every 20 s; 500 new connections in 5 minutes.
    streams: StreamLimits(
      topicsPerConnection: 500, topicsPerMessage: 10, messageSpacingMilliseconds: 100, attemptsPerWindow: 500,
      attemptWindowMilliseconds: 300_000, lifetimeMilliseconds: nil,
      ping: .text(#"{"op":"ping"}"#, everyMilliseconds: 20_000), refusesWholeMessage: true),
    rawRoutes: [], feeds: [.routes, .liquidations, .largeTrades])

  /// How long an address that asked too often is shut out (HTTP 403, "access too frequent").
  static let banMilliseconds: Int64 = 600_000

  /// Most errors come under status 200, as `{"retCode":10006,"retMsg":"Too many visits","result":{},…}`.
  ///
  /// https://bybit-exchange.github.io/docs/v5/error
  public func failure(in reply: UpstreamReply) -> ExchangeError? {
    let isSuccess = (200..<300).contains(reply.status)
    guard !isSuccess || reply.looksLikeJSON else { return .malformed("the answer is no JSON") }
    let isShort = reply.body.count <= 4096
    if reply.status == 403, isShort, String(decoding: reply.body, as: UTF8.self).lowercased().contains("too frequent") {
      return reply.limited(pauseMilliseconds: Bybit.banMilliseconds)
    }
    let statusFailure = reply.failureOfStatus(defaultPauseMilliseconds: declaration.rest.defaultPauseMilliseconds)
    guard let (code, message) = reply.verdict(code: "retCode", message: "retMsg") else {
      return statusFailure ?? .malformed("the answer has no retCode")
    }
    switch code {
    case "0": return statusFailure
    case "429", "10006", "10018", "10429": return limited(reply)
    case "10000": return ExchangeError(.timeout, .retry, "the exchange answered 10000: it gave up waiting")
    case "10016": return ExchangeError(.unavailable, .retry, "the exchange answered 10016: out of order")
    case "10009", "10024": return ExchangeError(.blocked, .never, "the exchange refuses this address (\(code))")
    // A wrong parameter; which one is said in words only: "symbol invalid", "Not supported symbols".
    case "10001" where message.lowercased().contains("symbol"):
      return ExchangeError(.unknownSymbol, .never, "the exchange answered 10001: it does not know the symbol")
    default: return ExchangeError(.rejected, .never, "the exchange answered \(code): \(message.prefix(200))")
    }
  }

  /// Until the time in the header, which public answers often lack; then for a window of the budget.
  private func limited(_ reply: UpstreamReply) -> ExchangeError {
    let header = reply.header("x-bapi-limit-reset-timestamp").flatMap { Int64($0) }
    let reset = header.flatMap { Timestamp(milliseconds: $0) }
    let stated = [reply.retryAfterMilliseconds, reset?.milliseconds(since: reply.askTime)].compactMap { $0 }.max()
    return reply.limited(pauseMilliseconds: stated ?? declaration.rest.defaultPauseMilliseconds)
  }
}
