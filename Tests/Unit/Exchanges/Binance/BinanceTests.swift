import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BinanceTests {
  let binance = Binance()

  static func instrument(
    _ symbol: String, kind: Instrument.Kind = .perpetual, fundingHours: Int? = 8
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID("binance"), symbol: symbol, base: String(symbol.dropLast(4)), quote: "USDT", kind: kind,
      status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: fundingHours)
  }

  // MARK: Declaration

  @Test func theFactsAreTheDocumentedOnes() {
    let facts = binance.declaration
    #expect(facts.id.name == "binance")
    #expect(facts.restAddress == "https://fapi.binance.com")
    #expect(facts.streamAddress == "wss://fstream.binance.com")
    #expect(facts.streamEndpoints.map(\.path) == ["/market/stream", "/public/stream"])
    #expect(facts.rest.weightPerWindow == 2400 && facts.rest.windowMilliseconds == 60_000)
    #expect(facts.rest.usedWeightHeader == "x-mbx-used-weight-1m")
    #expect(facts.rest.candlesPerPage == 1500)
    #expect(facts.rest.fundingRatesPerPage == 1000)
    #expect(facts.rest.openInterestPerPage == 500)
    #expect(facts.streams.topicsPerConnection == 1024)
    #expect(facts.streams.topicsPerMessage <= 200)
    #expect(facts.streams.messageSpacingMilliseconds >= 150)
    #expect(facts.streams.lifetimeMilliseconds == 86_400_000)
    #expect(facts.streams.ping == .frame(everyMilliseconds: 20_000))
    #expect(facts.capabilities.liquidationCoverage == .sampled)
    #expect(facts.capabilities.liquidationPrice == .average)
  }

  @Test func intervalsAndPeriodsAreTheExchanges() {
    let capabilities = binance.declaration.capabilities
    #expect(
      capabilities.intervals.map(\.description) == [
        "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
      ])
    #expect(
      capabilities.openInterestPeriods.map(\.description) == ["5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"])
  }

  @Test func everyFeatureIsOffered() {
    for (name, feature) in Capabilities.Features.named {
      #expect(binance.declaration.capabilities.features.contains(feature), "\(name)")
    }
  }

  @Test func rawRoutesNameTheExchangesPathsAndWeights() throws {
    let routes = binance.declaration.rawRoutes
    #expect(routes.map(\.path) == ["/tickers/24hr", "/mark-prices", "/klines/{symbol}/{interval}"])
    #expect(routes.map(\.upstreamPath) == ["/fapi/v1/ticker/24hr", "/fapi/v1/premiumIndex", "/fapi/v1/klines"])
    #expect(routes[0].weight([:]) == 40)
    #expect(routes[1].weight([:]) == 10)
    #expect(routes[2].parameters.map(\.name) == ["symbol", "interval", "limit", "startTime", "endTime"])
    guard case .integer(let range, let standard) = routes[2].parameters[2].rule else {
      Issue.record("limit is no number")
      return
    }
    #expect(range == 1...1500 && standard == 500)
  }

  @Test(arguments: [
    ("1", 1), ("99", 1), ("100", 2), ("499", 2), ("500", 5), ("1000", 5), ("1001", 10), ("1500", 10),
  ])
  func theWeightOfCandlesFollowsTheirLimit(limit: String, weight: Int) throws {
    #expect(binance.declaration.rawRoutes[2].weight(["limit": limit]) == weight)
    let query = HistoryQuery(
      instrument: BinanceTests.instrument("BTCUSDT"), interval: .oneMinute, limit: try #require(Int(limit)))
    #expect(binance.candles(query)?.requests.first?.weight == weight)
  }

  @Test func theWeightOfCandlesWithoutALimitIsThatOfTheDefault() {
    #expect(binance.declaration.rawRoutes[2].weight([:]) == 5)
    #expect(binance.declaration.rawRoutes[2].weight(["limit": "x"]) == 5)
  }

  // MARK: Failures

  func failure(
    _ status: Int, _ body: String = "", retryAfter: String? = nil, askTime: Timestamp = .epoch
  ) -> ExchangeError? {
    binance.failure(
      in: UpstreamReply(
        status: status, headers: retryAfter.map { [("retry-after", $0)] } ?? [], body: Array(body.utf8),
        askTime: askTime))
  }

  @Test func anAnswerOfJSONIsNoFailure() throws {
    for file in ["klines_4", "openInterest_1", "premiumIndex_1", "exchangeInfo_1", "fundingRate_4"] {
      #expect(failure(200, try Fixture.text("Binance/rest/\(file).json")) == nil)
    }
    #expect(failure(200, "[]") == nil)
    #expect(failure(200, #" {"code":200,"msg":"success"}"#) == nil)
  }

  @Test(arguments: ["<!DOCTYPE html><html></html>", "", "   ", "OK", "null"])
  func aSuccessThatIsNoJSONIsMalformed(body: String) {
    #expect(failure(200, body)?.kind == .malformed)
    #expect(failure(200, body)?.advice == .never)
  }

  @Test(arguments: [
    (-1121, ExchangeError.Kind.unknownSymbol, ExchangeError.Advice.never), (-1122, .unknownSymbol, .never),
    (-1100, .rejected, .never), (-1102, .rejected, .never), (-1120, .rejected, .never), (-1130, .rejected, .never),
    (-1021, .rejected, .never), (-2015, .rejected, .never), (-9999, .rejected, .never),
    (-1000, .unavailable, .retry), (-1001, .unavailable, .retry), (-1006, .unavailable, .retry),
    (-1008, .unavailable, .retry), (-1016, .unavailable, .retry), (-1007, .timeout, .retry),
    (-1003, .limited, .pause(milliseconds: 60_000)), (-1015, .limited, .pause(milliseconds: 60_000)),
  ])
  func anErrorCodeSaysWhoseFaultItIs(code: Int, kind: ExchangeError.Kind, advice: ExchangeError.Advice) {
    for status in [400, 200] {
      let error = failure(status, #"{"code":\#(code),"msg":"text"}"#)
      #expect(error?.kind == kind)
      #expect(error?.advice == advice)
    }
  }

  @Test(arguments: [
    (403, ExchangeError.Kind.blocked, ExchangeError.Advice.never), (451, .blocked, .never), (404, .rejected, .never),
    (401, .rejected, .never), (408, .timeout, .retry), (500, .unavailable, .retry), (502, .unavailable, .retry),
    (503, .unavailable, .retry), (504, .unavailable, .retry), (302, .malformed, .never), (101, .malformed, .never),
  ])
  func aStatusWithoutABodyThatExplainsSpeaksForItself(
    status: Int, kind: ExchangeError.Kind, advice: ExchangeError.Advice
  ) {
    for body in ["", "<html>Request blocked</html>", "{}", "{"] {
      #expect(failure(status, body)?.kind == kind)
      #expect(failure(status, body)?.advice == advice)
    }
  }

  @Test func theWordsOfTheExchangeAreKeptShort() {
    let long = String(repeating: "x", count: 3000)
    #expect((failure(400, #"{"code":-1100,"msg":"\#(long)"}"#)?.reason.count ?? 0) < 300)
  }

  @Test func aRecordedUnknownSymbolIsRecognised() throws {
    #expect(failure(400, try Fixture.text("Binance/rest/error_1121_4.json"))?.kind == .unknownSymbol)
  }

  // MARK: Pauses

  @Test func aRecordedBanLastsUntilTheTimeInItsText() throws {
    let body = try Fixture.text("Binance/rest/error_418_1003.json")
    let askTime = try #require(Timestamp(milliseconds: 1_660_090_423_228 - 90_000))
    #expect(failure(418, body, askTime: askTime)?.kind == .limited)
    #expect(failure(418, body, askTime: askTime)?.advice == .pause(milliseconds: 90_000))
  }

  @Test func retryAfterIsInSeconds() {
    #expect(failure(429, retryAfter: "7")?.advice == .pause(milliseconds: 7000))
    #expect(failure(418, retryAfter: "300")?.advice == .pause(milliseconds: 300_000))
  }

  @Test func theLongerOfHeaderAndTextIsObeyed() {
    let body = #"{"code":-1003,"msg":"IP banned until 50000. Please"}"#
    #expect(failure(418, body, retryAfter: "7")?.advice == .pause(milliseconds: 50_000))
    #expect(failure(418, body, retryAfter: "70")?.advice == .pause(milliseconds: 70_000))
  }

  @Test func withoutATimeThePauseIsTheDefaultAndABanAtLeastTwoMinutes() {
    for body in ["", #"{"code":-1003,"msg":"until"}"#, #"{"code":-1003,"msg":"banned until soon"}"#, "<html>"] {
      #expect(failure(429, body)?.advice == .pause(milliseconds: 60_000))
      #expect(failure(418, body)?.advice == .pause(milliseconds: 120_000))
    }
  }

  @Test func aPauseIsNeitherNothingNorForEver() {
    let week = UpstreamReply.maxPauseMilliseconds
    #expect(failure(429, retryAfter: "0")?.advice == .pause(milliseconds: 1000))
    #expect(failure(429, retryAfter: "9223372036854775807")?.advice == .pause(milliseconds: week))
    #expect(failure(429, retryAfter: "-5")?.advice == .pause(milliseconds: 60_000))
    let past = #"{"code":-1003,"msg":"IP banned until 5."}"#
    #expect(failure(418, past, askTime: .latest)?.advice == .pause(milliseconds: 1000))
    let never = #"{"code":-1003,"msg":"IP banned until 9223372036854775807."}"#
    #expect(failure(418, never)?.advice == .pause(milliseconds: week))
  }

  @Test func theReasonOfALimitDoesNotRepeatOurAddress() {
    let body = #"{"code":-1003,"msg":"Too many requests; current limit of IP(10.1.2.3) is 2400"}"#
    #expect(failure(429, body)?.reason.contains("10.1.2.3") == false)
  }
}
