internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// What a stream's path and query ask for, before the symbol has been looked up.
struct StreamRequest: Sendable {
  let connector: ExchangeConnector
  let stream: PublicStream
  let symbol: String
  let interval: Interval
  let minimumNotional: FixedDecimal?
  let pace: CandlePace
}

/// What a feed's path and query ask for.
struct FeedRequest: Sendable {
  let feed: PublicFeed
  let filter: EventFilter
}

/// How many of a candle's states a client wants.
struct CandlePace: Sendable, Equatable {
  /// Whether the final is enough.
  var closedOnly = false
  /// At most one open state in so many milliseconds; `nil` for all.
  var conflationMilliseconds: Int64?
}

/// Reads what streams are asked for, the same whether it stands in the address of a WebSocket or in a command of the
/// multiplex.
struct StreamReader: Sendable {
  let lookup: ExchangeLookup
  let feeds: [PublicFeed]
  let largeTradeThreshold: FixedDecimal

  /// `{exchange}/{symbol}/{stream}`
  func stream(_ path: RouteParameters, _ query: HTTPQuery) throws(APIError) -> StreamRequest {
    let connector = try lookup.exchange(path["exchange"] ?? "")
    let name = path["stream"] ?? ""
    guard let stream = PublicStream.all.first(where: { $0.name == name }) else {
      let known = PublicStream.all.map(\.name).joined(separator: ", ")
      throw APIError(.notFound, "stream '\(name)' is not known; available: \(known)")
    }
    guard connector.offers(stream) else {
      throw APIError(.unsupported, "\(connector.exchange.id) does not offer \(stream.name)")
    }
    let intervals = connector.exchange.declaration.capabilities.intervals
    var reader = ParameterReader(query: query, path: path)
    let interval =
      stream.hasInterval ? reader.queryInterval("interval", default: "1m", of: intervals) : Interval.oneMinute
    let pace = stream.hasInterval ? reader.candlePace() : CandlePace()
    let minimum = stream.hasMinimum ? reader.notional("min_value_usd") : nil
    try reader.check()
    return StreamRequest(
      connector: connector, stream: stream, symbol: path["symbol"] ?? "", interval: interval,
      minimumNotional: minimum ?? (stream.form == .largeTrade ? largeTradeThreshold : nil), pace: pace)
  }

  /// `all/{feed}`
  func feed(_ path: RouteParameters, _ query: HTTPQuery) throws(APIError) -> FeedRequest {
    let name = path["feed"] ?? ""
    guard let feed = feeds.first(where: { $0.isOfPattern && $0.name == name }) else {
      let known = feeds.filter(\.isOfPattern).map(\.name).joined(separator: ", ")
      throw APIError(.notFound, "feed '\(name)' is not known; available: \(known)")
    }
    return try self.feed(feed, query)
  }

  /// A feed that was found.
  func feed(_ feed: PublicFeed, _ query: HTTPQuery) throws(APIError) -> FeedRequest {
    var reader = ParameterReader(query: query, path: RouteParameters())
    let filter = feed.filter(&reader)
    try reader.check()
    return FeedRequest(feed: feed, filter: filter)
  }
}

extension ParameterReader {
  /// `closed_only` and `conflate`.
  fileprivate mutating func candlePace() -> CandlePace {
    CandlePace(
      closedOnly: ["1", "true"].contains(choice("closed_only", of: ["0", "1", "false", "true"])),
      conflationMilliseconds: optionalInteger("conflate", in: ConflationState<Void>.range))
  }
}
