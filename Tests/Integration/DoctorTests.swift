import Contract
import Exchanges
import Model
import Net
import Support
import Testing

@testable import App

/// `marketgate doctor` against the recorded exchange, as it should be and broken.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DoctorTests {
  private static func examine(
    _ stage: Stage, exchanges: [any ExchangeInterface] = Registry.exchanges, data: Int64 = 5000
  ) async -> (isWell: Bool, findings: [DoctorFinding]) {
    let configuration = Stage.configuration([
      "BINANCE_BASE_URL": stage.exchangeAddress, "BINANCE_WS_URL": "ws" + stage.exchangeAddress.dropFirst(4),
      "EXCHANGES": "binance",
    ])
    var doctor = Doctor(configuration: configuration, exchanges: exchanges, symbols: ["BTCUSDT"])
    doctor.patience = DoctorPatience(question: 5000, acknowledgement: 5000, data: data)
    doctor.tuning.proxy = ""
    let findings = Inbox<DoctorFinding>()
    let isWell = await doctor.run { findings.add($0) }
    return (isWell, findings.pending)
  }

  private static func detail(_ check: String, _ findings: [DoctorFinding]) -> String? {
    findings.first { $0.check == check }?.result.detail
  }

  @Test func theExchangeAsDeclaredHasNoDifference() async throws {
    try await Stage.play { stage in
      let (isWell, findings) = await Self.examine(stage)
      #expect(isWell)
      for finding in findings where finding.result != .ok {
        #expect(finding.check.contains("liquidations"), "\(finding.line(nameWidth: 8))")
      }
      let checks = findings.map(\.check)
      #expect(Set(checks).count == checks.count)
      let intervals = ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"]
      for interval in intervals {
        #expect(checks.contains("candles \(interval)"))
        #expect(checks.contains("market candles \(interval)"))
      }
      for check in [
        "instruments", "volumes of 24 hours", "candles, a page of 1500", "open interest", "open interest history 5m",
        "funding",
        "funding history", "raw /tickers/24hr", "raw /mark-prices", "raw /klines/{symbol}/{interval}",
        "header x-mbx-used-weight-1m", "market connect", "public connect", "market trades", "market liquidations",
        "market liquidations of all", "market messages",
      ] {
        #expect(checks.contains(check), "\(check)")
      }
    }
  }

  @Test func aPageForPeopleAndAPathThatIsGoneAreNamed() async throws {
    try await Stage.play { stage in
      var broken = Misled()
      broken.isBrokenREST = true
      let (isWell, findings) = await Self.examine(stage, exchanges: [broken])
      #expect(!isWell)
      #expect(
        Self.detail("open interest", findings)?.contains("HTTP 404") == true
          || Self.detail("open interest", findings)?.contains("no JSON") == true)
      #expect(Self.detail("funding", findings) == nil)
      // The list is asked for by two requests at once, and can do without one of them.
      stage.exchange.faults.htmlPage(count: 2)
      let page = await Self.examine(stage)
      #expect(!page.isWell)
      #expect(Self.detail("instruments", page.findings)?.contains("malformed") == true)
      stage.exchange.faults.clear()
    }
  }

  @Test func aWrongStreamPathIsAcknowledgedSilentAndNamed() async throws {
    try await Stage.play { stage in
      let (isWell, findings) = await Self.examine(stage, exchanges: [Misled()], data: 3000)
      #expect(!isWell)
      #expect(
        Self.detail("public trades", findings)?.hasPrefix(
          "acknowledged, then silent for 3 s: the path or the topic's name is probably not") == true)
      #expect(Self.detail("market candles 1m", findings) == nil)
    }
  }

  @Test func refusedSocketsAreNamed() async throws {
    try await Stage.play { stage in
      stage.exchange.faults.refuseSockets(status: 404, count: 2)
      let (isWell, findings) = await Self.examine(stage)
      #expect(!isWell)
      for endpoint in ["market", "public"] {
        #expect(Self.detail("\(endpoint) connect", findings)?.contains("HTTP 404") == true)
      }
      #expect(Self.detail("market trades", findings) == "there is no connection")
    }
  }
}

/// The exchange with a declaration that is out of date: trades at the path of the books, and open interest at a path
/// that is gone.
private struct Misled: ExchangeInterface {
  private static let truth = Registry.exchanges[0]
  let declaration = Misled.truth.declaration
  var isBrokenREST = false

  func instruments() -> Inquiry<[Instrument]> { Self.truth.instruments() }
  func candles(_ query: HistoryQuery) -> Inquiry<[Candle]>? { Self.truth.candles(query) }
  func openInterest(of instrument: Instrument) -> Inquiry<OpenInterest>? {
    guard isBrokenREST else { return Self.truth.openInterest(of: instrument) }
    return Inquiry(UpstreamRequest(target: "/fapi/v0/openInterest", weight: 1)) {
      (reply: UpstreamReply) throws(ExchangeError) in
      throw .malformed("read")
    }
  }
  func openInterestHistory(_ query: HistoryQuery) -> Inquiry<[OpenInterest]>? { Self.truth.openInterestHistory(query) }
  func fundingRate(of instrument: Instrument) -> Inquiry<FundingRate>? { Self.truth.fundingRate(of: instrument) }
  func fundingHistory(_ query: HistoryQuery) -> Inquiry<[FundingRate]>? { Self.truth.fundingHistory(query) }
  func failure(in reply: UpstreamReply) -> ExchangeError? { Self.truth.failure(in: reply) }
  func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard let right = Self.truth.upstreamTopic(for: topic) else { return nil }
    guard topic.channel == .trades, let books = declaration.streamEndpoints.last else { return right }
    return UpstreamTopic(books, right.name)
  }
  func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    Self.truth.message(verb, topics, request: request)
  }
  func makeDecoder(_ instruments: InstrumentCatalog) -> any FrameDecoder { Self.truth.makeDecoder(instruments) }
}
