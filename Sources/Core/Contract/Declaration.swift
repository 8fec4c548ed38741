public import Model

/// Everything about an exchange that is a fact and not a function: read by the session, the client, the routes, the
/// configuration and the documents.
public struct Declaration: Sendable {
  /// The name in paths; also the stem of the address settings (`binance` → `BINANCE_BASE_URL`, `BINANCE_WS_URL`).
  public var id: ExchangeID
  /// What it can be asked.
  public var capabilities: Capabilities
  /// The default REST address: what comes before the documented path.
  public var restAddress: String
  /// The default WebSocket address: what comes before the documented path.
  public var streamAddress: String
  /// Its stream servers, by path.
  public var streamEndpoints: [StreamEndpoint]
  /// What its REST interface allows and how long its history pages are.
  public var rest: RESTLimits
  /// What its streams allow and ask for.
  public var streams: StreamLimits
  /// Routes that pass the exchange's own JSON on, byte for byte.
  public var rawRoutes: [RawRoute]
  /// Routes only this exchange has, whose answer is made from its reply.
  public var ownRoutes: [OwnRoute]
  /// Which of the gateway's feeds it takes part in by default.
  public var feeds: Feeds
  /// Whether its symbols are coins alone (`BTC`): an instrument in dollars is then found by its pair (`BTCUSDT`) too.
  public var namesCoins: Bool

  /// The feeds an exchange can take part in by default.
  public struct Feeds: OptionSet, Sendable {
    /// One bit a feed.
    public let rawValue: UInt8
    /// A set of the given bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Its connector answers routes unless the configuration says otherwise.
    public static let routes = Feeds(rawValue: 1 << 0)
    /// Its liquidations are part of `/ws/all/liquidations`.
    public static let liquidations = Feeds(rawValue: 1 << 1)
    /// Its trades are part of `/ws/all/large_trades`.
    public static let largeTrades = Feeds(rawValue: 1 << 2)
    /// Its open interest and volume are watched for spikes.
    public static let spikes = Feeds(rawValue: 1 << 3)
  }

  /// A declaration of the given facts.
  public init(
    id: ExchangeID, capabilities: Capabilities, restAddress: String, streamAddress: String,
    streamEndpoints: [StreamEndpoint], rest: RESTLimits, streams: StreamLimits, rawRoutes: [RawRoute],
    ownRoutes: [OwnRoute] = [], feeds: Feeds, namesCoins: Bool = false
  ) {
    self.id = id
    self.capabilities = capabilities
    self.restAddress = restAddress
    self.streamAddress = streamAddress
    self.streamEndpoints = streamEndpoints
    self.rest = rest
    self.streams = streams
    self.rawRoutes = rawRoutes
    self.ownRoutes = ownRoutes
    self.feeds = feeds
    self.namesCoins = namesCoins
  }
}

/// One of an exchange's stream servers. A topic belongs to exactly one; each has its own sessions.
public struct StreamEndpoint: Sendable, Hashable {
  /// A short word for logs and metrics (`market`).
  public let name: String
  /// The path after the stream address (`/market/stream`).
  public let path: String

  /// An endpoint of the given name and path.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

/// What an exchange's REST interface allows.
public struct RESTLimits: Sendable {
  /// Weight that may be spent in one window by one address.
  public var weightPerWindow: Int
  /// The length of the window, in milliseconds.
  public var windowMilliseconds: Int64
  /// The header, in lower case, that says how much the window has used; `nil` when there is none.
  public var usedWeightHeader: String?
  /// The most candles one request gives.
  public var candlesPerPage: Int
  /// The most funding settlements one request gives.
  public var fundingRatesPerPage: Int
  /// The most open interest samples one request gives.
  public var openInterestPerPage: Int
  /// How long to stay away after a refusal that names no time, in milliseconds.
  public var defaultPauseMilliseconds: Int64
  /// How many candles of an interval the exchange keeps; `nil` when it keeps all.
  public var candlesKept: Int?
  /// How far back it keeps open interest, in milliseconds; `nil` when it keeps all.
  public var openInterestKeptMilliseconds: Int64?
  /// Whether history is asked for by a span of time alone, as its requests have no count: a page is then the span of so
  /// many rows with both bounds set, and fewer rows do not mean that there are no more. Settlements from a start on are
  /// asked for without an end: there the exchange itself gives the first ones.
  public var pagesAreSpans: Bool
  /// For how long its answers may be served again.
  public var freshness: Freshness
  /// The most trades one request gives by their numbers; `nil` when they cannot be had so, or are not counted one by one
  /// without a gap in each instrument.
  public var tradesPerPage: Int?
  /// Whether a page of candles is a window of time, so that one with few rows or none need not be the last.
  public var candlesAreWindowed: Bool

