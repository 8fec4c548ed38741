import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BybitHistoryTests {
  let bybit = Bybit()
  let bitcoin = BybitTests.instrument("BTCUSDT")
  let dated = BybitTests.instrument("BTCUSDT-25DEC26", kind: .future, fundingHours: nil)

  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  func reply(_ body: String, askTime: Timestamp = .latest) -> UpstreamReply {
    UpstreamReply(status: 200, body: Array(body.utf8), askTime: askTime)
  }

  func fixture(_ name: String, askTime: Timestamp = .latest) throws -> UpstreamReply {
    reply(try Fixture.text("Bybit/rest/\(name).json"), askTime: askTime)
  }

  func list(_ rows: String, time: Int64 = 1) -> String {
    #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[\#(rows)]},"retExtInfo":{},"time":\#(time)}"#
  }

  func query(
    _ interval: String?, start: Int64? = nil, end: Int64? = nil, limit: Int = 500, of instrument: Instrument? = nil
  ) -> HistoryQuery {
    HistoryQuery(
      instrument: instrument ?? bitcoin, interval: interval.flatMap { Interval($0) }, start: start.map(Self.time),
      end: end.map(Self.time), limit: limit)
  }

  /// The rows of an array of arrays within a text, as texts without quotes.
  static func rows(_ text: String) -> [[String]] {
    guard let start = text.firstRange(of: #""list":["#) else { return [] }
    return text[start.upperBound...].prefix { $0 != "}" }.split(separator: "],[").map { row in
      row.split(separator: ",").map { String($0.filter { !"[]\"".contains($0) }) }
    }
  }

  // MARK: Candles

  @Test func candlesAreAskedInWindowsOfOnePageOrAsTheNewest() {
    func target(_ query: HistoryQuery) -> String? { bybit.candles(query)?.requests.first?.target }
    let path = "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=5"
    #expect(target(query("5m", limit: 1000)) == path + "&limit=1000")
    #expect(target(query("5m", start: 600_000, limit: 3)) == path + "&start=600000&end=1200000&limit=3")
    #expect(target(query("5m", start: 600_001, limit: 3)) == path + "&start=900000&end=1500000&limit=3")
    #expect(
      target(query("5m", start: 600_000, end: 700_000, limit: 3)) == path + "&start=600000&end=700000&limit=3")
    #expect(target(query("5m", end: 1_200_000, limit: 3)) == path + "&start=600000&end=1200000&limit=3")
    let listed = BybitTests.instrument("BTCUSDT", listed: 700_000)
    #expect(target(query("5m", start: 0, limit: 2, of: listed)) == path + "&start=600000&end=900000&limit=2")
    #expect(
      target(query("1M", start: 0, limit: 1)) == "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=M"
        + "&start=0&end=0&limit=1")
    #expect(bybit.candles(query("1m"))?.requests.map(\.weight) == [1])
  }

  @Test func anIntervalTheExchangeLacksIsNotAsked() {
    for text in ["1s", "2m", "3h", "8h", "2d", "3d", "3M"] { #expect(bybit.candles(query(text)) == nil) }
    #expect(bybit.candles(query(nil)) == nil)
  }

  @Test(arguments: [("kline_linear_1_2023-06", "1m", 5), ("kline_linear_60_2026-08", "1h", 2)])
  func recordedCandlesKeepTheirDigitsAndAreTurnedRound(file: String, interval: String, count: Int) throws {
    let inquiry = try #require(bybit.candles(query(interval)))
    let candles = try inquiry.read([try fixture(file)])
    let expected = Array(Self.rows(try Fixture.text("Bybit/rest/\(file).json")).reversed())
    #expect(candles.count == count && expected.count == count)
    for (candle, row) in zip(candles, expected) {
      #expect(String(candle.openTime.milliseconds) == row[0])
      #expect(
        [candle.open, candle.high, candle.low, candle.close, candle.baseVolume].map(\.description) == Array(row[1...5]))
      #expect(candle.quoteVolume?.description == row[6])
      #expect(candle.tradesCount == nil)
      #expect(candle.interval.description == interval && candle.instrument == bitcoin)
    }
    #expect(candles.map(\.openTime) == candles.map(\.openTime).sorted())
  }

  @Test func theDocumentedExampleIsRead() throws {
    let candles = try #require(bybit.candles(query("1h"))).read([try fixture("doc_kline")])
    #expect(candles.map(\.close.description) == ["17071.5", "17071", "17055.5"])
    #expect(candles.map(\.openTime.milliseconds) == [1_670_601_600_000, 1_670_605_200_000, 1_670_608_800_000])
  }

  @Test func onlyACandleThatEndedBeforeTheQuestionIsClosed() throws {
    let inquiry = try #require(bybit.candles(query("1m")))
    // The newest row opens at 1687589640000; the answer was made 19 s later.
    for (askTime, closed) in [
      (1_687_589_659_062, 4), (1_687_589_699_999, 4), (1_687_589_700_000, 5), (1_687_589_639_999, 3),
    ] as [(Int64, Int)] {
      let candles = try inquiry.read([try fixture("kline_linear_1_2023-06", askTime: Self.time(askTime))])
      #expect(candles.filter(\.isClosed).count == closed)
      #expect(candles.allSatisfy { $0.receiveTime == Self.time(askTime) })
    }
  }

  @Test(arguments: [
    "", "{}", "null", "[]", #"{"result":null}"#, #"{"result":{}}"#, #"{"result":{"list":{}}}"#,
    #"{"result":{"list":[[]]}}"#, #"{"result":{"list":[["0","1","1","1","1","1"]]}}"#,
    #"{"result":{"list":[["x","1","1","1","1","1","1"]]}}"#, #"{"result":{"list":[["0","1","1","1","1","1",""]]}}"#,
    #"{"result":{"list":[["0","1","1",null,"1","1","1"]]}}"#, #"{"result":{"list":[[-1,"1","1","1","1","1","1"]]}}"#,
    #"{"result":{"list":[{"start":0}]}}"#, #"{"result":{"list":[]}} x"#,
    #"{"retCode":10001,"retMsg":"params error","result":{},"retExtInfo":{},"time":1}"#,
  ])
  func aWrongListOfCandlesIsMalformed(body: String) throws {
    let inquiry = try #require(bybit.candles(query("1m")))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func everyTruncationOfRecordedCandlesIsMalformed() throws {
    let body = Array(try Fixture.text("Bybit/rest/kline_linear_1_2023-06.json").utf8.dropLast())
    let inquiry = try #require(bybit.candles(query("1m")))
    for length in body.indices {
      let cut = UpstreamReply(status: 200, body: Array(body[..<length]), askTime: .latest)
      #expect { try inquiry.read([cut]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }

  @Test func anEmptyListIsOne() throws {
    #expect(try #require(bybit.candles(query("1m"))).read([reply(list(""))]).isEmpty)
    #expect(try #require(bybit.openInterestHistory(query("5m"))).read([reply(list(""))]).isEmpty)
    #expect(try #require(bybit.fundingHistory(query(nil))).read([reply(list(""))]).isEmpty)
  }

  @Test func columnsAndMembersOfTheFutureAreSkipped() throws {
    let body =
      #"{"new":[{}],"result":{"new":{"list":1},"list":[["0","1","1","1","1","1","2","new",{}]]},"retCode":0}"#
    #expect(try #require(bybit.candles(query("1m"))).read([reply(body)]).count == 1)
  }

  // MARK: Open interest

  @Test func openInterestIsTheNewestSampleAskedWithTheTicker() throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    #expect(
      inquiry.requests.map(\.target) == [
        "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min&limit=1",
        "/v5/market/tickers?category=linear&symbol=BTCUSDT",
      ])
    #expect(inquiry.required == 1)
  }

  @Test func withoutTheFieldOfOneSideItIsExactlyHalf() throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    let price = list(#"{"symbol":"BTCUSDT","markPrice":"63027.8"}"#, time: 1_786_820_639_447)
    let answer = try inquiry.read([try fixture("open_interest_2026-08"), reply(price)])
    // Python: Decimal('64992.05400000') / 2, and that times Decimal('63027.8')
    #expect(answer.quantity.description == "32496.027")
    #expect(answer.notional?.description == "2048153090.5506")
    #expect(answer.exchangeTime == Self.time(1_786_820_400_000))
  }

  @Test func theFieldOfOneSideIsTakenWhereItIs() throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    let answer = try inquiry.read([try fixture("doc_open-interest"), try fixture("doc_tickers_1")])
    #expect(answer.quantity.description == "31955346")
    // The two documented examples are of different years: no mark price of that moment.
    #expect(answer.notional == nil)
    let odd = list(#"{"openInterest":"3","singleOpenInterest":"","timestamp":"1"}"#)
    #expect(try inquiry.read([reply(odd), .missing(askTime: .epoch)]).quantity.description == "1.5")
  }

  @Test(arguments: [(-10_001, false), (-10_000, true), (0, true), (10_000, true), (10_001, false)] as [(Int64, Bool)])
  func theMarkPriceCountsWithinTenSecondsOfTheSample(distance: Int64, isValued: Bool) throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    let sample = list(#"{"openInterest":"4","timestamp":"1700000000000"}"#, time: 1_700_000_100_000)
    let price = list(#"{"markPrice":"2.50"}"#, time: 1_700_000_100_000 + distance)
    #expect(try inquiry.read([reply(sample), reply(price)]).notional?.description == (isValued ? "5" : nil))
  }

  @Test func withoutAMarkPriceThereIsNoWorth() throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    for price in [
      .missing(askTime: .epoch), reply("{}"), reply(list("")), reply(list(#"{"markPrice":""}"#)), reply("<html>"),
    ] as [UpstreamReply] {
      let answer = try inquiry.read([reply(list(#"{"openInterest":"4","timestamp":"5"}"#)), price])
      #expect(answer.quantity.description == "2" && answer.notional == nil)
    }
    let huge = list(#"{"singleOpenInterest":"99999999999999999999999999999999999999","timestamp":"5"}"#)
    #expect(try inquiry.read([reply(huge), reply(list(#"{"markPrice":"11"}"#))]).notional == nil)
  }

  @Test func withoutAnySampleThereIsNoSuchData() throws {
    let inquiry = try #require(bybit.openInterest(of: bitcoin))
    #expect(throws: ExchangeError.unsupported) { try inquiry.read([reply(list("")), reply(list(""))]) }
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"result":{}}"#, #"{"result":{"list":[{}]}}"#, #"{"result":{"list":[{"openInterest":"1"}]}}"#,
    #"{"result":{"list":[{"openInterest":"","timestamp":"1"}]}}"#, #"{"result":{"list":[{"timestamp":"1"}]}}"#,
    #"{"result":{"list":[{"openInterest":"1","timestamp":"x"}]}}"#,
    #"{"result":{"list":[{"openInterest":"1","singleOpenInterest":"x","timestamp":"1"}]}}"#,
    #"{"result":{"list":[{"openInterest":"0.00000000000000000000000000000000000001","timestamp":"1"}]}}"#,
  ])
  func wrongOpenInterestIsMalformed(body: String) throws {
    let now = try #require(bybit.openInterest(of: bitcoin))
    #expect { try now.read([reply(body), reply("{}")]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    let past = try #require(bybit.openInterestHistory(query("5m")))
    #expect { try past.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func openInterestHistoryIsAskedInWindowsOfOnePage() {
    func target(_ query: HistoryQuery) -> String? { bybit.openInterestHistory(query)?.requests.first?.target }
    let path = "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min"
    #expect(target(query("5m", limit: 30)) == path + "&limit=30")
    #expect(target(query("5m", end: 900_000, limit: 2)) == path + "&startTime=600000&endTime=900000&limit=2")
    #expect(target(query("5m", start: 600_000, limit: 2)) == path + "&startTime=600000&endTime=900000&limit=2")
    #expect(target(query("1d", limit: 1))?.contains("intervalTime=1d") == true)
    for text in ["1m", "2h", "6h", "12h"] { #expect(bybit.openInterestHistory(query(text)) == nil) }
    #expect(bybit.openInterestHistory(query(nil)) == nil)
  }

  @Test func recordedOpenInterestHistoryIsHalvedAndTurnedRound() throws {
    let inquiry = try #require(bybit.openInterestHistory(query("1h")))
    let rows = try inquiry.read([try fixture("open_interest_2026-08")])
    // Python: Decimal('65041.56800000') / 2
    #expect(rows.map(\.quantity.description) == ["32520.784", "32496.027"])
    #expect(rows.map(\.exchangeTime.milliseconds) == [1_786_816_800_000, 1_786_820_400_000])
    #expect(rows.allSatisfy { $0.notional == nil })
    let documented = try inquiry.read([try fixture("doc_open-interest")])
    #expect(
      documented.map(\.quantity.description) == ["31971156", "31971156", "31955346", "31955346", "31955346"])
  }

  // MARK: Funding

  @Test func theCurrentRateIsTheTickers() throws {
    let inquiry = try #require(bybit.fundingRate(of: BybitTests.instrument("BTCUSDT", fundingHours: 4)))
    #expect(
      inquiry.requests == [UpstreamRequest(target: "/v5/market/tickers?category=linear&symbol=BTCUSDT", weight: 1)])
    let rate = try inquiry.read([try fixture("doc_tickers_1")])
    #expect(rate.rate.description == "0.0001")
    #expect(rate.exchangeTime == Self.time(1_760_352_369_814))
    #expect(rate.settlementTime == Self.time(1_760_371_200_000))
    #expect(rate.intervalHours == 8)
    let bare = list(#"{"fundingRate":"0.0001","nextFundingTime":"3600000","fundingIntervalHour":""}"#)
    #expect(try inquiry.read([reply(bare)]).intervalHours == 4)
  }

  @Test func contractsWithAnEndHaveNoFunding() {
    #expect(bybit.fundingRate(of: dated) == nil)
    #expect(bybit.fundingHistory(query(nil, of: dated)) == nil)
  }

  @Test func aRateOfNoTickerIsNoSuchData() throws {
    let inquiry = try #require(bybit.fundingRate(of: bitcoin))
    #expect(throws: ExchangeError.unsupported) { try inquiry.read([reply(list(""))]) }
  }

  @Test(arguments: [
    "[]", "{}", #"{"result":{"list":[{}]},"time":1}"#,
    #"{"result":{"list":[{"fundingRate":"","nextFundingTime":"1"}]},"time":1}"#,
    #"{"result":{"list":[{"fundingRate":"1"}]},"time":1}"#,
    #"{"result":{"list":[{"fundingRate":"1","nextFundingTime":"1"}]}}"#,
  ])
  func aWrongRateIsMalformed(body: String) throws {
    let inquiry = try #require(bybit.fundingRate(of: bitcoin))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  static let funding = "/v5/market/funding/history?category=linear&symbol=BTCUSDT"

  @Test func aStartIsNeverSentAlone() {
    func target(_ query: HistoryQuery) -> String? { bybit.fundingHistory(query)?.requests.first?.target }
    #expect(target(query(nil, limit: 100)) == Self.funding + "&limit=100")
    // A settlement of this hour may be stamped some milliseconds after it.
    #expect(target(query(nil, end: 28_800_000, limit: 7)) == Self.funding + "&endTime=28810000&limit=7")
    // Three intervals of eight hours after the start hold three settlements at least.
    #expect(
      target(query(nil, start: 3_600_000, limit: 3)) == Self.funding + "&startTime=3600000&endTime=90000000&limit=200")
    #expect(
      target(query(nil, start: 3_600_000, end: 9_000_000, limit: 3))
        == Self.funding + "&startTime=3600000&endTime=9000000&limit=200")
  }

  @Test func fromTheListingOnThereIsRoomForALateFirstSettlement() {
    let listed = BybitTests.instrument("BTCUSDT", listed: 50_000_000)
    // 103 intervals: 50000000 + 103 * 28800000
    #expect(
      bybit.fundingHistory(query(nil, start: 0, limit: 3, of: listed))?.requests.first?.target
        == Self.funding + "&startTime=50000000&endTime=3016400000&limit=200")
    #expect(
      bybit.fundingHistory(query(nil, start: 0, end: 7_200_000, limit: 3, of: listed))?.requests.first?.target
        == Self.funding + "&startTime=7210000&endTime=7210000&limit=200")
  }

  /// A page of so many hourly settlements, the newest first.
  func page(newest: Int64, count: Int64) -> UpstreamReply {
    let rows = (0..<count).map {
      #"{"symbol":"BTCUSDT","fundingRate":"0.0001","fundingRateTimestamp":"\#(newest - $0 * 3_600_000)"}"#
    }
    return reply(list(rows.joined(separator: ",")))
  }

  @Test func aFullPageIsFollowedBackToTheStart() throws {
    let hour: Int64 = 3_600_000
    let inquiry = try #require(bybit.fundingHistory(query(nil, start: 1000 * hour, limit: 200)))
    let next = try #require(inquiry.next)
    let end = 1000 * hour + 1600 * hour
    #expect(inquiry.requests.first?.target == Self.funding + "&startTime=\(1000 * hour)&endTime=\(end)&limit=200")
    let first = page(newest: end, count: 200)
    let oldest = end - 199 * hour
    #expect(next(first)?.target == Self.funding + "&startTime=\(1000 * hour)&endTime=\(oldest - 1)&limit=200")
    // Not full, or nothing can lie before it: the last one.
    #expect(next(page(newest: end, count: 199)) == nil)
    #expect(next(page(newest: 1199 * hour, count: 200)) == nil)
    #expect(next(page(newest: 1200 * hour, count: 200)) != nil)
    for body in ["", "{}", list("")] { #expect(next(reply(body)) == nil) }
    let rows = try inquiry.read([first, page(newest: oldest - hour, count: 150)])
    #expect(rows.count == 350)
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $1.settlementTime.milliseconds(since: $0.settlementTime) == hour })
  }

  @Test func withoutAStartOnePageIsAll() throws {
    let inquiry = try #require(bybit.fundingHistory(query(nil, end: 9_000_000_000, limit: 200)))
    let next = try #require(inquiry.next)
    #expect(next(page(newest: 8_999_999_000_000, count: 200)) == nil)
  }

  @Test func recordedSettlementsAreAscending() throws {
    let inquiry = try #require(bybit.fundingHistory(query(nil)))
    let rows = try inquiry.read([try fixture("funding_history_2026-08")])
    #expect(rows.map(\.rate.description) == ["0.00004737", "0.00004403"])
    #expect(rows.map(\.settlementTime.milliseconds) == [1_786_780_800_000, 1_786_809_600_000])
    #expect(rows.allSatisfy { $0.exchangeTime == $0.settlementTime && $0.intervalHours == nil })
    #expect(try inquiry.read([try fixture("doc_history-fund-rate")]).map(\.rate.description) == ["0.0001"])
    let late = list(#"{"fundingRate":"0.0001","fundingRateTimestamp":"3600004"}"#)
    #expect(try inquiry.read([reply(late)]).map(\.settlementTime.milliseconds) == [3_600_000])
  }

  @Test(arguments: [
    "", "{}", #"{"result":{}}"#, #"{"result":{"list":[{"fundingRate":"1"}]}}"#,
    #"{"result":{"list":[{"fundingRate":"","fundingRateTimestamp":"1"}]}}"#,
    #"{"result":{"list":[{"fundingRateTimestamp":"1"}]}}"#,
  ])
  func wrongSettlementsAreMalformed(body: String) throws {
    let inquiry = try #require(bybit.fundingHistory(query(nil)))
    #expect { try inquiry.read([reply(body)]) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }
}
