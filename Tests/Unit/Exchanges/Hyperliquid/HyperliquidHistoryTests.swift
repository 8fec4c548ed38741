import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

@Suite struct HyperliquidHistoryTests {
  let hyperliquid = Hyperliquid()
  let bitcoin = HyperliquidTests.instrument("BTC")
  let pepe = HyperliquidTests.instrument("kPEPE", base: "1000PEPE")
  static let hour: Int64 = 3_600_000

  private func time(_ milliseconds: Int64) -> Timestamp { HyperliquidTests.time(milliseconds) }

  private func fixture(_ name: String, askTime: Timestamp = .latest) throws -> UpstreamReply {
    HyperliquidTests.reply(try Fixture.text("Hyperliquid/rest/\(name).json"), askTime: askTime)
  }

  private func query(
    _ interval: String?, start: Int64? = nil, end: Int64? = nil, limit: Int = 500, of instrument: Instrument? = nil,
    now: Int64 = 1_790_000_000_123
  ) -> HistoryQuery {
    HistoryQuery(
      instrument: instrument ?? bitcoin, interval: interval.flatMap { Interval($0) }, start: start.map(time),
      end: end.map(time), limit: limit, now: time(now))
  }

  private func body(_ inquiry: Inquiry<[Candle]>?) -> String? {
    guard case .post(let body)? = inquiry?.requests.first?.method else { return nil }
    return body
  }

