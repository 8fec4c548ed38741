import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct OkxHistoryTests {
  let okx = Okx()
  let bitcoin = OkxTests.instrument("BTC-USDT-SWAP")

  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  func reply(_ body: String) -> UpstreamReply {
    UpstreamReply(status: 200, body: Array(body.utf8), askTime: .latest)
  }

  func fixture(_ name: String) throws -> UpstreamReply { reply(try Fixture.text("Okx/rest/\(name).json")) }

  func data(_ rows: String) -> String { #"{"code":"0","msg":"","data":[\#(rows)]}"# }

  func query(
    _ interval: String?, start: Int64? = nil, end: Int64? = nil, limit: Int = 100, now: Int64 = 1_000_000_000_000
  ) -> HistoryQuery {
    HistoryQuery(
      instrument: bitcoin, interval: interval.flatMap { Interval($0) }, start: start.map(Self.time),
      end: end.map(Self.time), limit: limit, now: Self.time(now))
  }

  // MARK: Candles

  @Test func boundsAreSentAsTheNeighboursThatLieOutside() {
    func target(_ query: HistoryQuery) -> String? { okx.candles(query)?.requests.first?.target }
    let path = "/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=5m"
    #expect(target(query("5m", limit: 100)) == path + "&limit=100")
    // 600000 + 299 * 300000: the newest of 300 bars from ten minutes on.
    #expect(
      target(query("5m", start: 600_000, limit: 2, now: 90_300_000)) == path + "&after=900001&before=599999&limit=2")
    #expect(
      target(query("5m", end: 900_000, limit: 2, now: 90_300_000)) == path + "&after=900001&before=599999&limit=2")
    #expect(
      target(query("5m", start: 0, limit: 1, now: 90_300_000))
        == "/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=5m&after=1&before=0&limit=1")
    #expect(
      target(query("1d", limit: 1)) == "/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1Dutc&limit=1")
  }

  @Test func whatBeginsBeforeTheNewest1440BarsIsHadElsewhere() {
    // The bar of now opens at 1440 * 60000; the oldest of 1440 at 60000.
    let now: Int64 = 1440 * 60_000 + 30_000
    for (start, path) in [(120_000, "candles"), (60_000, "history-candles"), (0, "history-candles")]
      as [(Int64, String)]
    {
      let request = okx.candles(query("1m", start: start, limit: 10, now: now))?.requests.first
      #expect(request?.target.hasPrefix("/api/v5/market/\(path)?") == true)
      // Of 40 and 20 in two seconds: three of our seconds lie in two of the exchange's at most.
      #expect(request?.budget?.weightPerWindow == (path == "candles" ? 13 : 6))
      #expect(request?.budget?.windowMilliseconds == 1000)
    }
  }

  @Test func anIntervalTheExchangeLacksIsNotAsked() {
    for text in ["1s", "8h", "3d", "3M"] { #expect(okx.candles(query(text)) == nil) }
    #expect(okx.candles(query(nil)) == nil)
    #expect(okx.openInterestHistory(query("5m")) == nil)
  }

  @Test func recordedCandlesAreInBaseUnitsAndTurnedRound() throws {
    let candles = try #require(okx.candles(query("1h"))).read([try fixture("candles_1H_swap_2026-08")])
    #expect(candles.map(\.openTime.milliseconds) == [1_786_816_800_000, 1_786_820_400_000])
    #expect(candles.map(\.open.description) == ["63045.5", "63028"])
    #expect(candles.map(\.high.description) == ["63081.5", "63032.2"])
    #expect(candles.map(\.low.description) == ["63013.7", "63028"])
    #expect(candles.map(\.close.description) == ["63028", "63032.2"])
    #expect(candles.map(\.baseVolume.description) == ["321.0118", "8.618"])
    #expect(candles.map(\.quoteVolume?.description) == ["20234523.14448", "543180.43308"])
    #expect(candles.map(\.isClosed) == [true, false])
    #expect(candles.allSatisfy { $0.tradesCount == nil && $0.interval.description == "1h" })
    #expect(try #require(okx.candles(query("1m"))).read([try fixture("candlesticks_full_nt")]).count == 2)
    #expect(try #require(okx.candles(query("1m"))).read([reply(data(""))]).isEmpty)
  }

  @Test func aFlagIsBelievedOnlyOfACandleWhoseEndHasPassed() throws {
    let inquiry = try #require(okx.candles(query("1h")))
    let body = data(#"["3600000","1","1","1","1","1","1","1","1"]"#)
    for (askTime, isClosed) in [(7_199_999, false), (7_200_000, true)] as [(Int64, Bool)] {
      let reply = UpstreamReply(status: 200, body: Array(body.utf8), askTime: Self.time(askTime))
      #expect(try inquiry.read([reply]).map(\.isClosed) == [isClosed])
    }
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"data":{}}"#, #"{"data":[["0","1","1","1","1","1","1","1"]]}"#, #"{"data":[{}]}"#,
    #"{"data":[["x","1","1","1","1","1","1","1","1"]]}"#, #"{"data":[["0","1","1","1","1","1","","1","1"]]}"#,
    #"{"code":"51000","msg":"Parameter bar error"}"#,
  ])
  func aWrongListOfCandlesIsMalformed(body: String) throws {
    let inquiry = try #require(okx.candles(query("1m")))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  // MARK: Open interest

  @Test func openInterestIsAskedWithTheMarkPrice() throws {
    let inquiry = try #require(okx.openInterest(of: bitcoin))
    #expect(
      inquiry.requests.map(\.target) == [
        "/api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP",
        "/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP",
      ])
    #expect(inquiry.required == 1)
  }

  @Test func contractsBecomeBaseUnits() throws {
    let inquiry = try #require(okx.openInterest(of: bitcoin))
    let price = data(#"{"markPx":"63027.8","ts":"1786820650000"}"#)
    let answer = try inquiry.read([try fixture("open_interest_2026-08"), reply(price)])
    // Python: Decimal('3384273.06000001729') * Decimal('0.01'), and that times Decimal('63027.8')
    #expect(answer.quantity.description == "33842.7306000001729")
    #expect(answer.notional?.description == "2133032855.71069089750662")
    #expect(answer.exchangeTime == Self.time(1_786_820_650_933))
    let given = data(#"{"oi":"5","oiCcy":"0.050","ts":"1"}"#)
    #expect(try inquiry.read([reply(given), .missing(askTime: .epoch)]).quantity.description == "0.050")
  }

  @Test(arguments: [(-10_001, false), (-10_000, true), (10_000, true), (10_001, false)] as [(Int64, Bool)])
  func theMarkPriceCountsWithinTenSeconds(distance: Int64, isValued: Bool) throws {
    let inquiry = try #require(okx.openInterest(of: bitcoin))
    let answer = try inquiry.read([
      reply(data(#"{"oiCcy":"2","ts":"1700000000000"}"#)),
      reply(data(#"{"markPx":"2.50","ts":"\#(1_700_000_000_000 + distance)"}"#)),
    ])
    #expect(answer.notional?.description == (isValued ? "5" : nil))
  }

  @Test(arguments: ["", "{}", #"{"data":[{}]}"#, #"{"data":[{"oi":"","ts":"1"}]}"#, #"{"data":[{"oi":"1"}]}"#])
  func wrongOpenInterestIsMalformed(body: String) throws {
    let inquiry = try #require(okx.openInterest(of: bitcoin))
    #expect { try inquiry.read([reply(body), reply("{}")]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    #expect(throws: ExchangeError.unsupported) { try inquiry.read([reply(data("")), reply("{}")]) }
  }

  // MARK: Funding

  @Test func theCurrentRateSettlesAtItsFundingTime() throws {
    let inquiry = try #require(okx.fundingRate(of: bitcoin))
    #expect(inquiry.requests.map(\.target) == ["/api/v5/public/funding-rate?instId=BTC-USDT-SWAP"])
    // The row of the recorded frame of the channel of the same name.
    let frame = try #require(
      try Fixture.lines("Okx/ws/public_nt.jsonl").first { $0.contains(#""channel":"funding-rate""#) })
    let row = try #require(frame.firstRange(of: #""data":["#))
    let rate = try inquiry.read([reply(data(String(frame[row.upperBound...].dropLast(2))))])
    #expect(rate.rate.description == "0.0001")
    #expect(rate.exchangeTime == Self.time(1_744_590_349_506))
    #expect(rate.settlementTime == Self.time(1_744_590_349_506))
    #expect(rate.intervalHours == 8)
  }

  @Test(arguments: [("", nil), ("7200000", 1), ("5400000", nil), ("3600000", nil), ("0", nil)] as [(String, Int?)])
  func theIntervalIsTheDistanceOfTheNextTwoSettlements(next: String, hours: Int?) throws {
    let inquiry = try #require(okx.fundingRate(of: bitcoin))
    let row = #"{"fundingRate":"0.0001","fundingTime":"3600000","nextFundingTime":"\#(next)","ts":"1"}"#
    #expect(try inquiry.read([reply(data(row))]).intervalHours == hours)
  }

  @Test func aRateThatIsNotThereIsNoneOrMalformed() throws {
    let inquiry = try #require(okx.fundingRate(of: bitcoin))
    #expect(throws: ExchangeError.unsupported) { try inquiry.read([reply(data(""))]) }
    for row in ["{}", #"{"fundingRate":"","fundingTime":"1","ts":"1"}"#, #"{"fundingRate":"1","ts":"1"}"#] {
      #expect { try inquiry.read([reply(data(row))]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }

  @Test func settlementsAreFollowedBackToTheStart() throws {
    let path = "/api/v5/public/funding-rate-history?instId=BTC-USDT-SWAP"
    func target(_ query: HistoryQuery) -> String? { okx.fundingHistory(query)?.requests.first?.target }
    #expect(target(query(nil, limit: 7)) == path + "&limit=7")
    #expect(target(query(nil, end: 28_800_000, limit: 7)) == path + "&after=28810001&limit=7")
    let inquiry = try #require(okx.fundingHistory(query(nil, start: 3_600_000, end: 28_800_000, limit: 7)))
    #expect(inquiry.requests.first?.target == path + "&after=28810001&limit=100")
    let next = try #require(inquiry.next)
    func page(_ oldest: Int64, count: Int64 = 100) -> UpstreamReply {
      reply(data((0..<count).reversed().map { #"{"fundingTime":"\#(oldest + $0)"}"# }.joined(separator: ",")))
    }
    #expect(next(page(3_600_001))?.target == path + "&after=3600001&limit=100")
    #expect(next(page(3_600_000)) == nil && next(page(9_000_000, count: 99)) == nil && next(reply("{}")) == nil)
    let bare = try #require(okx.fundingHistory(query(nil, limit: 100))?.next)
    #expect(bare(page(9_000_000)) == nil)
  }

  @Test func recordedSettlementsArePaidRatesAscending() throws {
    let inquiry = try #require(okx.fundingHistory(query(nil)))
    let rows = try inquiry.read([try fixture("funding_rate_history_nt")])
    #expect(rows.map(\.rate.description) == ["-0.00002", "0.00015"])
    #expect(rows.map(\.settlementTime.milliseconds) == [1_704_038_400_000, 1_704_067_200_000])
    let bare = data(#"{"fundingRate":"0.0001","fundingTime":"3600004"}"#)
    #expect(try inquiry.read([reply(bare)]).map(\.rate.description) == ["0.0001"])
    for body in ["", "{}", data(#"{"fundingRate":"1"}"#), data(#"{"fundingTime":"1"}"#)] {
      #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }
}
