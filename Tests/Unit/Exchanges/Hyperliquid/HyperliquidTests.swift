import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

@Suite struct HyperliquidTests {
  let hyperliquid = Hyperliquid()

  static func instrument(_ symbol: String, base: String? = nil) -> Instrument {
    Instrument(
      exchange: ExchangeID("hyperliquid"), symbol: symbol, base: base ?? symbol, quote: "USD", kind: .perpetual,
      status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 1)
  }

  static func reply(_ body: String, status: Int = 200, askTime: Timestamp = .latest) -> UpstreamReply {
    UpstreamReply(status: status, body: Array(body.utf8), askTime: askTime)
  }

  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1000) }

  @Test func itOffersNoLiquidationsAndNoHistoryOfOpenInterest() {
    let capabilities = hyperliquid.declaration.capabilities
    #expect(!capabilities.features.contains(.liquidations))
    #expect(!capabilities.features.contains(.openInterestHistory))
    #expect(capabilities.liquidationCoverage == .none)
    #expect(hyperliquid.declaration.feeds == [.routes, .largeTrades])
  }

  @Test func itsCandlesEndWithoutAMark() {
    #expect(!hyperliquid.declaration.capabilities.marksClosedCandles)
    let intervals = hyperliquid.declaration.capabilities.intervals.map(\.description)
    #expect(intervals.joined(separator: " ") == "1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d 3d 1w 1M")
  }

  /// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits
  @Test func itsLimitsAreThoseOfAnAddress() {
    let (rest, streams) = (hyperliquid.declaration.rest, hyperliquid.declaration.streams)
    #expect(rest.weightPerWindow == 1200 && rest.windowMilliseconds == 60_000 && rest.usedWeightHeader == nil)
    #expect(rest.candlesKept == 5000)
    #expect(streams.topicsPerConnection == 1000 && streams.topicsPerMessage == 1)
    #expect(60_000 / streams.messageSpacingMilliseconds <= 2000)
    #expect(streams.ping == .text(#"{"method":"ping"}"#, everyMilliseconds: 25_000))
  }

  // MARK: Failures

  @Test func aServerErrorOfNullIsACoinThatDoesNotExist() throws {
    let body = try Fixture.text("Hyperliquid/rest/error_500_null.json")
    let error = hyperliquid.failure(in: Self.reply(body, status: 500))
    #expect(error?.kind == .unknownSymbol && error?.advice == .never)
  }

  @Test(arguments: ["", "nul", "null!", "<html></html>", #"{"error":null}"#])
  func anyOtherServerErrorMayPass(body: String) {
    let error = hyperliquid.failure(in: Self.reply(body, status: 500))
    #expect(error?.kind == .unavailable && error?.advice == .retry)
  }

  @Test func aTextThatRefusesTheQuestionIsFinal() throws {
    let body = try Fixture.text("Hyperliquid/rest/error_422.txt")
    for (text, status) in [(body, 422), ("Failed to parse the request body as JSON", 400), ("", 415), ("", 405)] {
      let error = hyperliquid.failure(in: Self.reply(text, status: status))
      #expect(error?.kind == .rejected && error?.advice == .never)
    }
  }

  @Test(arguments: ["null", "", "Too many requests", "<html>429</html>"])
  func aLimitIsAPauseOfTenSecondsWhateverItSays(body: String) {
    let error = hyperliquid.failure(in: Self.reply(body, status: 429))
    #expect(error?.kind == .limited && error?.advice == .pause(milliseconds: 10_000))
  }

  @Test(arguments: ["null", "", "<html></html>", "OK"])
  func aSuccessThatIsNoListOrObjectIsMalformed(body: String) {
    #expect(hyperliquid.failure(in: Self.reply(body))?.kind == .malformed)
  }

  @Test func anAnswerIsNoFailure() throws {
    for name in ["meta_2025-12", "candleSnapshot_kPEPE_1h", "metaAndAssetCtxs_2026-02"] {
      #expect(hyperliquid.failure(in: Self.reply(try Fixture.text("Hyperliquid/rest/\(name).json"))) == nil)
    }
  }
}
