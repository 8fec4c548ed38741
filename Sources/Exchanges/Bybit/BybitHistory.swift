public import Contract
public import Model
import Wire

extension Bybit {
  /// `/v5/market/kline`, newest first; which side of a range longer than the page is cut off is not documented.
  public func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? {
    guard let step = Bybit.intervals.first(where: { $0.interval == query.interval }) else { return nil }
    let (start, end) = query.window(step.interval)
    let request = page(
      "kline", query.instrument, ["interval": step.word, "start": start?.text, "end": end?.text], limit: query.limit)
    return .candles(
      request, query, step.interval, laidOut: Bybit.candleLayouts, at: ["result", "list"], isDescending: true
    ) { (reader, reply) throws(JSONError) in
      try reader.readCandle(of: query.instrument, step.interval, askTime: reply.askTime)
    }
  }

  static let candleLayouts = CandleLayouts(
    #"{"retCode":0,"retMsg":"OK","result":{"symbol":"<text>","category":"linear","list":[<each>["<time>","<open>","#
      + #""<high>","<low>","<close>","<baseVolume>","<quoteVolume>"]<more>]},"retExtInfo":{},"time":<stamp>}"#)

  /// The newest sample of `/v5/market/open-interest`: at most five minutes old, one side in base units. Its worth is by the
  /// mark price of the same moment, where that can be had.
  public func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    let sample = page("open-interest", instrument, ["intervalTime": "5min"], limit: 1)
    return Inquiry([sample, ticker(instrument)], required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      guard let row = try replies[0].listOfResult().first else { throw .unsupported }
      let quantity = try oneSide(row)
      let price = try? markPrice(replies[1], readWith: replies[0])
      return OpenInterest(
        instrument: instrument, exchangeTime: try row.milliseconds("timestamp"), quantity: quantity,
        notional: price.flatMap { quantity.multiplied(by: $0)?.trimmed })
    }
  }

  /// The mark price, if it was read within ten seconds of the other answer, by the `time` of both.
  private func markPrice(_ ticker: UpstreamReply, readWith other: UpstreamReply) throws(ExchangeError) -> FixedDecimal {
    let distance = try ticker.value().milliseconds("time").milliseconds(since: try other.value().milliseconds("time"))
    guard (-10_000...10_000).contains(distance), let row = try ticker.listOfResult().first else { throw .unsupported }
    return try row.decimal("markPrice")
  }

