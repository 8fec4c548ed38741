import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BinanceInstrumentsTests {
  func reply(_ body: String) -> UpstreamReply {
    UpstreamReply(status: 200, body: Array(body.utf8), askTime: .epoch)
  }

  func read(_ list: String, funding: UpstreamReply? = nil) throws -> [Instrument] {
    try Binance().instruments().read([reply(list), funding ?? reply("[]")])
  }

  static func row(
    _ symbol: String = "AUSDT", type: String = "PERPETUAL", status: String = "TRADING", rest: String = ""
  ) -> String {
    #"{"symbol":"\#(symbol)","contractType":"\#(type)","status":"\#(status)","baseAsset":"A","quoteAsset":"USDT"\#(rest)}"#
  }

  static func list(_ rows: String...) -> String { #"{"symbols":[\#(rows.joined(separator: ","))]}"# }

  @Test func theListAndTheFundingIntervalsAreAskedTogether() {
    let inquiry = Binance().instruments()
    #expect(inquiry.requests.map(\.target) == ["/fapi/v1/exchangeInfo", "/fapi/v1/fundingInfo"])
    #expect(inquiry.required == 1)
  }

  @Test func theRecordedListIsRead() throws {
    let funding = reply(try Fixture.text("Binance/rest/fundingInfo_1.json"))
    let instruments = try read(try Fixture.text("Binance/rest/exchangeInfo_1.json"), funding: funding)
    #expect(instruments.count == 25)
    let expected = [
      ("BTCUSDT", "BTC", "0.10", "0.001"), ("ETHUSDT", "ETH", "0.01", "0.001"), ("XRPUSDT", "XRP", "0.0001", "0.1"),
    ]
    for (symbol, base, tick, step) in expected {
      let instrument = try #require(instruments.first { $0.symbol == symbol })
      #expect(instrument.base == base && instrument.quote == "USDT")
      #expect(instrument.tickSize?.description == tick)
      #expect(instrument.stepSize?.description == step)
      #expect(instrument.kind == .perpetual && instrument.status == .trading)
      #expect(instrument.contractSize == FixedDecimal(1))
      #expect(instrument.fundingIntervalHours == 8)
      #expect(instrument.exchange.name == "binance")
    }
  }

  @Test func theDocumentedListIsRead() throws {
    let instruments = try read(try Fixture.text("Binance/rest/doc_exchangeInformation.json"))
    #expect(instruments.map(\.symbol) == ["BLZUSDT"])
    #expect(instruments.first?.tickSize?.description == "0.0001")
    #expect(instruments.first?.stepSize == nil)
  }

  @Test(arguments: [
    ("PERPETUAL", Instrument.Kind.perpetual), ("TRADIFI_PERPETUAL", .perpetual), ("CURRENT_QUARTER", .future),
    ("NEXT_QUARTER", .future), ("CURRENT_QUARTER DELIVERING", .future), ("NEXT_MONTH", .future),
    ("PERPETUAL_DELIVERING", .perpetual),
  ])
  func theKindFollowsTheContractType(type: String, kind: Instrument.Kind) throws {
    #expect(try read(Self.list(Self.row(type: type))).first?.kind == kind)
  }

  @Test func aKindWeDoNotKnowIsLeftOut() throws {
    let list = Self.list(Self.row("AUSDT"), Self.row("BUSDT", type: ""), Self.row("CUSDT", type: "OPTION"), "{}")
    #expect(try read(list).map(\.symbol) == ["AUSDT"])
  }

  @Test(arguments: [
    ("TRADING", Instrument.Status.trading), ("PENDING_TRADING", .halted), ("SETTLING", .halted),
    ("DELIVERING", .halted),
    ("SOMETHING_NEW", .halted), ("DELIVERED", .delisted), ("CLOSE", .delisted),
  ])
  func theStatusIsOneOfThree(text: String, status: Instrument.Status) throws {
    #expect(try read(Self.list(Self.row(status: text))).first?.status == status)
  }

  @Test func fundingIsEightHoursUnlessSaidAndNoneWithAnEnd() throws {
    let list = Self.list(Self.row("AUSDT"), Self.row("BUSDT"), Self.row("C_261225", type: "NEXT_QUARTER"))
    let funding = reply(#"[{"symbol":"BUSDT","fundingIntervalHours":1}]"#)
    #expect(try read(list, funding: funding).map(\.fundingIntervalHours) == [8, 1, nil])
  }

  @Test func withoutTheFundingAnswerIntervalsAreNotKnown() throws {
    let list = Self.list(Self.row("AUSDT"))
    for funding in [UpstreamReply.missing(askTime: .epoch), reply("{}"), reply(#"[{"symbol":"AUSDT"}]"#)] {
      #expect(try read(list, funding: funding).map(\.fundingIntervalHours) == [nil])
    }
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"symbols":{}}"#, #"{"symbols":[]}"#, #"{"symbols":[{"contractType":"OPTION"}]}"#,
    #"{"symbols":[{"contractType":"PERPETUAL"}]}"#, #"{"symbols":[{"contractType":"PERPETUAL","symbol":1}]}"#,
    #"{"symbols":[{"contractType":"PERPETUAL","symbol":"A","baseAsset":"A"}]}"#,
  ])
  func aWrongListIsMalformed(body: String) {
    #expect { try read(body) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func aWrongStepIsMalformed() {
    let filters = #","filters":[{"filterType":"PRICE_FILTER","tickSize":"x"}]"#
    #expect { try read(Self.list(Self.row(rest: filters))) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  // MARK: Volumes

  @Test func volumesOfAllSymbolsAreOneQuestion() throws {
    let inquiry = try #require(Binance().quoteVolumes())
    #expect(inquiry.requests == [UpstreamRequest(target: "/fapi/v1/ticker/24hr", weight: 40)])
    let rows = try ["ticker_24hr_1", "doc_ticker24hrPriceChangeStatistics"].map {
      try Fixture.text("Binance/rest/\($0).json")
    }
    let volumes = try inquiry.read([reply("[\(rows.joined(separator: ","))]")])
    #expect(volumes.map(\.symbol) == ["BTCUSDT", "BTCUSDT"])
    #expect(volumes.map(\.quoteVolume.description) == ["22175129357.20", "15.30000000"])
  }
}
