public import Contract
public import Model
import Wire

extension Hyperliquid {
  /// `{"type":"candleSnapshot","req":{"coin":"BTC","interval":"1m","startTime":…,"endTime":…}}`: no count, both bounds
  /// inclusive; the first row may be the candle that contains the start. Costs 20, and 1 for 60 rows.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? {
    guard let interval = query.interval, Hyperliquid.intervals.contains(interval) else { return nil }
    let (start, end) = Hyperliquid.bounds(of: query, step: interval)
    let request = Hyperliquid.question("candleSnapshot", weight: 20 + (query.limit + 59) / 60) { json in
      json.key("req")
      json.beginObject()
      json.member("coin", query.instrument.symbol)
      json.member("interval", interval.description)
      json.member("startTime", start.milliseconds)
      json.member("endTime", end.milliseconds)
      json.endObject()
    }.expecting(rows: query.limit)
    return .candles(request, query, interval, laidOut: Hyperliquid.candleLayouts) { (reader, reply) throws(JSONError) in
      let candle = try reader.readCandle(askTime: reply.askTime, receiveTime: reply.askTime) { _ in query.instrument }
      return try reader.require(candle, "s")
    }
  }

  static let candleLayouts = CandleLayouts(
    #"[<each>{"t":<time>,"T":<lastTime>,"s":"<text>","i":"<interval>","o":"<open>","c":"<close>","h":"<high>","#
      + #""l":"<low>","v":"<baseVolume>","n":<tradesCount>}<more>]"#,
    intervals: intervals)

  /// One side, in base units; the mark price beside it is of the same moment.
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    context(of: instrument) { (context, time) throws(ExchangeError) in
      let quantity = try context.decimal("openInterest")
      let markPrice = try context.optionalDecimal("markPx")
      return OpenInterest(
        instrument: instrument, exchangeTime: time, quantity: quantity,
        notional: markPrice.flatMap { quantity.multiplied(by: $0)?.trimmed })
    }
  }

  /// The rate of the running hour, so far; it settles at the end of it.
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? {
    context(of: instrument) { (context, time) throws(ExchangeError) in
      FundingRate(
        instrument: instrument, exchangeTime: time, rate: try context.decimal("funding"),
        settlementTime: Hyperliquid.endOfStep(.oneHour, at: time), intervalHours: 1)
    }
  }

  /// `{"type":"fundingHistory","coin":"BTC","startTime":…,"endTime":…}`: `[{"coin":"BTC","fundingRate":"-0.00061334",`
  /// `"premium":"-0.00091334","time":1683849600048},…]`, the first 500 from the start. Costs 20, and 1 for 20 rows.
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? {
    var bounded = query
    if query.start == nil {
      let bounds = Hyperliquid.bounds(of: query, step: .oneHour)
      (bounded.start, bounded.end) = (bounds.start, bounds.end)
    }
    bounded = bounded.bySettlementStamp
    let request = Hyperliquid.question("fundingHistory", weight: Hyperliquid.fundingWeight(bounded)) { json in
      json.member("coin", query.instrument.symbol)
      json.member("startTime", (bounded.start ?? .epoch).milliseconds)
      if let end = bounded.end { json.member("endTime", end.milliseconds) }
    }.expecting(rows: query.limit)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        let settlement = try row.milliseconds("time").settlement
        return FundingRate(
          instrument: query.instrument, exchangeTime: settlement, rate: try row.decimal("fundingRate"),
          settlementTime: settlement, intervalHours: nil)
      }
    }
  }

  /// What a range of settlements costs at most: they are an hour apart, or more.
  private static func fundingWeight(_ query: HistoryQuery) -> Int {
    let page = Int64(facts.rest.fundingRatesPerPage)
    let hours = query.start.flatMap { start in query.end.map { $0.milliseconds(since: start) / 3_600_000 + 1 } }
    return 20 + Int((min(max(hours ?? page, 0), page) + 19) / 20)
  }

  /// Both bounds of a page, where one is left out: the last so many steps up to the end, or to the end of the one that
  /// runs now.
  private static func bounds(of query: HistoryQuery, step: Interval) -> (start: Timestamp, end: Timestamp) {
    let end = query.end ?? endOfStep(step, at: query.now).advanced(byMilliseconds: -1)
    return (query.start ?? step.openTime(1 - query.limit, after: step.openTime(containing: end)), end)
  }

  private static func endOfStep(_ step: Interval, at time: Timestamp) -> Timestamp {
    step.endTime(ofCandleAt: step.openTime(containing: time))
  }

  /// `[{"universe":[{"name":"BTC",…},…],…},[{"funding":"-0.000003688","openInterest":"22727.78266","markPx":"66344.0",`
  /// `…},…]]`: one answer for all coins, joined by position, so the question about each is the same request. The
  /// delisted ones count as places, and are not answered for.
  private func context<Answer: Sendable>(
    of instrument: Instrument, _ read: @escaping @Sendable (JSONValue, Timestamp) throws(ExchangeError) -> Answer
  ) -> Inquiry<Answer> {
    Inquiry(Hyperliquid.questionOfAll("metaAndAssetCtxs")) { (reply: UpstreamReply) throws(ExchangeError) in
      let context = try reply.read { (reader) throws(JSONError) in try reader.readContext(of: instrument) }
      guard let context else { throw ExchangeError(.unknownSymbol, .never, "the exchange no longer lists the coin") }
      return try read(context, reply.askTime)
    }
  }

  /// `[["BTC",[["BinPerp",{"fundingRate":"0.00003866","nextFundingTime":1790524800000,"fundingIntervalHours":8}],`
  /// `["HlPerp",{…}],["BybitPerp",null]]],…]`
  static let predictedFunding = OwnRoute(
    path: "/predicted-funding", summary: "Predicted funding rates of each coin here and at other exchanges.",
    parameters: [.init(name: "coin", summary: "One coin, in any case; all when left out.")]
  ) { parameters in
    Inquiry(questionOfAll("predictedFundings")) { (reply: UpstreamReply) throws(ExchangeError) in
      let wanted = parameters["coin"]?.lowercased()
      var json = JSONWriter()
      var isFound = wanted == nil
      json.beginArray()
      for row in try reply.rows() {
        guard let row = row.array, row.count == 2, let coin = row[0].string, let venues = row[1].array else {
          throw .malformed("a row is no coin with its venues")
        }
        guard wanted == nil || coin.lowercased() == wanted else { continue }
        isFound = true
        try append(coin, venues, askTime: reply.askTime, to: &json)
      }
      json.endArray()
      guard isFound else { throw ExchangeError(.unknownSymbol, .never, "no funding is predicted for such a coin") }
      return json.take()
    }
  }

  private static func append(
    _ coin: String, _ venues: [JSONValue], askTime: Timestamp, to json: inout JSONWriter
  ) throws(ExchangeError) {
    json.beginObject()
    json.member("coin", coin)
    json.key("venues")
    json.beginArray()
    for venue in venues {
      guard let pair = venue.array, pair.count == 2, let name = pair[0].string else {
        throw .malformed("a venue has no name")
      }
      guard pair[1] != .null, let rate = try pair[1].optionalDecimal("fundingRate") else { continue }
      json.beginObject()
      json.member("venue", name)
      json.key("funding_rate")
      json.decimal(rate)
      json.key("next_funding_time")
      json.timestamp(try nextSettlement(pair[1], after: askTime))
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  /// The exchange names the settlement before as its own next one: from there it is counted on.
  private static func nextSettlement(_ row: JSONValue, after now: Timestamp) throws(ExchangeError) -> Timestamp {
    let stated = try row.milliseconds("nextFundingTime")
    guard stated <= now, let hours = row["fundingIntervalHours"]?.integer, (1...24).contains(hours) else {
      return stated
    }
    let interval = hours * 3_600_000
    return stated.advanced(byMilliseconds: (now.milliseconds(since: stated) / interval + 1) * interval)
  }
}

extension JSONReader {
  /// The context of an instrument in `metaAndAssetCtxs`; `nil` when it is not listed there.
  fileprivate mutating func readContext(of instrument: Instrument) throws(JSONError) -> JSONValue? {
    let start = offset
    try beginArray()
    guard try nextElement() else { throw JSONError(offset: offset, reason: "the list of coins is missing") }
    let (position, count) = try readPosition(of: instrument)
    guard try nextElement() else { throw JSONError(offset: offset, reason: "the contexts are missing") }
    var (context, contexts): (JSONValue?, Int) = (nil, 0)
    try beginArray()
    while try nextElement() {
      if contexts == position { context = try readValue() } else { try skipValue() }
      contexts += 1
    }
    while try nextElement() { try skipValue() }
    guard contexts == count else { throw JSONError(offset: start, reason: "there is not one context a coin") }
    return context
  }

  /// Where a listed coin stands in `universe`, and how many do.
  private mutating func readPosition(of instrument: Instrument) throws(JSONError) -> (position: Int?, count: Int) {
    var coins: [JSONValue]?
    try beginObject()
    while let key = try nextKey() {
      if key.equals("universe") { coins = try readValue().array } else { try skipValue() }
    }
    let listed = try require(coins, "universe")
    let position = listed.firstIndex { $0["name"]?.string == instrument.symbol && $0["isDelisted"]?.bool != true }
    return (position, listed.count)
  }
}
