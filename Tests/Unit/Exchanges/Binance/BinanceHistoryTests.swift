import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BinanceHistoryTests {
  let binance = Binance()
  let bitcoin = BinanceTests.instrument("BTCUSDT")
  let quarterly = BinanceTests.instrument("BTCUSDT_261225", kind: .future, fundingHours: nil)

  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  func reply(_ body: String, askTime: Timestamp = .latest) -> UpstreamReply {
    UpstreamReply(status: 200, body: Array(body.utf8), askTime: askTime)
  }

  func fixture(_ name: String, askTime: Timestamp = .latest) throws -> UpstreamReply {
    reply(try Fixture.text("Binance/rest/\(name).json"), askTime: askTime)
  }

  func query(
    _ interval: String?, start: Int64? = nil, end: Int64? = nil, limit: Int = 500, of instrument: Instrument? = nil
  ) -> HistoryQuery {
    HistoryQuery(
      instrument: instrument ?? bitcoin, interval: interval.flatMap { Interval($0) }, start: start.map(Self.time),
      end: end.map(Self.time), limit: limit)
  }

  /// The rows of an array of arrays, as texts without quotes.
  static func rows(_ text: String) -> [[String]] {
    text.split(separator: "],[").map { row in
      row.split(separator: ",").map { String($0.filter { !"[]\"".contains($0) }) }
    }
  }

  // MARK: Trades

  @Test func tradesAreAskedForByTheirNumbers() throws {
    let inquiry = try #require(binance.trades(of: bitcoin, from: 19_427_407, limit: 1000))
    #expect(
      inquiry.requests == [
        UpstreamRequest(target: "/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=19427407&limit=1000", weight: 20)
      ])
  }

  @Test func aRowOfTradesIsReadAsOneOfTheStream() throws {
    let inquiry = try #require(binance.trades(of: bitcoin, from: 1, limit: 2))
    let answer = #"""
      [{"T":1602819697783,"a":19427407,"f":42831257,"l":42831257,"m":true,"p":"49.73","q":"0.001"},
      {"T":1602819698389,"a":19427410,"f":42831260,"l":42831260,"m":false,"p":"49.740","q":"1.20"}]
      """#
    let trades = try inquiry.read([reply(answer)])
    #expect(trades.map(\.id) == [.number(19_427_407), .number(19_427_410)])
    #expect(trades.map(\.price.description) == ["49.73", "49.740"])
    #expect(trades.map(\.quantity.description) == ["0.001", "1.20"])
    // The buyer made the first: the seller was the taker.
    #expect(trades.map(\.aggressor) == [.sell, .buy])
    #expect(trades[1].exchangeTime == Self.time(1_602_819_698_389))
    #expect(throws: ExchangeError.self) {
      try inquiry.read([reply(#"[{"T":1,"a":1,"p":"1","q":"1","m":"true"}]"#)])
    }
  }

  // MARK: Candles

  @Test func candlesAreAskedAsDocumented() throws {
    let whole = try #require(binance.candles(query("1M", start: 1000, end: 2000, limit: 1500)))
    #expect(
      whole.requests == [
        UpstreamRequest(
          target: "/fapi/v1/klines?symbol=BTCUSDT&interval=1M&startTime=1000&endTime=2000&limit=1500", weight: 10)
      ])
    let latest = try #require(binance.candles(query("1m", limit: 99)))
    #expect(latest.requests.map(\.target) == ["/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=99"])
  }

  @Test func aSymbolOfAnotherScriptIsPercentEncoded() throws {
    let other = BinanceTests.instrument("币安人生USDT")
    let inquiry = try #require(binance.candles(query("1m", limit: 1, of: other)))
    // Python: urllib.parse.quote('币安人生USDT')
    #expect(
      inquiry.requests[0].target
        == "/fapi/v1/klines?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&interval=1m&limit=1")
  }

  @Test func anIntervalTheExchangeLacksIsNotAsked() {
    for text in ["1s", "2m", "3h", "2d", "3M"] { #expect(binance.candles(query(text)) == nil) }
    #expect(binance.candles(query(nil)) == nil)
  }

  @Test func recordedCandlesKeepTheirDigits() throws {
    let inquiry = try #require(binance.candles(query("1d")))
    let candles = try inquiry.read([try fixture("klines_4")])
    let expected = Self.rows(try Fixture.text("Binance/rest/klines_4.json"))
    #expect(candles.count == 6 && expected.count == 6)
    for (candle, row) in zip(candles, expected) {
      #expect(
        [candle.open, candle.high, candle.low, candle.close, candle.baseVolume].map(\.description) == Array(row[1...5]))
      #expect(candle.quoteVolume?.description == row[7])
      #expect(candle.tradesCount.map(String.init) == row[8])
      #expect(String(candle.openTime.milliseconds) == row[0])
      #expect(candle.interval.description == "1d" && candle.instrument == bitcoin && candle.isClosed)
    }
  }

  @Test func onlyACandleThatEndedBeforeTheQuestionIsClosed() throws {
    let inquiry = try #require(binance.candles(query("1d")))
    // The last row ends at 1673049599999, the one before at 1672963199999.
    for (askTime, closed) in [(1_673_049_599_999, 5), (1_673_049_600_000, 6), (1_672_963_199_999, 4)] as [(Int64, Int)]
    {
      let candles = try inquiry.read([try fixture("klines_4", askTime: Self.time(askTime))])
      #expect(candles.filter(\.isClosed).count == closed)
      #expect(candles.allSatisfy { $0.receiveTime == Self.time(askTime) })
    }
    let within = Timestamp(microseconds: 1_673_049_599_999_999)
    #expect(try inquiry.read([try fixture("klines_4", askTime: within)]).filter(\.isClosed).count == 5)
  }

  @Test(arguments: [
    "", "{}", "null", "[", "[[]]", "[1]", #"[["0","1","1","1","1","1",1,"1",1]"#,
    #"[[-1,"1","1","1","1","1",1,"1",1]]"#,
    #"[[0,"x","1","1","1","1",1,"1",1]]"#, #"[[0,"1","1","1","1","1",1,"1","1"]]"#, #"[[0,"1","1","1","1","1",1,"1"]]"#,
    #"[[0,"1","1","1","1","1",1,"1",1]] x"#,
  ])
  func aWrongListOfCandlesIsMalformed(body: String) throws {
    let inquiry = try #require(binance.candles(query("1m")))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func anEmptyListOfCandlesIsOne() throws {
    #expect(try #require(binance.candles(query("1m"))).read([reply("[]")]).isEmpty)
  }

  // MARK: Open interest

  @Test func openInterestIsAskedWithTheMarkPrice() throws {
    let inquiry = try #require(binance.openInterest(of: bitcoin))
    #expect(
      inquiry.requests.map(\.target) == [
        "/fapi/v1/openInterest?symbol=BTCUSDT", "/fapi/v1/premiumIndex?symbol=BTCUSDT",
      ])
    #expect(inquiry.requests.map(\.weight) == [1, 1])
    #expect(inquiry.required == 1)
  }

  @Test func openInterestIsWorthItsExactProductWithTheMarkPrice() throws {
    let inquiry = try #require(binance.openInterest(of: bitcoin))
    let answer = try inquiry.read([try fixture("openInterest_1"), try fixture("premiumIndex_1")])
    #expect(answer.quantity.description == "83782.317")
    #expect(answer.exchangeTime == Self.time(1_702_244_985_273))
    // Python: Decimal('83782.317') * Decimal('26780.82240476')
    #expect(answer.notional?.description == "2243759352.23630462892")
  }

  @Test func withoutAMarkPriceThereIsNoWorth() throws {
    let inquiry = try #require(binance.openInterest(of: bitcoin))
    for price in [UpstreamReply.missing(askTime: .epoch), reply("{}"), reply(#"{"markPrice":""}"#), reply("<html>")] {
      let answer = try inquiry.read([try fixture("openInterest_1"), price])
      #expect(answer.quantity.description == "83782.317" && answer.notional == nil)
    }
    let huge = #"{"openInterest":"99999999999999999999999999999999999999","time":1}"#
    #expect(try inquiry.read([reply(huge), reply(#"{"markPrice":"11"}"#)]).notional == nil)
  }

  @Test(arguments: ["", "[]", "{}", #"{"openInterest":"1"}"#, #"{"openInterest":"","time":1}"#, #"{"time":1}"#])
  func wrongOpenInterestIsMalformed(body: String) throws {
    let inquiry = try #require(binance.openInterest(of: bitcoin))
    #expect { try inquiry.read([reply(body), reply("{}")]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func openInterestHistoryIsAskedInRangesOfOnePage() throws {
    func target(_ query: HistoryQuery) -> String? { binance.openInterestHistory(query)?.requests.first?.target }
    let path = "/futures/data/openInterestHist?symbol=BTCUSDT&period=5m"
    #expect(target(query("5m", limit: 30)) == path + "&limit=30")
    #expect(target(query("5m", end: 900_000, limit: 30)) == path + "&endTime=900000&limit=30")
    #expect(target(query("5m", start: 600_000, limit: 2)) == path + "&startTime=600000&endTime=900000&limit=2")
    #expect(
      target(query("5m", start: 600_000, end: 700_000, limit: 2)) == path + "&startTime=600000&endTime=700000&limit=2")
    #expect(target(query("5m", start: 0, limit: 1)) == path + "&startTime=0&endTime=0&limit=1")
    #expect(binance.openInterestHistory(query("1m")) == nil)
    #expect(binance.openInterestHistory(query(nil)) == nil)
  }

  @Test func statisticsAndFundingSpendBudgetsOfTheirOwn() throws {
    let statistics = try #require(binance.openInterestHistory(query("5m"))?.requests.first?.budget)
    #expect(statistics.weightPerWindow == 1000 && statistics.windowMilliseconds == 300_000)
    let funding = try #require(binance.fundingHistory(query(nil))?.requests.first?.budget)
    #expect(funding.weightPerWindow == 500 && funding.windowMilliseconds == 300_000)
    #expect(binance.instruments().requests.last?.budget == funding)
    #expect(binance.candles(query("1m"))?.requests.first?.budget == nil)
  }

  @Test func recordedOpenInterestHistoryKeepsItsDigits() throws {
    let inquiry = try #require(binance.openInterestHistory(query("1d")))
    let rows = try inquiry.read([try fixture("openInterestHist_1")])
    #expect(rows.count == 10)
    #expect(rows.first?.quantity.description == "286060.67400000")
    #expect(rows.first?.notional?.description == "13151177.54493120")
    #expect(rows.first?.exchangeTime == Self.time(1_602_028_800_000))
    #expect(rows.last?.quantity.description == "378181.60200000")
    #expect(rows.map(\.exchangeTime) == rows.map(\.exchangeTime).sorted())
    let documented = try inquiry.read([try fixture("doc_openInterestStatistics")])
    #expect(documented.map(\.quantity.description) == ["20403.12345678"])
    let bare = try inquiry.read([reply(#"[{"sumOpenInterest":"1","timestamp":5}]"#)])
    #expect(bare.first?.notional == nil)
  }

  // MARK: Funding

  @Test func theCurrentRateIsTheEstimateForTheNextSettlement() throws {
    let hourly = BinanceTests.instrument("BTCUSDT", fundingHours: 4)
    let inquiry = try #require(binance.fundingRate(of: hourly))
    #expect(inquiry.requests == [UpstreamRequest(target: "/fapi/v1/premiumIndex?symbol=BTCUSDT", weight: 1)])
    let rate = try inquiry.read([try fixture("premiumIndex_1")])
    #expect(rate.rate.description == "0.00001226")
    #expect(rate.exchangeTime == Self.time(1_687_244_112_000))
    #expect(rate.settlementTime == Self.time(1_687_248_000_000))
    #expect(rate.intervalHours == 4)
  }

  @Test func contractsWithAnEndHaveNoFunding() {
    #expect(binance.fundingRate(of: quarterly) == nil)
    #expect(binance.fundingHistory(query(nil, of: quarterly)) == nil)
  }

  @Test(arguments: [
    "[]", "{}", #"{"lastFundingRate":"","nextFundingTime":1,"time":1}"#, #"{"lastFundingRate":"1","time":1}"#,
    #"{"lastFundingRate":"1","nextFundingTime":1}"#,
  ])
  func aWrongRateIsMalformed(body: String) throws {
    let inquiry = try #require(binance.fundingRate(of: bitcoin))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func settlementsAreAskedAsDocumented() throws {
    func target(_ query: HistoryQuery) -> String? { binance.fundingHistory(query)?.requests.first?.target }
    #expect(target(query(nil, limit: 100)) == "/fapi/v1/fundingRate?symbol=BTCUSDT&limit=100")
    #expect(
      target(query(nil, start: 3_600_001, end: 9_000_000, limit: 1000))
        == "/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=3610001&endTime=9000000&limit=1000")
    // A settlement of this hour is stamped some milliseconds after it.
    #expect(
      target(query(nil, end: 28_800_000, limit: 1))
        == "/fapi/v1/fundingRate?symbol=BTCUSDT&endTime=28810000&limit=1")
  }

  @Test func recordedSettlementsStandOnTheirHour() throws {
    let inquiry = try #require(binance.fundingHistory(query(nil)))
    let rows = try inquiry.read([try fixture("fundingRate_4")])
    #expect(rows.map(\.rate.description).prefix(4) == ["-0.00012359", "-0.00012383", "-0.00009664", "0.00003662"])
    // The fourth was stamped 1577923200002.
    #expect(rows.map(\.settlementTime.milliseconds).prefix(4).last == 1_577_923_200_000)
    #expect(rows.map(\.settlementTime.milliseconds).last == 1_577_980_800_000)
    #expect(rows.allSatisfy { $0.exchangeTime == $0.settlementTime && $0.intervalHours == nil })
    #expect(try inquiry.read([try fixture("doc_getFundingRateHistory")]).map(\.rate.description) == ["-0.03750000"])
    #expect(try inquiry.read([try fixture("fundingRate_1")]).first?.settlementTime == Self.time(1_602_806_400_000))
  }
}
