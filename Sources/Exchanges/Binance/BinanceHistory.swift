public import Contract
public import Model
import Wire

extension Binance {
  /// Weight of a page of candles by its length.
  static func candleWeight(limit: Int) -> Int {
    limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10
  }

  /// `/fapi/v1/klines`: with a start the oldest rows from it, else the newest up to the end.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? {
    guard let interval = query.interval, Binance.intervals.contains(interval) else { return nil }
    let request = page("/fapi/v1/klines", query, weight: Binance.candleWeight(limit: query.limit))
    return .candles(request, query, interval, laidOut: Binance.candleLayouts) { (reader, reply) throws(JSONError) in
      try reader.readCandle(of: query.instrument, interval, askTime: reply.askTime)
    }
  }

  static let candleLayouts = CandleLayouts(
    #"[<each>[<time>,"<open>","<high>","<low>","<close>","<baseVolume>",<lastTime>,"<quoteVolume>",<tradesCount>,"#
      + #""<text>","<text>","<text>"]<more>]"#)

  /// `/fapi/v1/aggTrades`: `[{"a":19427407,"p":"49.73","q":"0.001","f":42831257,"l":42831257,"T":1602819697783,"m":true},…]`
  public func trades(of instrument: Instrument, from number: Int64, limit: Int) -> Inquiry<[Trade]>? {
    let request = UpstreamRequest(
      get: "/fapi/v1/aggTrades",
      ["symbol": instrument.symbol, "fromId": String(number), "limit": String(limit)], weight: 20
    ).expecting(rows: limit)
    return .trades(request, of: instrument, id: "a", price: "p", quantity: "q", time: "T", takerSold: "m")
  }

  /// `/fapi/v1/openInterest`: `{"openInterest":"83782.317","symbol":"BTCUSDT","time":1702244985273}`, one side in base
  /// units. Its worth is by the mark price of the same moment, where that can be had.
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    let quantity = UpstreamRequest(get: "/fapi/v1/openInterest", ["symbol": instrument.symbol], weight: 1)
    return Inquiry([quantity, premiumIndex(instrument)], required: 1) {
      (replies: [UpstreamReply]) throws(ExchangeError) in
      let (row, markPrice) = (try replies[0].value(), try? replies[1].value().decimal("markPrice"))
      let quantity = try row.decimal("openInterest")
      return OpenInterest(
        instrument: instrument, exchangeTime: try row.milliseconds("time"), quantity: quantity,
        notional: markPrice.flatMap { quantity.multiplied(by: $0)?.trimmed })
    }
  }

  /// `/futures/data/openInterestHist`: `[{"symbol":"BTCUSDT","sumOpenInterest":"111856.66400000",`
  /// `"sumOpenInterestValue":"7051831069.12087200","timestamp":1786816800000,…},…]`
  ///
  /// With a start both ends are sent, a page apart: which rows a longer range leaves out is not documented.
  public func openInterestHistory(_ query: HistoryQuery) -> Inquiry<[OpenInterest]>? {
    guard let period = query.interval, Binance.openInterestPeriods.contains(period) else { return nil }
    var bounded = query
    let last = query.start.map { period.openTime(max(query.limit - 1, 0), after: $0) }
    if let last { bounded.end = min(query.end ?? .latest, last) }
    let request = page(
      "/futures/data/openInterestHist", bounded, intervalName: "period", weight: 1, budget: Binance.statisticsBudget)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        OpenInterest(
          instrument: query.instrument, exchangeTime: try row.milliseconds("timestamp"),
          quantity: try row.decimal("sumOpenInterest"), notional: try row.optionalDecimal("sumOpenInterestValue"))
      }
    }
  }

  /// `lastFundingRate` is, despite its name, the estimate for the coming settlement. Contracts with an end have none.
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? {
    guard instrument.kind == .perpetual else { return nil }
    return Inquiry(premiumIndex(instrument)) { (reply: UpstreamReply) throws(ExchangeError) in
      let row = try reply.value()
      return FundingRate(
        instrument: instrument, exchangeTime: try row.milliseconds("time"), rate: try row.decimal("lastFundingRate"),
        settlementTime: try row.milliseconds("nextFundingTime"), intervalHours: instrument.fundingIntervalHours)
    }
  }

  /// `/fapi/v1/fundingRate`: `[{"symbol":"BTCUSDT","fundingTime":1786780800002,"fundingRate":"0.00006523",…},…]`
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? {
    guard query.instrument.kind == .perpetual else { return nil }
    return Inquiry(page("/fapi/v1/fundingRate", query.bySettlementStamp, weight: 1, budget: Binance.fundingBudget)) {
      (reply: UpstreamReply) throws(ExchangeError) in
      try reply.rows().map { (row) throws(ExchangeError) in
        let settlement = try row.milliseconds("fundingTime").settlement
        return FundingRate(
          instrument: query.instrument, exchangeTime: settlement, rate: try row.decimal("fundingRate"),
          settlementTime: settlement, intervalHours: nil)
      }
    }
  }

  /// `/fapi/v1/premiumIndex`: `{"symbol":"BTCUSDT","markPrice":"26780.82240476","lastFundingRate":"0.00001226",`
  /// `"nextFundingTime":1687248000000,"time":1687244112000,…}`
  private func premiumIndex(_ instrument: Instrument) -> UpstreamRequest {
    UpstreamRequest(get: "/fapi/v1/premiumIndex", ["symbol": instrument.symbol], weight: 1)
  }

  private func page(
    _ path: String, _ query: HistoryQuery, intervalName: String = "interval", weight: Int,
    budget: RequestBudget? = nil
  ) -> UpstreamRequest {
    UpstreamRequest(
      get: path,
      [
        "symbol": query.instrument.symbol, intervalName: query.interval?.description,
        "startTime": query.start.map { String($0.milliseconds) },
        "endTime": query.end.map { String($0.milliseconds) }, "limit": String(query.limit),
      ], weight: weight, budget: budget
    ).expecting(rows: query.limit)
  }
}

extension JSONReader {
  /// `[1786816800000,"63043.40","63083.00","63011.60","63026.30","1116.068",1786820399999,"70342488.01700",16911,…]`:
  /// open time, open, high, low, close, base volume, last millisecond, quote volume, number of trades. Over when its
  /// last millisecond had passed before the question was sent.
  fileprivate mutating func readCandle(
    of instrument: Instrument, _ interval: Interval, askTime: Timestamp
  ) throws(JSONError) -> Candle {
    try beginArray()
    let (openTime, open, high, low, close) = try openingColumns()
    let baseVolume = try decimalColumn()
    let closeTime = try timeColumn()
    let (quoteVolume, tradesCount) = (try decimalColumn(), try integerColumn())
    while try nextElement() { try skipValue() }
    return Candle(
      instrument: instrument, interval: interval, openTime: openTime, open: open, high: high, low: low, close: close,
      baseVolume: baseVolume, quoteVolume: quoteVolume, tradesCount: tradesCount,
      isClosed: closeTime.advanced(byMilliseconds: 1) <= askTime, receiveTime: askTime)
  }
}