  /// `/v5/market/open-interest`, newest first.
  public func openInterestHistory(_ query: HistoryQuery) -> Inquiry<[OpenInterest]>? {
    guard let step = Bybit.openInterestPeriods.first(where: { $0.interval == query.interval }) else { return nil }
    let (start, end) = query.window(step.interval)
    let request = page(
      "open-interest", query.instrument,
      ["intervalTime": step.word, "startTime": start?.text, "endTime": end?.text], limit: query.limit)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      try reply.listOfResult().reversed().map { (row) throws(ExchangeError) in
        OpenInterest(
          instrument: query.instrument, exchangeTime: try row.milliseconds("timestamp"), quantity: try oneSide(row),
          notional: nil)
      }
    }
  }

  /// `{"openInterest":"63910691.00000000","singleOpenInterest":"31955346","timestamp":"1780963200000"}`: the first counts
  /// both sides, the second, since 2026, one.
  private func oneSide(_ row: JSONValue) throws(ExchangeError) -> FixedDecimal {
    if let one = try row.optionalDecimal("singleOpenInterest") { return one }
    guard let half = try row.decimal("openInterest").half else { throw .malformed("openInterest is too long") }
    return half
  }

  /// The ticker's rate accrues until `nextFundingTime`. Contracts with an end have none.
  public func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? {
    guard instrument.kind == .perpetual else { return nil }
    return Inquiry(ticker(instrument)) { (reply: UpstreamReply) throws(ExchangeError) in
      guard let row = try reply.listOfResult().first else { throw .unsupported }
      return FundingRate(
        instrument: instrument, exchangeTime: try reply.value().milliseconds("time"),
        rate: try row.decimal("fundingRate"), settlementTime: try row.milliseconds("nextFundingTime"),
        intervalHours: row["fundingIntervalHour"]?.string.flatMap { Int($0) } ?? instrument.fundingIntervalHours)
    }
  }

  /// `/v5/market/funding/history`, newest first; `startTime` alone is refused.
  ///
  /// A range of more rows than a page loses its oldest ones, and a contract's interval has changed in its past: so from a
  /// start on, as many of the longest intervals are asked for as rows are wanted, back page by page to the start.
  public func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? {
    guard query.instrument.kind == .perpetual else { return nil }
    let query = query.bySettlementStamp
    let (start, end) = settlementWindow(query)
    let limit = start == nil ? query.limit : declaration.rest.fundingRatesPerPage
    return Inquiry(
      pagesFrom: settlements(of: query.instrument, start, end, limit),
      next: { reply in
        guard let start, let rows = try? reply.listOfResult(), rows.count >= limit,
          let oldest = try? rows.last?.milliseconds("fundingRateTimestamp"),
          oldest.milliseconds(since: start) >= Bybit.fundingHour
        else { return nil }
        return settlements(of: query.instrument, start, oldest.advanced(byMilliseconds: -1), limit)
      },
      readAll: { (replies: [UpstreamReply]) throws(ExchangeError) in
        var rates: [FundingRate] = []
        for reply in replies {
          for row in try reply.listOfResult() { rates.append(try settled(row, of: query.instrument)) }
        }
        return rates.reversed()
      })
  }

  /// The shortest interval; the longest one is eight times as long.
  private static let fundingHour: Int64 = 3_600_000

  private func settlementWindow(_ query: HistoryQuery) -> (start: Timestamp?, end: Timestamp?) {
    guard let wanted = query.start else { return (nil, query.end) }
    let first = max(wanted, query.instrument.listTime ?? wanted)
    // Funding may begin some days after the listing.
    let intervals = Int64(query.limit) + (first == query.instrument.listTime ? 100 : 0)
    let end = min(query.end ?? .latest, first.advanced(byMilliseconds: intervals * 8 * Bybit.fundingHour))
    return (min(first, end), end)
  }

  /// `{"symbol":"BTCUSDT","fundingRate":"0.00004403","fundingRateTimestamp":"1786809600000"}`
  private func settled(_ row: JSONValue, of instrument: Instrument) throws(ExchangeError) -> FundingRate {
    let settlement = try row.milliseconds("fundingRateTimestamp").settlement
    return FundingRate(
      instrument: instrument, exchangeTime: settlement, rate: try row.decimal("fundingRate"),
      settlementTime: settlement, intervalHours: nil)
  }

  private func settlements(
    of instrument: Instrument, _ start: Timestamp?, _ end: Timestamp?, _ limit: Int
  ) -> UpstreamRequest {
    page("funding/history", instrument, ["startTime": start?.text, "endTime": end?.text], limit: limit)
  }

  /// `{"symbol":"BTCUSDT","markPrice":"61875.25","fundingRate":"0.00008055","nextFundingTime":"1715760000000",`
  /// `"fundingIntervalHour":"8",…}`
  private func ticker(_ instrument: Instrument) -> UpstreamRequest {
    UpstreamRequest(get: "/v5/market/tickers", ["category": "linear", "symbol": instrument.symbol], weight: 1)
  }

  private func page(
    _ path: String, _ instrument: Instrument, _ parameters: KeyValuePairs<String, String?>, limit: Int
  ) -> UpstreamRequest {
    let common: [(name: String, value: String?)] = [("category", "linear"), ("symbol", instrument.symbol)]
    return UpstreamRequest(
      get: "/v5/market/\(path)",
      parameters: common + parameters.map { ($0.key, $0.value) } + [("limit", String(limit))], weight: 1
    ).expecting(rows: limit)
  }
}

extension Timestamp {
  fileprivate var text: String { String(milliseconds) }
}

extension JSONReader {
  /// `["1786816800000","63044.4","63089.6","63000.1","63027.8","385.721","24314058.6517"]`: open time, open, high, low,
  /// close, base volume, turnover. Over when its end had passed before the question was sent.
  fileprivate mutating func readCandle(
    of instrument: Instrument, _ interval: Interval, askTime: Timestamp
  ) throws(JSONError) -> Candle {
    try beginArray()
    let (openTime, open, high, low, close) = try openingColumns()
    let (baseVolume, turnover) = (try decimalColumn(), try decimalColumn())
    while try nextElement() { try skipValue() }
    return Candle(
      instrument: instrument, interval: interval, openTime: openTime, open: open, high: high, low: low, close: close,
      baseVolume: baseVolume, quoteVolume: turnover, tradesCount: nil,
      isClosed: interval.endTime(ofCandleAt: openTime) <= askTime, receiveTime: askTime)
  }
}
