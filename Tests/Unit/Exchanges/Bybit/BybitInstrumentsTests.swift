import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BybitInstrumentsTests {
  func reply(_ body: String) -> UpstreamReply {
    UpstreamReply(status: 200, body: Array(body.utf8), askTime: .epoch)
  }

  func read(_ pages: String...) throws -> [Instrument] {
    try Bybit().instruments().read(pages.map { reply($0) })
  }

  static func row(
    _ symbol: String = "AUSDT", type: String = "LinearPerpetual", status: String = "Trading", rest: String = ""
  ) -> String {
    #"{"symbol":"\#(symbol)","contractType":"\#(type)","status":"\#(status)","baseCoin":"A","quoteCoin":"USDT"\#(rest)}"#
  }

  static func page(_ rows: String..., cursor: String = "") -> String {
    #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[\#(rows.joined(separator: ","))],"#
      + #""nextPageCursor":"\#(cursor)"},"retExtInfo":{},"time":1}"#
  }

  @Test func theFirstPageIsAskedWithoutACursorAndTheOthersWithTheirs() throws {
    let inquiry = Bybit().instruments()
    #expect(inquiry.requests.map(\.target) == ["/v5/market/instruments-info?category=linear&limit=1000"])
    let next = try #require(inquiry.next)
    // As in the recorded list of options: the cursor is a text, encoded like any other.
    let recorded = reply(try Fixture.text("Bybit/rest/instruments_info_roq_3.json"))
    #expect(
      next(recorded)?.target == "/v5/market/instruments-info?category=linear&limit=1000&cursor=0%252C500")
    #expect(next(reply(Self.page(Self.row(), cursor: ""))) == nil)
    for body in ["", "{}", "[]", #"{"result":null}"#, #"{"result":{"nextPageCursor":1}}"#] {
      #expect(next(reply(body)) == nil)
    }
  }

  @Test func theRecordedListIsRead() throws {
    let instruments = try read(try Fixture.text("Bybit/rest/instruments_info_roq_2.json"))
    let expected =
      [
        ("10000NFTUSDT", "10000NFT", "0.000005", "10", 1_643_007_175_000),
        ("1000BONKUSDT", "1000BONK", "0.000001", "100", 1_672_971_039_000),
      ] as [(String, String, String, String, Int64)]
    #expect(instruments.count == expected.count)
    for (instrument, (symbol, base, tick, step, listed)) in zip(instruments, expected) {
      #expect(instrument.symbol == symbol && instrument.base == base && instrument.quote == "USDT")
      #expect(instrument.tickSize?.description == tick && instrument.stepSize?.description == step)
      #expect(instrument.kind == .perpetual && instrument.status == .trading)
      #expect(instrument.contractSize == FixedDecimal(1) && instrument.fundingIntervalHours == 8)
      #expect(instrument.listTime?.milliseconds == listed)
      #expect(instrument.exchange.name == "bybit")
    }
  }

  @Test func allPagesAreOneList() throws {
    let pages = [Self.page(Self.row("AUSDT"), cursor: "x"), Self.page(Self.row("BUSDT"), Self.row("CUSDT"))]
    #expect(try read(pages[0], pages[1]).map(\.symbol) == ["AUSDT", "BUSDT", "CUSDT"])
    #expect(try read(pages[0], Self.page()).map(\.symbol) == ["AUSDT"])
  }

  @Test func aContractWithAnEndIsAFutureWithoutFunding() throws {
    let future = Self.row("BTCUSDT-25DEC26", type: "LinearFutures", rest: #","fundingInterval":0"#)
    let instrument = try #require(try read(Self.page(future)).first)
    #expect(instrument.kind == .future && instrument.fundingIntervalHours == nil)
  }

  @Test func aKindWeDoNotKnowIsLeftOut() throws {
    let rows = [Self.row("AUSDT"), Self.row("BUSD", type: "InversePerpetual"), Self.row("CUSDT", type: ""), "{}"]
    #expect(try read(Self.page(rows[0], rows[1], rows[2], rows[3])).map(\.symbol) == ["AUSDT"])
    // The documented list of options has none.
    #expect(throws: ExchangeError.self) { try read(try Fixture.text("Bybit/rest/doc_instrument_1.json")) }
  }

  @Test(
    arguments: [
      ("480", 8), ("240", 4), ("60", 1), ("0", nil), ("90", nil), ("-480", nil), (#""480""#, nil), ("null", nil),
      ("9223372036854775800", 153_722_867_280_912_930),
    ] as [(String, Int?)])
  func fundingIntervalsAreMinutesAndGivenInWholeHours(minutes: String, hours: Int?) throws {
    let list = Self.page(Self.row(rest: #","fundingInterval":\#(minutes)"#))
    #expect(try read(list).first?.fundingIntervalHours == hours)
  }

  @Test(arguments: [
    ("Trading", Instrument.Status.trading), ("PreLaunch", .halted), ("Delivering", .halted), ("Settling", .halted),
    ("SomethingNew", .halted), ("Closed", .delisted),
  ])
  func theStatusIsOneOfThree(text: String, status: Instrument.Status) throws {
    #expect(try read(Self.page(Self.row(status: text))).first?.status == status)
  }

  @Test func whatIsNotSaidIsNotKnown() throws {
    let bare = try #require(try read(Self.page(Self.row())).first)
    #expect(bare.tickSize == nil && bare.stepSize == nil && bare.listTime == nil && bare.fundingIntervalHours == nil)
    let odd = Self.row(rest: #","launchTime":"","priceFilter":{},"lotSizeFilter":{"qtyStep":""}"#)
    #expect(try read(Self.page(odd)).first?.listTime == nil)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"result":{}}"#, #"{"result":{"list":{}}}"#, #"{"result":{"list":[]}}"#, #"{"result":null}"#,
    #"{"retCode":10006,"retMsg":"Too many visits","result":{},"retExtInfo":{},"time":1693924869139}"#,
    #"{"result":{"list":[{"contractType":"LinearPerpetual"}]}}"#,
    #"{"result":{"list":[{"contractType":"LinearPerpetual","symbol":1}]}}"#,
    #"{"result":{"list":[{"contractType":"LinearPerpetual","symbol":"A","baseCoin":"A"}]}}"#,
  ])
  func aWrongListIsMalformed(body: String) {
    #expect { try read(body) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    // A later page may be empty; anything else wrong in it spoils the list.
    guard !body.contains(#""list":[]"#) else { return }
    #expect { try read(Self.page(Self.row()), body) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func aWrongStepIsMalformed() {
    let list = Self.page(Self.row(rest: #","priceFilter":{"tickSize":"x"}"#))
    #expect { try read(list) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  @Test func everyTruncationOfARecordedListIsMalformed() throws {
    let body = try Fixture.text("Bybit/rest/instruments_info_roq_2.json")
    for length in 0..<body.utf8.count - 1 {
      let cut = String(decoding: Array(body.utf8)[..<length], as: UTF8.self)
      #expect { try read(cut) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
    }
  }

  // MARK: Volumes

  @Test func volumesOfAllSymbolsAreOneQuestion() throws {
    let inquiry = try #require(Bybit().quoteVolumes())
    #expect(inquiry.requests == [UpstreamRequest(target: "/v5/market/tickers?category=linear", weight: 1)])
    let body = Array(try Fixture.text("Bybit/rest/doc_tickers_1.json").utf8)
    let volumes = try inquiry.read([UpstreamReply(status: 200, body: body, askTime: .epoch)])
    #expect(volumes.map(\.symbol) == ["BTCUSD"])
    #expect(volumes.map(\.quoteVolume.description) == ["115.6907"])
  }
}
