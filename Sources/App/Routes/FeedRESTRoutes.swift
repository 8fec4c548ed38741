internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// The past of the feeds, as far as the gateway remembers it. Always from memory.
struct FeedRESTRoutes: Sendable {
  let manager: ExchangeManager
  let feeds: [PublicFeed]
  let memory: FeedMemory
  let clock: any TimeSource

  private static let limit = RouteParameter.limit(default: 100, in: 1...1000)
  private static let symbol = RouteParameter.query(
    "symbol", .text, "an instrument, by the name that each exchange has for it, or a pair where that can be told apart")
  private static let window = RouteParameter.query(
    "window", .span, default: "1h", "how far back, in minutes or hours: 1m to 24h")
  private static let timeframes = SpikeRule.all.map(\.timeframe)
  private static let timeframe = RouteParameter.query(
    "timeframe", .words(timeframes.map(\.description)), "the length of the bars; absent for all")
  private static let failures: [APIError.Code] = [
    .unknownExchange, .unknownSymbol, .unsupported, .invalidParameter, .upstreamUnavailable,
  ]

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        "/liquidations", "the newest liquidations of several exchanges, ascending",
        parameters: [exchange(.liquidations), Self.symbol, minimum(.liquidations), Self.limit],
        answer: .json(.array(.named("Liquidation"))), failures: Self.failures), liquidations)
    table.add(
      RouteDescription(
        "/liquidations/summary", "how much was liquidated, by exchange, symbol and side", parameters: [Self.window],
        answer: .json(.named("LiquidationSummary")),
        failures: [.unsupported, .invalidParameter, .upstreamUnavailable]), summary)
    table.add(
      RouteDescription(
        "/large-trades", "the newest large trades of several exchanges, ascending",
        parameters: [exchange(.largeTrades), Self.symbol, minimum(.largeTrades), Self.limit],
        answer: .json(.array(.named("LargeTrade"))), failures: Self.failures), largeTrades)
    table.add(
      RouteDescription(
        "/oi-vol", "the newest spikes of open interest and volume, ascending",
        parameters: [exchange(.spikes), Self.symbol, Self.timeframe, Self.limit],
        answer: .json(.array(.named("OISpike"))), failures: Self.failures), spikes)
  }

  // MARK: Parameters

  private func exchange(_ feed: Feed) -> RouteParameter {
    let names = find(feed)?.exchanges.map(\.name) ?? []
    return .query("exchange", names.isEmpty ? .text : .words(names), "one of the feed's exchanges, in any case")
  }

  private func minimum(_ feed: Feed) -> RouteParameter {
    let standard = find(feed)?.standardMinimum
    // Smaller trades are not kept.
    let least = feed == .largeTrades ? standard ?? .zero : .zero
    return .query(
      "min_value_usd", .amount(from: least), default: standard?.description, "the least value in dollars")
  }

  private func find(_ feed: Feed) -> PublicFeed? { feeds.first { $0.feed == feed } }

  /// What a question is about, but for the symbol; throws when the feed is not kept.
  private func scope(_ feed: Feed) throws(APIError) -> FeedScope {
    guard memory.keeps(feed), let found = find(feed) else {
      throw APIError(.unsupported, "the past of \(feed.rawValue) is not kept: FEEDS_KEPT does not name it")
    }
    guard !found.exchanges.isEmpty else {
      throw APIError(.unsupported, "no exchange takes part in \(feed.rawValue)")
    }
    return FeedScope(manager: manager, feed: found)
  }

  /// The symbol asked for; `?symbol=` says as little as no parameter at all.
  private func symbol(_ route: RouteRequest) -> String? {
    route.request.query["symbol"].flatMap { $0.isEmpty ? nil : $0 }
  }

  // MARK: Answers

  private func liquidations(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let scope = try scope(.liquidations)
    let exchange = try scope.exchanges(route.request.query["exchange"])
    var reader = ParameterReader(route)
    let minimum = reader.notional("min_value_usd") ?? scope.feed.standardMinimum ?? .zero
    let limit = Int(reader.integer(Self.limit))
    try reader.check()
    var selection = try scope.selection(of: exchange, symbol: symbol(route))
    selection.minimum = minimum == .zero ? nil : minimum
    let past = memory.liquidations(selection, limit: limit)
    return try answer(past, scope, by: \.exchangeTime) {
      EventEncoding.append($0, named: selection.name(of: $0.instrument), to: &$1)
    }
  }

  private func largeTrades(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let scope = try scope(.largeTrades)
    let exchange = try scope.exchanges(route.request.query["exchange"])
    var reader = ParameterReader(route)
    let threshold = scope.feed.standardMinimum ?? .zero
    let minimum = reader.notional("min_value_usd") ?? threshold
    if minimum < threshold {
      reader.fault(
        .query, "min_value_usd", "greater_than_equal",
        "Input should be at least LARGE_TRADE_THRESHOLD_USD, which is \(threshold): smaller trades are not kept",
        route.request.query["min_value_usd"] ?? "")
    }
    let limit = Int(reader.integer(Self.limit))
    try reader.check()
    var selection = try scope.selection(of: exchange, symbol: symbol(route))
    selection.minimum = minimum
    let past = memory.largeTrades(selection, limit: limit)
    return try answer(past, scope, by: \.exchangeTime) {
      EventEncoding.append($0, withID: false, named: selection.name(of: $0.instrument), to: &$1)
    }
  }

  private func spikes(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let scope = try scope(.spikes)
    let exchange = try scope.exchanges(route.request.query["exchange"])
    var reader = ParameterReader(route)
    let timeframe = reader.choice("timeframe", of: Self.timeframes.map(\.description)).flatMap { Interval($0) }
    let limit = Int(reader.integer(Self.limit))
    try reader.check()
    let selection = try scope.selection(of: exchange, symbol: symbol(route))
    let past = memory.spikes(selection, timeframe: timeframe, limit: limit)
    return try answer(past, scope, by: \.barEnd) { EventEncoding.append($0, to: &$1) }
  }

  /// What the feed showed, ascending in the exchanges' own times: they come a little out of order.
  private func answer<Event>(
    _ past: FeedRecord<Event>.Past?, _ scope: FeedScope, by time: KeyPath<Event, Timestamp>,
    _ append: (Event, inout JSONWriter) -> Void
  ) throws(APIError) -> RouteAnswer {
    guard let past else { throw APIError(.internalFault, "internal error") }
    let coverage = FeedCoverageField(past.standings)
    guard !coverage.isEmpty else { throw nothingHeard(scope) }
    let rows = past.events.sorted { $0[keyPath: time] < $1[keyPath: time] }
    return .now(coverage.response(HistoryEncoding.array(rows, bytesPerRow: 230, append).array))
  }

  private func summary(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let scope = try scope(.liquidations)
    var reader = ParameterReader(route)
    let span = reader.span(Self.window)
    try reader.check()
    let end = clock.wallClock
    let start = LiquidationSummary.start(ofSpan: span.milliseconds, to: end)
    guard let kept = memory.sums(of: try scope.selection(of: scope.exchanges(nil), symbol: nil), since: start) else {
      throw APIError(.internalFault, "internal error")
    }
    let coverage = FeedCoverageField(kept.standings)
    guard !coverage.isEmpty else { throw nothingHeard(scope) }
    let parts = kept.standings.map { exchange, standing in
      LiquidationSummary.Part(
        exchange: exchange, coverage: scope.coverage(of: exchange), standing: standing,
        sums: kept.sums[exchange] ?? LiquidationTotals.ExchangeSums())
    }
    let summary = LiquidationSummary(from: start, to: end, parts: parts)
    return .now(coverage.response(LiquidationSummaryEncoding.body(of: summary, window: span.text)))
  }

  private func nothingHeard(_ scope: FeedScope) -> APIError {
    APIError(
      .upstreamUnavailable, "no exchange of \(scope.feed.name) that was asked for has been heard yet",
      retryAfterSeconds: APIError.defaultRetrySeconds)
  }
}
