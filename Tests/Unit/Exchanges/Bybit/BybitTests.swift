import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BybitTests {
  let bybit = Bybit()

  static func instrument(
    _ symbol: String, kind: Instrument.Kind = .perpetual, fundingHours: Int? = 8, listed: Int64? = nil
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID("bybit"), symbol: symbol, base: String(symbol.dropLast(4)), quote: "USDT", kind: kind,
      status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: fundingHours,
      listTime: listed.map { Timestamp(microseconds: $0 * 1000) })
  }

  // MARK: Declaration

  @Test func theFactsAreTheDocumentedOnes() {
    let facts = bybit.declaration
    #expect(facts.id.name == "bybit")
    #expect(facts.restAddress == "https://api.bybit.com" && facts.streamAddress == "wss://stream.bybit.com")
    #expect(facts.streamEndpoints.map(\.path) == ["/v5/public/linear"])
    #expect(facts.rest.weightPerWindow == 600 && facts.rest.windowMilliseconds == 5000)
    #expect(facts.rest.usedWeightHeader == nil)
    #expect(facts.rest.candlesPerPage == 1000 && facts.rest.candlesAreWindowed)
    #expect(facts.rest.fundingRatesPerPage == 200 && facts.rest.openInterestPerPage == 200)
    #expect(facts.rest.candlesKept == nil && facts.rest.openInterestKeptMilliseconds == nil)
    #expect(facts.streams.topicsPerMessage == 10)
    #expect(facts.streams.refusesWholeMessage)
    #expect(facts.streams.ping == .text(#"{"op":"ping"}"#, everyMilliseconds: 20_000))
    #expect(facts.streams.attemptsPerWindow == 500 && facts.streams.attemptWindowMilliseconds == 300_000)
    #expect(facts.feeds == [.routes, .liquidations, .largeTrades])
    #expect(facts.capabilities.liquidationCoverage == .full)
    #expect(facts.capabilities.liquidationPrice == .bankruptcy)
  }

  @Test func intervalsAndPeriodsAreTheExchanges() {
    let capabilities = bybit.declaration.capabilities
    #expect(
      capabilities.intervals.map(\.description) == [
        "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w", "1M",
      ])
    #expect(capabilities.openInterestPeriods.map(\.description) == ["5m", "15m", "30m", "1h", "4h", "1d"])
  }

  @Test func everyFeatureIsOffered() {
    for (name, feature) in Capabilities.Features.named {
      #expect(bybit.declaration.capabilities.features.contains(feature), "\(name)")
    }
  }

  @Test func theTopicsOfAConnectionStayBelowTheDocumentedLength() throws {
    // The longest symbols seen by 2026 have 20 characters: 1000000BABYDOGEUSDT, ETHUSDT-25DEC26.
    let long = Self.instrument("1000000BABYDOGEUSDT1")
    let channels: [Channel] = bybit.declaration.capabilities.intervals.map { .candles($0) } + [.trades, .liquidations]
    let longest = channels.compactMap { bybit.upstreamTopic(for: Topic($0, of: long))?.name.utf8.count }.max()
    #expect(try #require(longest) * bybit.declaration.streams.topicsPerConnection <= 21_000)
  }

  // MARK: Failures

  func failure(
    _ status: Int, _ body: String = "", headers: [(name: String, value: String)] = [], askTime: Timestamp = .epoch
  ) -> ExchangeError? {
    bybit.failure(in: UpstreamReply(status: status, headers: headers, body: Array(body.utf8), askTime: askTime))
  }

  @Test func anAnswerWithCodeZeroIsNoFailure() throws {
    for file in [
      "kline_linear_1_2023-06", "open_interest_2026-08", "doc_tickers_1", "instruments_info_roq_2",
      "funding_history_2026-08",
    ] {
      #expect(failure(200, try Fixture.text("Bybit/rest/\(file).json")) == nil)
    }
    #expect(failure(200, #" {"result":{},"retMsg":"OK","retCode":0}"#) == nil)
  }

  @Test(arguments: ["<!DOCTYPE html><html></html>", "", "   ", "OK", "null"])
  func aSuccessThatIsNoJSONIsMalformed(body: String) {
    #expect(failure(200, body)?.kind == .malformed)
    #expect(failure(200, body)?.advice == .never)
  }

  @Test(arguments: ["{}", "[]", #"{"retMsg":"OK"}"#, #"{"retCode":null}"#, #"{"retCode":"#])
  func aSuccessWithoutACodeIsMalformed(body: String) {
    #expect(failure(200, body)?.kind == .malformed)
  }

  @Test func theRecordedErrorsAreToldApart() throws {
    let limited = failure(200, try Fixture.text("Bybit/rest/error_10006.json"))
    #expect(limited?.kind == .limited && limited?.advice == .pause(milliseconds: 5000))
    let unknown = failure(200, try Fixture.text("Bybit/rest/error_10001_option.json"))
    #expect(unknown?.kind == .unknownSymbol && unknown?.advice == .never)
    let sign = failure(200, try Fixture.text("Bybit/rest/error_10004_roq.json"))
    #expect(sign?.kind == .rejected && sign?.advice == .never)
  }

  @Test(arguments: [
    ("10001", "params error: symbol invalid XUSDT", ExchangeError.Kind.unknownSymbol, ExchangeError.Advice.never),
    ("10001", "Not supported symbols", .unknownSymbol, .never),
    ("10001", "params error: Symbol Is Invalid", .unknownSymbol, .never),
    ("10001", "Invalid period!", .rejected, .never), ("10002", "time", .rejected, .never),
    ("10003", "key", .rejected, .never), ("10005", "permission", .rejected, .never),
    ("10017", "path", .rejected, .never), ("10029", "whitelist", .rejected, .never), ("-1", "", .rejected, .never),
    ("99999", "new", .rejected, .never), ("10009", "region", .blocked, .never), ("10024", "rules", .blocked, .never),
    ("10000", "Server Timeout", .timeout, .retry), ("10016", "Server error", .unavailable, .retry),
    ("10006", "Too many visits", .limited, .pause(milliseconds: 5000)),
    ("10018", "IP limit", .limited, .pause(milliseconds: 5000)), ("10429", "", .limited, .pause(milliseconds: 5000)),
    ("429", "", .limited, .pause(milliseconds: 5000)),
  ])
  func aCodeSaysWhoseFaultItIs(
    code: String, message: String, kind: ExchangeError.Kind, advice: ExchangeError.Advice
  ) {
    for status in [200, 400] {
      for body in [
        #"{"retCode":\#(code),"retMsg":"\#(message)","result":{},"time":1}"#,
        #"{"result":null,"retMsg":"\#(message)","retCode":\#(code)}"#,
      ] {
        #expect(failure(status, body)?.kind == kind)
        #expect(failure(status, body)?.advice == advice)
      }
    }
  }

  @Test func aCodeWithoutAMessageCounts() {
    #expect(failure(200, #"{"retCode":10006}"#)?.kind == .limited)
    #expect(failure(200, #"{"retCode":10001}"#)?.kind == .rejected)
  }

  @Test(arguments: [
    (403, ExchangeError.Kind.blocked, ExchangeError.Advice.never), (451, .blocked, .never), (404, .rejected, .never),
    (401, .rejected, .never), (408, .timeout, .retry), (500, .unavailable, .retry), (502, .unavailable, .retry),
    (503, .unavailable, .retry), (302, .malformed, .never), (429, .limited, .pause(milliseconds: 5000)),
  ])
  func aStatusWithoutACodeSpeaksForItself(status: Int, kind: ExchangeError.Kind, advice: ExchangeError.Advice) {
    for body in ["", "<html>Request blocked</html>", "{}", "{", #"{"retCode":0,"retMsg":"OK"}"#] {
      #expect(failure(status, body)?.kind == kind)
      #expect(failure(status, body)?.advice == advice)
    }
  }

  @Test(arguments: ["access too frequent", "403, Access Too Frequent.", #"{"message":"access too frequent"}"#])
  func theBanOfAnAddressLastsTenMinutes(body: String) {
    #expect(failure(403, body)?.kind == .limited)
    #expect(failure(403, body)?.advice == .pause(milliseconds: 600_000))
    // Only that status means the ban; a page that is too long for the words is not searched.
    #expect(failure(500, body)?.kind == .unavailable)
    #expect(failure(403, body + String(repeating: " ", count: 5000))?.kind == .blocked)
  }

  @Test func aLimitLastsUntilTheTimeInItsHeader() {
    let body = #"{"retCode":10006,"retMsg":"Too many visits"}"#
    let askTime = Timestamp(microseconds: 1_700_000_000_000_000)
    func advice(_ headers: [(name: String, value: String)]) -> ExchangeError.Advice? {
      failure(200, body, headers: headers, askTime: askTime)?.advice
    }
    let name = "x-bapi-limit-reset-timestamp"
    #expect(advice([(name, "1700000003500")]) == .pause(milliseconds: 3500))
    #expect(advice([(name, "1699999999999")]) == .pause(milliseconds: 1000))
    #expect(advice([(name, "soon")]) == .pause(milliseconds: 5000))
    #expect(advice([(name, "9223372036854775807")]) == .pause(milliseconds: 5000))
    #expect(advice([(name, "253402300799999")]) == .pause(milliseconds: UpstreamReply.maxPauseMilliseconds))
    #expect(advice([(name, "1700000003500"), ("retry-after", "9")]) == .pause(milliseconds: 9000))
  }

  @Test func theWordsOfTheExchangeAreKeptShort() {
    let long = String(repeating: "x", count: 3000)
    #expect((failure(200, #"{"retCode":10004,"retMsg":"\#(long)"}"#)?.reason.count ?? 0) < 300)
  }
}
