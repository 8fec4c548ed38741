import Testing
import Wire

@testable import App

@Suite struct RecordedAnswerTests {
  private func reply(_ path: String, _ query: [String: String], now: Int64 = RecordingFixture.now) throws
    -> RecordedReply
  {
    try RecordingFixture.bundled.get().answer("GET", path, query: { query[$0] }, body: [], now: now)
  }

  private func column(_ index: Int, _ reply: RecordedReply) throws -> [Int64] {
    try #require(try JSONValue(parsing: reply.body).array).compactMap { $0[index]?.integer }
  }

  @Test func candlesAscendWithoutGapsAndTheLastMayBeOpen() throws {
    let opens = try column(0, try reply("/fapi/v1/klines", ["symbol": "BTCUSDT", "interval": "1m", "limit": "1500"]))
    #expect(opens.count == 1500)
    #expect(opens.last == RecordingFixture.now / 60_000 * 60_000)
    #expect(zip(opens, opens.dropFirst()).allSatisfy { $1 - $0 == 60_000 })
  }

  @Test func theUsualLimitIsTheRoutesOwn() throws {
    #expect(try column(0, try reply("/fapi/v1/klines", ["symbol": "BTCUSDT", "interval": "1h"])).count == 500)
    let history = try reply("/futures/data/openInterestHist", ["symbol": "BTCUSDT", "period": "5m"])
    #expect(try JSONValue(parsing: history.body).array?.count == 30)
  }

  @Test func historyBeginsAtTheListing() throws {
    let query = ["symbol": "BTCUSDT", "interval": "1M", "startTime": "0"]
    let opens = try column(0, try reply("/fapi/v1/klines", query))
    #expect(opens.first == 1_704_067_200_000)
    #expect(opens.count == 35)  // January 2024 … November 2026
  }

  @Test func openInterestIsKeptForThirtyDays() throws {
    let query = ["symbol": "BTCUSDT", "period": "1d", "startTime": "1704067200000", "limit": "500"]
    let rows = try #require(try JSONValue(parsing: try reply("/futures/data/openInterestHist", query).body).array)
    #expect(rows.count == 30)
    #expect(rows[0]["timestamp"]?.integer == 1_793_059_200_000)  // 2026-10-27
  }

  @Test func rowsOfEverySymbolAreGivenWhenNoneIsAsked() throws {
    let rows = try #require(try JSONValue(parsing: try reply("/fapi/v1/fundingRate", ["limit": "7"]).body).array)
    #expect(rows.count == 7)
    let times = rows.compactMap { $0["fundingTime"]?.integer }
    #expect(times == times.sorted())
    #expect(Set(rows.compactMap { $0["symbol"]?.string }).count >= 5)
  }

  @Test func oneSymbolIsAnObjectAndAllAreAList() throws {
    let one = try JSONValue(parsing: try reply("/fapi/v1/premiumIndex", ["symbol": "CTKUSDT"]).body)
    #expect(one["symbol"]?.string == "CTKUSDT")
    #expect(try JSONValue(parsing: try reply("/fapi/v1/premiumIndex", [:]).body).array?.count == 6)
  }

  @Test(arguments: [
    (["symbol": "NONE", "interval": "1m"], 400, #"{"code":-1121,"msg":"Invalid symbol."}"#),
    (["symbol": "btcusdt", "interval": "1m"], 400, #"{"code":-1121,"msg":"Invalid symbol."}"#),
    (["symbol": "BTCUSDT", "interval": "7m"], 400, #"{"code":-1120,"msg":"Invalid interval."}"#),
    (
      ["symbol": "BTCUSDT", "interval": "1m", "limit": "1501"], 400,
      #"{"code":-1130,"msg":"Data sent for parameter 'limit' is not valid."}"#
    ),
    (
      ["symbol": "BTCUSDT", "interval": "1m", "limit": "0"], 400,
      #"{"code":-1130,"msg":"Data sent for parameter 'limit' is not valid."}"#
    ),
    (
      ["interval": "1m"], 400,
      #"{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}"#
    ),
    (
      ["symbol": "BTCUSDT", "interval": "1m", "startTime": "soon"], 400,
      #"{"code":-1100,"msg":"Illegal characters found in parameter 'startTime'; legal range is '^[0-9]{1,20}$'."}"#
    ),
    (["symbol": "BTCUSDT", "interval": "1m", "startTime": "2000", "endTime": "1000"], 200, "[]"),
  ])
  func wrongParametersGetTheExchangesErrors(query: [String: String], status: Int, body: String) throws {
    let reply = try reply("/fapi/v1/klines", query)
    #expect(reply.status == status)
    #expect(reply.body.recordedText == body)
  }

  @Test func aPeriodTheSeriesLacksIsRefusedThoughItIsAnInterval() throws {
    #expect(try reply("/futures/data/openInterestHist", ["symbol": "BTCUSDT", "period": "1w"]).status == 400)
  }

  @Test func anUnknownPathIsNotFound() throws {
    let reply = try reply("/fapi/v1/none", [:])
    #expect(reply.status == 404)
    #expect(reply.contentType == "text/html")
  }

  @Test(arguments: [(1, 1), (99, 1), (100, 2), (499, 2), (500, 5), (1000, 5), (1001, 10), (1500, 10)])
  func candlesCostByTheirLimit(limit: Int, weight: Int64) throws {
    #expect(
      try reply("/fapi/v1/klines", ["symbol": "BTCUSDT", "interval": "1d", "limit": "\(limit)"]).weight == weight)
  }

  @Test func allSymbolsCostMoreThanOne() throws {
    #expect(try reply("/fapi/v1/ticker/24hr", ["symbol": "BTCUSDT"]).weight == 1)
    #expect(try reply("/fapi/v1/ticker/24hr", [:]).weight == 40)
  }

  @Test func aBodyChoosesTheRouteWhereOnePathServesAll() throws {
    let recording = try RecordingFixture.other()
    func post(_ body: String) -> RecordedReply {
      recording.answer("POST", "/info", query: { _ in nil }, body: Array(body.utf8), now: 250_000)
    }
    // Of 60 s: 181.999, eight loops of 7 s with four raw trades each, and 238.000; then 241.000 … 248.000.
    let candles = post(#"{"type":"candles","req":{"coin":"A","interval":"60","count":2}}"#)
    #expect(candles.body.recordedText == #"{"list":[[240000,"12.5",6,0],[180000,"10.0",34,1]]}"#)
    #expect(post(#"{"type":"candles","req":{"interval":"60"}}"#).body.recordedText == #"{"wrong":"req.coin"}"#)
    #expect(post(#"{"type":"candles","req":{"coin":"A","interval":"1m"}}"#).status == 422)
    #expect(post(#"{"type":"none"}"#).status == 404)
    #expect(post("not JSON").status == 404)
    #expect(recording.answer("GET", "/info", query: { _ in nil }, body: [], now: 0).status == 404)
  }

  @Test func aListMayHoldTheOneAskedFor() throws {
    let recording = try RecordingFixture.other()
    let one = recording.answer("GET", "/one", query: { $0 == "coin" ? "B" : nil }, body: [], now: 250_000)
    #expect(one.body.recordedText == #"{"list":[{"c":"B","r":"0.6","then":"0.5","at":260000}]}"#)
    let all = recording.answer("POST", "/info", query: { _ in nil }, body: Array(#"{"type":"all"}"#.utf8), now: 250_000)
    #expect(try JSONValue(parsing: all.body)["list"]?.array?.count == 2)
  }
}