  /// Limits of the given figures.
  public init(
    weightPerWindow: Int, windowMilliseconds: Int64, usedWeightHeader: String?, candlesPerPage: Int,
    fundingRatesPerPage: Int, openInterestPerPage: Int, defaultPauseMilliseconds: Int64, candlesKept: Int? = nil,
    openInterestKeptMilliseconds: Int64? = nil, candlesAreWindowed: Bool = false, pagesAreSpans: Bool = false,
    freshness: Freshness = Freshness(), tradesPerPage: Int? = nil
  ) {
    self.weightPerWindow = weightPerWindow
    self.windowMilliseconds = windowMilliseconds
    self.usedWeightHeader = usedWeightHeader
    self.candlesPerPage = candlesPerPage
    self.fundingRatesPerPage = fundingRatesPerPage
    self.openInterestPerPage = openInterestPerPage
    self.defaultPauseMilliseconds = defaultPauseMilliseconds
    self.candlesKept = candlesKept
    self.openInterestKeptMilliseconds = openInterestKeptMilliseconds
    self.pagesAreSpans = pagesAreSpans
    self.freshness = freshness
    self.candlesAreWindowed = candlesAreWindowed
    self.tradesPerPage = tradesPerPage
  }
}

/// What an exchange's streams allow, and which duties a connection has.
public struct StreamLimits: Sendable {
  /// Topics one connection may carry.
  public var topicsPerConnection: Int
  /// Topics one subscribe message may name.
  public var topicsPerMessage: Int
  /// Shortest distance of two messages we send, in milliseconds.
  public var messageSpacingMilliseconds: Int64
  /// Connection attempts allowed in one attempt window.
  public var attemptsPerWindow: Int
  /// The length of the attempt window, in milliseconds.
  public var attemptWindowMilliseconds: Int64
  /// After how long the exchange cuts every connection, in milliseconds; `nil` when it has no such rule.
  public var lifetimeMilliseconds: Int64?
  /// What we must send to be kept.
  public var ping: PingDuty
  /// Whether one bad topic makes the exchange refuse the whole message (Bybit): the session then asks again in halves.
  public var refusesWholeMessage: Bool
  /// Whether a subscription to trades begins with trades of before it, which its decoder marks (`Trade.isRepeat`).
  public var repeatsTrades: Bool

  /// Limits of the given figures.
  public init(
    topicsPerConnection: Int, topicsPerMessage: Int, messageSpacingMilliseconds: Int64, attemptsPerWindow: Int,
    attemptWindowMilliseconds: Int64, lifetimeMilliseconds: Int64?, ping: PingDuty, refusesWholeMessage: Bool,
    repeatsTrades: Bool = false
  ) {
    self.topicsPerConnection = topicsPerConnection
    self.topicsPerMessage = topicsPerMessage
    self.messageSpacingMilliseconds = messageSpacingMilliseconds
    self.attemptsPerWindow = attemptsPerWindow
    self.attemptWindowMilliseconds = attemptWindowMilliseconds
    self.lifetimeMilliseconds = lifetimeMilliseconds
    self.ping = ping
    self.refusesWholeMessage = refusesWholeMessage
    self.repeatsTrades = repeatsTrades
  }
}

/// How a connection is kept alive and found dead.
public enum PingDuty: Sendable, Equatable {
  /// WebSocket ping frames (RFC 6455 §5.5.2), one every so many milliseconds; the pong is the answer.
  case frame(everyMilliseconds: Int64)
  /// A text message of the exchange's own; any message back counts as its answer.
  case text(String, everyMilliseconds: Int64)
}

/// A route that passes the exchange's JSON on unchanged.
public struct RawRoute: Sendable {
  /// The route's path below the exchange's name, with `{symbol}` and `{interval}` (`/klines/{symbol}/{interval}`).
  public var path: String
  /// One sentence for the documents.
  public var summary: String
  /// The exchange's path.
  public var upstreamPath: String
  /// The parameters passed on, with their rules.
  public var parameters: [Parameter]
  /// For how long an answer may be served again, in milliseconds; 0 is never.
  public var freshnessMilliseconds: Int64
  /// The weight of the request, given its parameters' values.
  public var weight: @Sendable ([String: String]) -> Int

  /// A query parameter that is passed on under the same name, or a part of the path under its own.
  public struct Parameter: Sendable {
    /// Its name on both sides.
    public var name: String
    /// What it may hold.
    public var rule: Rule

    /// What a parameter may hold.
    public enum Rule: Sendable {
      /// A symbol of the instrument list; part of the path.
      case symbol
      /// An interval the exchange has; part of the path.
      case interval
      /// A whole number in a range, with a default when it must be sent.
      case integer(ClosedRange<Int64>, default: Int64?)
    }

    /// A parameter of the given name and rule.
    public init(name: String, rule: Rule) {
      self.name = name
      self.rule = rule
    }
  }

  /// A route of the given properties.
  public init(
    path: String, summary: String, upstreamPath: String, parameters: [Parameter], freshnessMilliseconds: Int64 = 0,
    weight: @escaping @Sendable ([String: String]) -> Int
  ) {
    self.path = path
    self.summary = summary
    self.upstreamPath = upstreamPath
    self.parameters = parameters
    self.freshnessMilliseconds = freshnessMilliseconds
    self.weight = weight
  }
}
