public import Contract
public import Model
import Wire

extension Okx {
  /// The newest rows `candles` keeps; older ones are had from `history-candles`.
  private static let recentRows = 1440

  /// `/market/candles` or, where the page begins before what that keeps, `/market/history-candles`; newest first.
  ///
  /// `after` means older than, `before` newer than, without the bound itself; `before` alone is not obeyed.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? {
    guard let step = Okx.intervals.first(where: { $0.interval == query.interval }) else { return nil }
    let (start, end) = query.window(step.interval)
    let kept = step.interval.openTime(1 - Okx.recentRows, after: step.interval.openTime(containing: query.now))
    let isOld = start.map { $0 <= kept } ?? false
    let request = UpstreamRequest(
      get: "/api/v5/market/\(isOld ? "history-candles" : "candles")",
      [
        "instId": query.instrument.symbol, "bar": step.bar, "after": end.map { String($0.milliseconds + 1) },
        "before": start.map { String(max($0.milliseconds - 1, 0)) }, "limit": String(query.limit),
      ], weight: 1, budget: isOld ? Okx.oldCandlesBudget : Okx.candlesBudget
    ).expecting(rows: query.limit)
    return .candles(
      request, query, step.interval, laidOut: Okx.candleLayouts, at: ["data"], isDescending: true
    ) { (reader, reply) throws(JSONError) in
      try reader.readSwapCandle(of: query.instrument, step.interval, overBy: reply.askTime, receiveTime: reply.askTime)
    }
  }

  static let candleLayouts = CandleLayouts(
    #"{"code":"0","msg":"","data":[<each>["<time>","<open>","<high>","<low>","<close>","<decimal>","<baseVolume>","#
      + #""<quoteVolume>","<isClosed:1|0>"]<more>]}"#)

  /// `/public/open-interest`: `{"instId":"BTC-USDT-SWAP","oi":"3384273.06","oiCcy":"33842.7306","oiUsd":"…","ts":"…"}`, one
  /// side, in contracts and in base units. Its worth is by the mark price of the same ten seconds, where that can be had.
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    func request(_ path: String, _ budget: RequestBudget?) -> UpstreamRequest {
      UpstreamRequest(
        get: "/api/v5/public/\(path)", ["instType": "SWAP", "instId": instrument.symbol], weight: 1, budget: budget)
    }
    let requests = [request("open-interest", nil), request("mark-price", Okx.markPriceBudget)]
    return Inquiry(requests, required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      guard let row = try replies[0].dataRows().first else { throw .unsupported }
      let time = try row.milliseconds("ts")
      var quantity = try row.optionalDecimal("oiCcy")
      if quantity == nil { quantity = try row.decimal("oi").multiplied(by: instrument.contractSize)?.trimmed }
      guard let quantity else { throw .malformed("oi is too long") }
      let price = try? markPrice(replies[1], near: time)
      return OpenInterest(
        instrument: instrument, exchangeTime: time, quantity: quantity,
        notional: price.flatMap { quantity.multiplied(by: $0)?.trimmed })
    }
  }

  /// `{"instType":"SWAP","instId":"BTC-USDT-SWAP","markPx":"84660.1","ts":"1744590349506"}`
  private func markPrice(_ reply: UpstreamReply, near time: Timestamp) throws(ExchangeError) -> FixedDecimal {
    guard let row = try reply.dataRows().first,
      (-10_000...10_000).contains(try row.milliseconds("ts").milliseconds(since: time))
    else { throw .unsupported }
    return try row.decimal("markPx")
  }

  /// `/public/funding-rate`: `{"fundingRate":"0.0001","fundingTime":"1744590349506","nextFundingTime":"1744619149506",`
  /// `"ts":"1744590349506",…}`: the rate accrues until `fundingTime`, the next one from then to `nextFundingTime`.
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? {
    let request = UpstreamRequest(
      get: "/api/v5/public/funding-rate", ["instId": instrument.symbol], weight: 1, budget: Okx.fundingBudget)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      guard let row = try reply.dataRows().first else { throw .unsupported }
      let settlement = try row.milliseconds("fundingTime")
      let next = try? row.milliseconds("nextFundingTime").milliseconds(since: settlement)
      let hours = next.flatMap { $0 > 0 && $0 % 3_600_000 == 0 ? Int($0 / 3_600_000) : nil }
      return FundingRate(
        instrument: instrument, exchangeTime: try row.milliseconds("ts"), rate: try row.decimal("fundingRate"),
        settlementTime: settlement, intervalHours: hours)
    }
  }

  /// `/public/funding-rate-history`, newest first, three months of it: from a start on all pages back to it are asked for.
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? {
    let (instrument, asked) = (query.instrument, query.bySettlementStamp)
    let limit = asked.start == nil ? asked.limit : declaration.rest.fundingRatesPerPage
    return Inquiry(
      pagesFrom: settlements(of: instrument, before: asked.end?.advanced(byMilliseconds: 1), limit),
      next: { reply in
        guard let start = asked.start, let rows = try? reply.dataRows(), rows.count >= limit,
          let oldest = try? rows.last?.milliseconds("fundingTime"), oldest > start
        else { return nil }
        return settlements(of: instrument, before: oldest, limit)
      },
      readAll: { (replies: [UpstreamReply]) throws(ExchangeError) in
        var rates: [FundingRate] = []
        for reply in replies {
          for row in try reply.dataRows() { rates.append(try settled(row, of: instrument)) }
        }
        return rates.reversed()
      })
  }

  private func settlements(of instrument: Instrument, before end: Timestamp?, _ limit: Int) -> UpstreamRequest {
    UpstreamRequest(
      get: "/api/v5/public/funding-rate-history",
      ["instId": instrument.symbol, "after": end.map { String($0.milliseconds) }, "limit": String(limit)],
      weight: 1, budget: Okx.fundingBudget)
  }

  /// `{"instId":"BTC-USDT-SWAP","fundingRate":"0.0001515032","realizedRate":"0.00015","fundingTime":"1704067200000",…}`: what
  /// was paid is the realized rate.
  private func settled(_ row: JSONValue, of instrument: Instrument) throws(ExchangeError) -> FundingRate {
    let settlement = try row.milliseconds("fundingTime").settlement
    var rate = try row.optionalDecimal("realizedRate")
    if rate == nil { rate = try row.decimal("fundingRate") }
    guard let rate else { throw .malformed("fundingRate is missing") }
    return FundingRate(
      instrument: instrument, exchangeTime: settlement, rate: rate,
      settlementTime: settlement, intervalHours: nil)
  }
}

extension JSONReader {
  /// `["1786816800000","63045.5","63081.5","63013.7","63028","32101.18","321.0118","20234523.14448","1"]`: open time, open,
  /// high, low, close, volume in contracts, in base and in quote units, whether it is over: which is believed of one
  /// whose end had passed at `overBy`.
  mutating func readSwapCandle(
    of instrument: Instrument, _ interval: Interval, overBy: Timestamp = .latest, receiveTime: Timestamp
  ) throws(JSONError) -> Candle {
    try beginArray()
    let (openTime, open, high, low, close) = try openingColumns()
    _ = try decimalColumn()
    let (baseVolume, quoteVolume) = (try decimalColumn(), try decimalColumn())
    let isConfirmed = try decimalColumn() == FixedDecimal(1)
    while try nextElement() { try skipUnknown() }
    return Candle(
      instrument: instrument, interval: interval, openTime: openTime, open: open, high: high, low: low, close: close,
      baseVolume: baseVolume, quoteVolume: quoteVolume, tradesCount: nil,
      isClosed: isConfirmed && interval.endTime(ofCandleAt: openTime) <= overBy, receiveTime: receiveTime)
  }
}