  private func expectMalformed(_ read: () throws -> Void) {
    #expect { try read() } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  // MARK: Candles

  @Test func candlesAreAskedByTheirBounds() throws {
    let inquiry = try #require(hyperliquid.candles(query("1M", start: 1000, end: 2000, limit: 500, of: pepe)))
    let body =
      #"{"type":"candleSnapshot","req":{"coin":"kPEPE","interval":"1M","startTime":1000,"endTime":2000}}"#
    // 20, and 1 for 60 rows: ceil(500 / 60) = 9.
    #expect(inquiry.requests == [UpstreamRequest(.post(body: body), target: "/info", weight: 29)])
    #expect(hyperliquid.candles(query("1m", start: 0, end: 0, limit: 60))?.requests.first?.weight == 21)
  }

  @Test func withoutBoundsTheLastStepsAreAskedAndThroughTheMinuteTheQuestionStaysEqual() throws {
    // 1790000000123 is 20.123 s into the minute 1789999980000.
    let text = try #require(body(hyperliquid.candles(query("1m", limit: 3))))
    #expect(text.hasSuffix(#""startTime":1789999860000,"endTime":1790000039999}}"#))
    #expect(body(hyperliquid.candles(query("1m", limit: 3, now: 1_789_999_980_000))) == text)
    #expect(body(hyperliquid.candles(query("1m", limit: 3, now: 1_790_000_039_999))) == text)
    #expect(body(hyperliquid.candles(query("1m", limit: 3, now: 1_790_000_040_000))) != text)
  }

  @Test func anIntervalTheExchangeLacksIsNotAsked() {
    for text in ["1s", "6h", "2d", "2m"] { #expect(hyperliquid.candles(query(text)) == nil) }
    #expect(hyperliquid.candles(query(nil)) == nil)
  }

  @Test func everyRecordedCandleKeepsItsDigits() throws {
    let text = try Fixture.text("Hyperliquid/rest/candleSnapshot_kPEPE_1h.json")
    let candles = try #require(hyperliquid.candles(query("1h", of: pepe))).read([try fixture("candleSnapshot_kPEPE_1h")]
    )
    let rows = try #require(try JSONValue(parsing: text).array)
    #expect(candles.count == 24 && rows.count == 24)
    for (candle, row) in zip(candles, rows) {
      #expect(candle.instrument === pepe && candle.interval.description == row["i"]?.string)
      #expect(candle.openTime.milliseconds == row["t"]?.integer)
      #expect(candle.open.description == row["o"]?.string)
      #expect(candle.high.description == row["h"]?.string)
      #expect(candle.low.description == row["l"]?.string)
      #expect(candle.close.description == row["c"]?.string)
      #expect(candle.baseVolume.description == row["v"]?.string)
      #expect(candle.tradesCount == row["n"]?.integer && candle.quoteVolume == nil && candle.isClosed)
    }
    #expect(candles.first?.openTime.milliseconds == 1_684_699_200_000)
  }

  @Test func aCandleIsOverWhenItsLastMillisecondHadPassed() throws {
    // The last recorded candle ends with 1684785599999.
    for (askTime, isClosed) in [(Int64(1_684_785_600_000), true), (1_684_785_599_999, false)] {
      let reply = try fixture("candleSnapshot_kPEPE_1h", askTime: time(askTime))
      let candles = try #require(hyperliquid.candles(query("1h", of: pepe))).read([reply])
      #expect(candles.dropLast().allSatisfy { $0.isClosed })
      #expect(candles.last?.isClosed == isClosed)
      #expect(candles.last?.receiveTime == time(askTime))
    }
  }

  @Test func noCandlesAreNoError() throws {
    #expect(try #require(hyperliquid.candles(query("1m"))).read([HyperliquidTests.reply("[]")]).isEmpty)
  }

  @Test func candlesThatAreNoneAreMalformed() throws {
    let inquiry = try #require(hyperliquid.candles(query("1h", of: pepe)))
    let whole = try Fixture.text("Hyperliquid/rest/candleSnapshot_kPEPE_1h.json")
    let bodies = [
      "null", "{}", "[[]]", "[{}]", String(whole.dropLast()), String(whole.prefix(200)), whole + "]",
      whole.replacing("\"0.001604\"", with: "true"), whole.replacing("\"n\":709", with: "\"n\":\"709\""),
    ]
    for body in bodies { expectMalformed { _ = try inquiry.read([HyperliquidTests.reply(body)]) } }
  }

  // MARK: Open interest and funding now

  @Test func oneRequestAnswersForEveryCoinAndQuestion() throws {
    let request = UpstreamRequest(.post(body: #"{"type":"metaAndAssetCtxs"}"#), target: "/info", weight: 20)
    for coin in [bitcoin, pepe] {
      #expect(hyperliquid.openInterest(of: coin)?.requests == [request])
      #expect(hyperliquid.fundingRate(of: coin)?.requests == [request])
    }
  }

  /// Places are counted with the delisted ones: MATIC stands before kPEPE, RNDR before ZEN. Products by Python.
  @Test(arguments: [
    ("BTC", "22727.78266", "1507852012.79504", "-0.000003688"), ("ETH", "406589.0605999998", nil, "0.0000111634"),
    ("kPEPE", "2847109066.0", "10428960.508758", "-0.0000069587"), ("ZEN", "144848.6", "823782.95792", "-0.0000229316"),
  ])
  func contextsAreJoinedByPosition(coin: String, quantity: String, value: String?, funding: String) throws {
    let instrument = HyperliquidTests.instrument(coin)
    let now = time(1_770_000_123_456)
    let reply = try fixture("metaAndAssetCtxs_2026-02", askTime: now)
    let openInterest = try #require(hyperliquid.openInterest(of: instrument)).read([reply])
    #expect(openInterest.quantity.description == quantity)
    if let value { #expect(openInterest.notional?.description == value) }
    #expect(openInterest.instrument === instrument && openInterest.exchangeTime == now)
    let rate = try #require(hyperliquid.fundingRate(of: instrument)).read([reply])
    #expect(rate.rate.description == funding && rate.intervalHours == 1 && rate.exchangeTime == now)
    // The hour after 1770000123456: Python, (1770000123456 // 3600000 + 1) * 3600000.
    #expect(rate.settlementTime.milliseconds == 1_770_001_200_000)
  }

  @Test func onTheHourTheNextOneSettles() throws {
    let reply = try fixture("metaAndAssetCtxs_2026-02", askTime: time(500_000 * Self.hour))
    let rate = try #require(hyperliquid.fundingRate(of: bitcoin)).read([reply])
    #expect(rate.settlementTime.milliseconds == 500_001 * Self.hour)
  }

  @Test(arguments: ["MATIC", "RNDR", "NOPE", "btc"]) func aCoinThatIsNotListedIsUnknown(coin: String) throws {
    let reply = try fixture("metaAndAssetCtxs_2026-02")
    let instrument = HyperliquidTests.instrument(coin)
    #expect {
      _ = try #require(hyperliquid.openInterest(of: instrument)).read([reply])
    } throws: {
      ($0 as? ExchangeError)?.kind == .unknownSymbol
    }
  }

  @Test func withoutAMarkPriceThereIsNoValue() throws {
    let body = #"[{"universe":[{"name":"BTC"}]},[{"openInterest":"2.50","markPx":null,"funding":"0"}]]"#
    let openInterest = try #require(hyperliquid.openInterest(of: bitcoin)).read([HyperliquidTests.reply(body)])
    #expect(openInterest.quantity.description == "2.50" && openInterest.notional == nil)
  }

  @Test(arguments: [
    "null", "{}", "[]", "[{}]", #"[{"universe":[]}]"#, #"[{"universe":[{"name":"BTC"}]},[]]"#,
    #"[{"universe":[{"name":"BTC"}]},[{},{}]]"#, #"[{"universe":[{"name":"BTC"}]},{}]"#,
    #"[{"universe":[{"name":"BTC"}]},[{"openInterest":null,"funding":null}]]"#,
    #"[{"universe":[{"name":"BTC"}]},[{"openInterest":true,"funding":[]}]]"#,
    #"[{"universe":[{"name":"BTC"}]},[{"openInterest":"1","funding":"1"}]"#,
    #"[{"universe":7},[]]"#,
  ])
  func contextsThatAreNoneAreMalformed(body: String) throws {
    let reply = HyperliquidTests.reply(body)
    expectMalformed { _ = try #require(hyperliquid.openInterest(of: bitcoin)).read([reply]) }
    expectMalformed { _ = try #require(hyperliquid.fundingRate(of: bitcoin)).read([reply]) }
  }

  // MARK: Funding history

  private func fundingRequest(_ query: HistoryQuery) -> UpstreamRequest? {
    hyperliquid.fundingHistory(query)?.requests.first
  }

  @Test func settlementsFromAStartHaveNoEnd() {
    let body = #"{"type":"fundingHistory","coin":"BTC","startTime":7200000}"#
    // Python: 20 + ceil(500 / 20)
    #expect(
      fundingRequest(query(nil, start: 2 * Self.hour))
        == UpstreamRequest(.post(body: body), target: "/info", weight: 45))
  }

  @Test func bothBoundsAreMovedToTheStampsTheyMean() {
    let request = fundingRequest(query(nil, start: 2 * Self.hour + 5, end: 4 * Self.hour))
    let body = #"{"type":"fundingHistory","coin":"BTC","startTime":7210001,"endTime":14410000}"#
    #expect(request?.method == .post(body: body))
    // At most two settlements: 20 + 1.
    #expect(request?.weight == 21)
  }

  @Test func withoutAStartTheLastHoursAreAsked() {
    // 1790000000123 lies in the hour that begins at 1789999200000.
    let body = #"{"type":"fundingHistory","coin":"BTC","startTime":1789992000000,"endTime":1790002799999}"#
    #expect(fundingRequest(query(nil, limit: 3))?.method == .post(body: body))
  }

  @Test func everyRecordedSettlementKeepsItsDigitsAndLosesItsDelay() throws {
    let rows = try #require(
      try JSONValue(parsing: try Fixture.text("Hyperliquid/rest/fundingHistory_BTC_2023-05.json")).array)
    let rates = try #require(hyperliquid.fundingHistory(query(nil))).read([try fixture("fundingHistory_BTC_2023-05")])
    #expect(rates.count == 120)
    for (rate, row) in zip(rates, rows) {
      #expect(rate.rate.description == row["fundingRate"]?.string)
      let stamp = try #require(row["time"]?.integer)
      let isLate = stamp % Self.hour > 10_000
      #expect(rate.settlementTime.milliseconds == (isLate ? stamp : stamp - stamp % Self.hour))
      #expect(rate.exchangeTime == rate.settlementTime && rate.intervalHours == nil)
    }
    // One settlement of 2023-05-23 was booked 23 minutes and 53 s late: it stays as it is.
    #expect(rates.filter { $0.settlementTime.milliseconds % Self.hour != 0 }.count == 1)
  }

  @Test(arguments: [
    "null", "{}", "[1]", #"[{"time":1}]"#, #"[{"fundingRate":"1"}]"#, #"[{"fundingRate":"NaN","time":1}]"#,
  ])
  func settlementsThatAreNoneAreMalformed(body: String) throws {
    expectMalformed {
      _ = try #require(hyperliquid.fundingHistory(query(nil))).read([HyperliquidTests.reply(body)])
    }
  }

  @Test func noSettlementsAreNoError() throws {
    #expect(try #require(hyperliquid.fundingHistory(query(nil))).read([HyperliquidTests.reply("[]")]).isEmpty)
  }
}

@Suite struct HyperliquidPredictedFundingTests {
  private func read(_ parameters: [String: String], _ reply: UpstreamReply) throws -> String {
    let route = try #require(Hyperliquid().declaration.ownRoutes.first)
    return String(decoding: try route.inquiry(parameters).read([reply]), as: UTF8.self)
  }

  private func recorded(now: Int64 = 0) throws -> UpstreamReply {
    HyperliquidTests.reply(
      try Fixture.text("Hyperliquid/rest/predictedFundings_2026-09.json"), askTime: HyperliquidTests.time(now))
  }

  @Test func oneQuestionServesEveryCoin() throws {
    let route = try #require(Hyperliquid().declaration.ownRoutes.first)
    #expect(route.path == "/predicted-funding")
    let request = UpstreamRequest(.post(body: #"{"type":"predictedFundings"}"#), target: "/info", weight: 20)
    for parameters in [[:], ["coin": "BTC"]] { #expect(route.inquiry(parameters).requests == [request]) }
  }

  @Test func eachVenueKeepsItsDigits() throws {
    #expect(
      try read(["coin": "btc"], try recorded())
        == #"[{"coin":"BTC","venues":[{"venue":"BinPerp","funding_rate":0.00003866,"next_funding_time":"#
        + #""2026-09-27T16:00:00Z"},{"venue":"HlPerp","funding_rate":0.0000125,"next_funding_time":"#
        + #""2026-09-27T14:00:00Z"},{"venue":"BybitPerp","funding_rate":0.0000501,"next_funding_time":"#
        + #""2026-09-27T16:00:00Z"}]}]"#)
  }

  @Test func aVenueWithoutAPredictionIsLeftOut() throws {
    #expect(
      try read(["coin": "HYPE"], try recorded())
        == #"[{"coin":"HYPE","venues":[{"venue":"HlPerp","funding_rate":0.0000125,"next_funding_time":"#
        + #""2026-09-27T14:00:00Z"}]}]"#)
  }

  @Test func withoutACoinAllAreThereInTheirOrder() throws {
    let rows = try #require(try JSONValue(parsing: try read([:], try recorded())).array)
    #expect(rows.map { $0["coin"]?.string } == ["BTC", "ETH", "HYPE", "SOL"])
    #expect(rows.map { $0["venues"]?.array?.count } == [3, 3, 1, 3])
    #expect(try read([:], HyperliquidTests.reply("[]")) == "[]")
  }

  /// 1790517600000 is 14:00, which the exchange goes on to name when it has passed.
  @Test(arguments: [
    (Int64(1_790_517_599_999), "14:00"), (1_790_517_600_000, "15:00"), (1_790_519_000_000, "15:00"),
    (1_790_521_200_000, "16:00"),
  ])
  func aSettlementThatHasPassedIsCountedOn(now: Int64, next: String) throws {
    #expect(try read(["coin": "HYPE"], try recorded(now: now)).contains("\"2026-09-27T\(next):00Z\""))
  }

  @Test func aCoinNobodyPredictsIsUnknown() throws {
    #expect { try read(["coin": "NOPE"], try recorded()) } throws: { ($0 as? ExchangeError)?.kind == .unknownSymbol }
  }

  @Test(arguments: [
    "null", "{}", "[1]", "[[]]", #"[["BTC"]]"#, #"[["BTC",1]]"#, #"[["BTC",[1]]]"#, #"[["BTC",[["x"]]]]"#,
    #"[["BTC",[["x",{"fundingRate":true,"nextFundingTime":1}]]]]"#, #"[["BTC",[["x",{"fundingRate":"1"}]]]]"#,
    #"[["BTC",[["x",null]]]"#,
  ])
  func whatIsNoPredictionIsMalformed(body: String) throws {
    #expect { try read([:], HyperliquidTests.reply(body)) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }
}
