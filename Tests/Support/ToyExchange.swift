public import Contract
public import Model
import Wire

/// A made-up exchange with dead-simple JSON: the proof that the questionnaire is all an exchange needs, and the partner
/// of tests that need any exchange. It differs from Binance where it can: quantities in contracts, a text ping, no
/// closed flag, one bad topic refuses a message, no history of open interest.
public struct ToyExchange: ExchangeInterface {
  /// Its facts; a test may change them.
  public var declaration = ToyExchange.facts

  /// How liquidations are streamed; a test may change it.
  public var liquidationTopics = LiquidationTopics.whole

  /// The ways exchanges stream liquidations.
  public enum LiquidationTopics: Sendable {
    /// All instruments in one topic, and in that alone.
    case whole
    /// A topic for each instrument.
    case each
    /// Both: whoever opens both is told twice.
    case both
  }

  /// The exchange as it stands above.
  public init() {}

  /// Its only stream server.
  public static let endpoint = StreamEndpoint(name: "stream", path: "/stream")
  /// In base units.
  public static let alpha = instrument("ALPHAUSD", base: "ALPHA", contractSize: 1)
  /// In contracts of ten.
  public static let beta = instrument("BETAUSD", base: "BETA", contractSize: 10)
  /// A catalog of the two.
  public static let catalog = InstrumentCatalog([alpha, beta])
  /// The reply to `instruments()`.
  public static let instrumentsBody = """
    [{"symbol":"ALPHAUSD","base":"ALPHA","contract":"1"},{"symbol":"BETAUSD","base":"BETA","contract":"10"}]
    """

  private static func instrument(_ symbol: String, base: String, contractSize: Int) -> Instrument {
    Instrument(
      exchange: facts.id, symbol: symbol, base: base, quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, contractSize: FixedDecimal(contractSize), fundingIntervalHours: 1)
  }

  private static let facts = Declaration(
    id: ExchangeID("toy"),
    capabilities: Capabilities(
      features: [.ohlc, .fundingRate, .openInterest, .liquidations, .largeTrades, .trades, .instruments],
      intervals: ["1m", "5m", "1h"].compactMap { Interval($0) }, openInterestPeriods: [], marksClosedCandles: false,
      liquidationCoverage: .full, liquidationPrice: .bankruptcy),
    restAddress: "http://127.0.0.1:1", streamAddress: "ws://127.0.0.1:1", streamEndpoints: [endpoint],
    rest: RESTLimits(
      weightPerWindow: 100, windowMilliseconds: 1000, usedWeightHeader: nil, candlesPerPage: 10,
      fundingRatesPerPage: 10, openInterestPerPage: 10, defaultPauseMilliseconds: 5000, tradesPerPage: 10),
    streams: StreamLimits(
      topicsPerConnection: 8, topicsPerMessage: 4, messageSpacingMilliseconds: 10, attemptsPerWindow: 20,
      attemptWindowMilliseconds: 60_000, lifetimeMilliseconds: nil, ping: .text("ping", everyMilliseconds: 20_000),
      refusesWholeMessage: true),
    rawRoutes: [], feeds: [.routes, .liquidations, .largeTrades])

