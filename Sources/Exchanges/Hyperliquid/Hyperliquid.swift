public import Contract
import Model
import Wire

/// Hyperliquid: the perpetuals of its main list (not those of builders), quoted in USD and settled in USDC.
///
/// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api
public struct Hyperliquid: ExchangeInterface {
  /// What the exchange is and allows.
  public let declaration = Hyperliquid.facts

  /// The connector; it has no settings.
  public init() {}

  /// Carries every stream.
  static let endpoint = StreamEndpoint(name: "main", path: "/ws")

  static let intervals = Interval.list("1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d 3d 1w 1M")

  static let facts = Declaration(
    id: ExchangeID("hyperliquid"),
    // Liquidations are told to the accounts they hit alone: there is no public stream.
    capabilities: Capabilities(
      features: [.ohlc, .fundingRate, .openInterest, .largeTrades, .trades, .instruments],
      intervals: intervals, openInterestPeriods: [], marksClosedCandles: false, liquidationCoverage: .none,
      liquidationPrice: nil),
    restAddress: "https://api.hyperliquid.xyz", streamAddress: "wss://api.hyperliquid.xyz",
    streamEndpoints: [endpoint],
    // 500 rows are sure in an answer to a range of time. Of candles up to 5000 are reported, nowhere documented.
    rest: RESTLimits(
      weightPerWindow: 1200, windowMilliseconds: 60_000, usedWeightHeader: nil, candlesPerPage: 500,
      fundingRatesPerPage: 500, openInterestPerPage: 1, defaultPauseMilliseconds: 10_000, candlesKept: 5000,
      pagesAreSpans: true),
    // By address: 1000 subscriptions, 10 connections, 2000 messages and 30 attempts a minute. So that a second one is
    // not wanted before the first is full, one may carry them all; 40 ms leave a quarter of the messages to others.
    // A connection is cut when nothing was sent on it for 60 s, and answers a ping of text.
    streams: StreamLimits(
      topicsPerConnection: 1000, topicsPerMessage: 1, messageSpacingMilliseconds: 40, attemptsPerWindow: 30,
      attemptWindowMilliseconds: 60_000, lifetimeMilliseconds: nil,
      ping: .text(#"{"method":"ping"}"#, everyMilliseconds: 25_000), refusesWholeMessage: false, repeatsTrades: true),
    rawRoutes: [], ownRoutes: [predictedFunding], feeds: [.routes, .largeTrades], namesCoins: true)

  /// `POST /info`: the type of the question, then its other members.
  static func question(
    _ type: String, weight: Int, _ members: (inout JSONWriter) -> Void = { _ in }
  ) -> UpstreamRequest {
    let body = JSONWriter.object { json in
      json.member("type", type)
      members(&json)
    }
    return UpstreamRequest(.post(body: body), target: "/info", weight: weight)
  }

  /// A question about all coins.
  static func questionOfAll(_ type: String) -> UpstreamRequest { question(type, weight: 20).expecting(rows: .max) }

  /// Errors are texts; only one has a body of JSON: 500 with `null` for a coin that does not exist, which no later
  /// attempt will find either. A limit never says for how long.
  public func failure(in reply: UpstreamReply) -> ExchangeError? {
    if reply.status == 200, !reply.looksLikeJSON { return .malformed("the answer is no JSON") }
    if reply.status == 500, String(decoding: reply.body.prefix(5), as: UTF8.self) == "null" {
      return ExchangeError(.unknownSymbol, .never, "the exchange does not know the coin")
    }
    return reply.failureOfStatus(defaultPauseMilliseconds: declaration.rest.defaultPauseMilliseconds)
  }
}
