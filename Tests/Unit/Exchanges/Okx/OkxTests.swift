import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct OkxTests {
  let okx = Okx()

  static func instrument(_ symbol: String, contract: String = "0.01", listed: Int64? = nil) -> Instrument {
    Instrument(
      exchange: ExchangeID("okx"), symbol: symbol, base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, contractSize: FixedDecimal(contract) ?? .zero, fundingIntervalHours: nil,
      listTime: listed.map { Timestamp(microseconds: $0 * 1000) })
  }

  @Test func theFactsAreTheDocumentedOnes() {
    let facts = okx.declaration
    #expect(facts.id.name == "okx")
    #expect(facts.restAddress == "https://www.okx.com" && facts.streamAddress == "wss://ws.okx.com:8443")
    #expect(facts.streamEndpoints.map(\.path) == ["/ws/v5/public", "/ws/v5/business"])
    #expect(facts.rest.weightPerWindow == 20 && facts.rest.windowMilliseconds == 2000)
    #expect(facts.rest.candlesPerPage == 100 && facts.rest.candlesAreWindowed)
    #expect(facts.rest.fundingRatesPerPage == 100)
    #expect(facts.streams.ping == .text("ping", everyMilliseconds: 20_000))
    #expect(facts.streams.attemptsPerWindow == 3 && facts.streams.attemptWindowMilliseconds == 1000)
    // Not enabled by default: its liquidations are part of a feed, and nothing else.
    #expect(facts.feeds == [.liquidations])
    #expect(facts.capabilities.liquidationCoverage == .sampled)
    #expect(facts.capabilities.liquidationPrice == .bankruptcy)
  }

  @Test func allButTheHistoryOfOpenInterestIsOffered() {
    for (name, feature) in Capabilities.Features.named {
      #expect(
        okx.declaration.capabilities.features.contains(feature) == (feature != .openInterestHistory), "\(name)")
    }
    #expect(okx.declaration.capabilities.openInterestPeriods.isEmpty)
    #expect(
      okx.declaration.capabilities.intervals.map(\.description) == [
        "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w", "1M",
      ])
  }

  @Test func theTopicsOfAConnectionStayBelow64KB() throws {
    let long = Self.instrument("1000000BABYDOGE-USDT-SWAP")
    let channels: [Channel] = okx.declaration.capabilities.intervals.map { .candles($0) } + [.trades, .liquidations]
    let longest = channels.compactMap { okx.upstreamTopic(for: Topic($0, of: long))?.name.utf8.count }.max()
    #expect(try #require(longest) * okx.declaration.streams.topicsPerConnection <= 64_000)
  }

  // MARK: Failures

  func failure(_ status: Int, _ body: String = "", retryAfter: String? = nil) -> ExchangeError? {
    okx.failure(
      in: UpstreamReply(
        status: status, headers: retryAfter.map { [("retry-after", $0)] } ?? [], body: Array(body.utf8),
        askTime: .epoch))
  }

  @Test func anAnswerWithCodeZeroIsNoFailure() throws {
    for file in [
      "candles_1H_swap_2026-08", "candlesticks_full_nt", "open_interest_2026-08", "instruments_SWAP_2022-05",
    ] {
      #expect(failure(200, try Fixture.text("Okx/rest/\(file).json")) == nil)
    }
  }

  @Test(arguments: ["<!DOCTYPE html><html></html>", "", "OK", "null", "{}", "[]", #"{"data":[]}"#, #"{"code":"#])
  func aSuccessThatIsNoAnswerIsMalformed(body: String) {
    #expect(failure(200, body)?.kind == .malformed)
    #expect(failure(200, body)?.advice == .never)
  }

  @Test(arguments: [
    ("51001", ExchangeError.Kind.unknownSymbol, ExchangeError.Advice.never), ("51000", .rejected, .never),
    ("50014", .rejected, .never), ("99999", .rejected, .never), ("50011", .limited, .pause(milliseconds: 2000)),
    ("50061", .limited, .pause(milliseconds: 2000)), ("50001", .unavailable, .retry), ("50013", .unavailable, .retry),
    ("50026", .unavailable, .retry), ("50004", .timeout, .retry),
  ])
  func aCodeSaysWhoseFaultItIs(code: String, kind: ExchangeError.Kind, advice: ExchangeError.Advice) {
    for (status, body) in [
      (200, #"{"code":"\#(code)","msg":"text","data":[]}"#), (400, #"{"msg":"text","code":"\#(code)"}"#),
      (429, #"{"code":\#(code),"msg":"text"}"#),
    ] {
      #expect(failure(status, body)?.kind == kind)
      #expect(failure(status, body)?.advice == advice)
    }
  }

  @Test(arguments: [
    (403, ExchangeError.Kind.blocked, ExchangeError.Advice.never), (404, .rejected, .never),
    (500, .unavailable, .retry),
    (503, .unavailable, .retry), (408, .timeout, .retry), (302, .malformed, .never),
    (429, .limited, .pause(milliseconds: 2000)),
  ])
  func aStatusWithoutACodeSpeaksForItself(status: Int, kind: ExchangeError.Kind, advice: ExchangeError.Advice) {
    for body in ["", "<html></html>", "{}", #"{"code":"0"}"#] {
      #expect(failure(status, body)?.kind == kind)
      #expect(failure(status, body)?.advice == advice)
    }
  }

  @Test func aLimitWithATimeIsObeyed() {
    let body = #"{"code":"50011","msg":"Too Many Requests"}"#
    #expect(failure(429, body, retryAfter: "7")?.advice == .pause(milliseconds: 7000))
    let long = String(repeating: "x", count: 3000)
    #expect((failure(200, #"{"code":"51000","msg":"\#(long)"}"#)?.reason.count ?? 0) < 300)
  }
}