  /// `[{"symbol":"ALPHAUSD","base":"ALPHA","contract":"1"},…]`; `"gone":true` of one that is no longer listed.
  public func instruments() -> Inquiry<[Instrument]> {
    let request = UpstreamRequest(target: "/instruments", weight: 1).expecting(rows: .max)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        Instrument(
          exchange: id, symbol: try row.text("symbol"), base: try row.text("base"), quote: "USD", kind: .perpetual,
          status: row["gone"] == nil ? .trading : .delisted, tickSize: nil, stepSize: nil,
          contractSize: try row.decimal("contract"),
          fundingIntervalHours: 1)
      }
    }
  }

  /// `[[0,"1.0","3.0","0.5","2.0","7"],…]`: open time, open, high, low, close, volume.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? {
    guard let interval = query.interval, declaration.capabilities.intervals.contains(interval) else { return nil }
    return Inquiry(page("/candles", query)) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.readRows { (reader) throws(JSONError) in
        try reader.beginArray()
        let openTime = try reader.timeColumn()
        let candle = Candle(
          instrument: query.instrument, interval: interval, openTime: openTime, open: try reader.decimalColumn(),
          high: try reader.decimalColumn(), low: try reader.decimalColumn(), close: try reader.decimalColumn(),
          baseVolume: try reader.decimalColumn(), quoteVolume: nil, tradesCount: nil,
          isClosed: interval.endTime(ofCandleAt: openTime) <= reply.askTime, receiveTime: reply.askTime)
        while try reader.nextElement() { try reader.skipValue() }
        return candle
      }
    }
  }

  /// `[{"id":7,"price":"1.50","quantity":"2","side":"buy","time":0},…]`
  public func trades(of instrument: Instrument, from number: Int64, limit: Int) -> Inquiry<[Trade]>? {
    let request = UpstreamRequest(
      get: "/trades", ["symbol": instrument.symbol, "from": String(number), "limit": String(limit)], weight: 1)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        try ToyFrames.trade(row, of: instrument, receiveTime: reply.askTime)
      }
    }
  }

  /// `{"time":0,"quantity":"5"}`
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    let request = UpstreamRequest(get: "/open-interest", ["symbol": instrument.symbol], weight: 1)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      let row = try reply.value()
      let quantity = try row.decimal("quantity").multiplied(by: instrument.contractSize)
      guard let quantity else { throw .malformed("the quantity is too long") }
      return OpenInterest(
        instrument: instrument, exchangeTime: try row.milliseconds("time"), quantity: quantity, notional: nil)
    }
  }

  /// `{"time":0,"rate":"0.0001","next":3600000}`
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? {
    let request = UpstreamRequest(get: "/funding", ["symbol": instrument.symbol], weight: 1)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      let row = try reply.value()
      return FundingRate(
        instrument: instrument, exchangeTime: try row.milliseconds("time"), rate: try row.decimal("rate"),
        settlementTime: try row.milliseconds("next"), intervalHours: 1)
    }
  }

  /// `[{"time":0,"rate":"0.0001"},…]`
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? {
    Inquiry(page("/funding/history", query)) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        let settlement = try row.milliseconds("time").settlement
        return FundingRate(
          instrument: query.instrument, exchangeTime: settlement, rate: try row.decimal("rate"),
          settlementTime: settlement, intervalHours: nil)
      }
    }
  }

  private func page(_ path: String, _ query: HistoryQuery) -> UpstreamRequest {
    UpstreamRequest(
      get: path,
      [
        "symbol": query.instrument.symbol, "interval": query.interval?.description,
        "start": query.start.map { String($0.milliseconds) }, "end": query.end.map { String($0.milliseconds) },
        "limit": String(query.limit),
      ], weight: 1
    ).expecting(rows: query.limit)
  }

  /// Status 404 means the symbol, and 418 is a ban; everything else is what the status says.
  public func failure(in reply: UpstreamReply) -> ExchangeError? {
    if reply.status == 404 { return ExchangeError(.unknownSymbol, .never, "no such symbol") }
    if reply.status == 418 {
      return reply.limited(
        pauseMilliseconds: reply.retryAfterMilliseconds ?? declaration.rest.defaultPauseMilliseconds)
    }
    if reply.status == 200, !reply.looksLikeJSON { return .malformed("the answer is no JSON") }
    return reply.failureOfStatus(defaultPauseMilliseconds: declaration.rest.defaultPauseMilliseconds)
  }

  /// `trades:ALPHAUSD`, `candles(1m):ALPHAUSD`; the liquidations of all instruments are one topic.
  public func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard topic.exchange == id else { return nil }
    switch (topic.channel, topic.instrument) {
    case (.liquidations, let instrument):
      if instrument == nil && liquidationTopics == .each { return nil }
      guard let instrument, liquidationTopics != .whole else {
        return UpstreamTopic(ToyExchange.endpoint, "liquidations")
      }
      return UpstreamTopic(ToyExchange.endpoint, "liquidations:\(instrument.symbol)")
    case (.candles(let interval), _) where !declaration.capabilities.intervals.contains(interval): return nil
    case (let channel, let instrument?):
      return UpstreamTopic(ToyExchange.endpoint, "\(channel):\(instrument.symbol)")
    case (_, nil): return nil
    }
  }

  /// `{"op":"open","topics":["trades:ALPHAUSD"],"number":1}`
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    let names = topics.map { "\"\($0.name)\"" }.joined(separator: ",")
    return "{\"op\":\"\(verb == .subscribe ? "open" : "close")\",\"topics\":[\(names)],\"number\":\(request)}"
  }

  /// A decoder of the frames that `ToyFrames` makes.
  public func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder {
    ToyDecoder(instruments: instruments)
  }
}
