import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct OkxInstrumentsTests {
  func read(_ body: String) throws -> [Instrument] {
    try Okx().instruments().read([UpstreamReply(status: 200, body: Array(body.utf8), askTime: .epoch)])
  }

  static func row(_ members: String = "", value: String = "0.01", multiple: String = "1") -> String {
    #"{"instId":"A-USDT-SWAP","ctType":"linear","ctVal":"\#(value)","ctMult":"\#(multiple)","ctValCcy":"A","#
      + #""settleCcy":"USDT","state":"live"\#(members)}"#
  }

  static func list(_ rows: String...) -> String { #"{"code":"0","msg":"","data":[\#(rows.joined(separator: ","))]}"# }

  @Test func theSwapsAreAsked() {
    #expect(
      Okx().instruments().requests == [
        UpstreamRequest(target: "/api/v5/public/instruments?instType=SWAP", weight: 1)
      ])
  }

  @Test func theLinearSwapsOfTheRecordedListAreRead() throws {
    let instruments = try read(try Fixture.text("Okx/rest/instruments_SWAP_2022-05.json"))
    let expected = [
      ("BTC-USDT-SWAP", "BTC", "0.01", "0.1"), ("ETH-USDT-SWAP", "ETH", "0.1", "0.01"),
      ("LTC-USDT-SWAP", "LTC", "1", "0.01"), ("SHIB-USDT-SWAP", "SHIB", "1000000", "0.00000001"),
      ("SUSHI-USDT-SWAP", "SUSHI", "1", "0.0001"),
    ]
    #expect(instruments.count == expected.count)
    for (instrument, (symbol, base, size, tick)) in zip(instruments, expected) {
      #expect(instrument.symbol == symbol && instrument.base == base && instrument.quote == "USDT")
      #expect(instrument.contractSize.description == size && instrument.tickSize?.description == tick)
      #expect(instrument.stepSize?.description == "1" && instrument.fundingIntervalHours == nil)
      #expect(instrument.kind == .perpetual && instrument.status == .trading && instrument.exchange.name == "okx")
      #expect(instrument.listTime != nil)
    }
  }

  @Test func aContractIsItsValueTimesItsMultiple() throws {
    #expect(try read(Self.list(Self.row(value: "0.10", multiple: "5"))).first?.contractSize.description == "0.5")
    #expect(try read(Self.list(Self.row(value: "10", multiple: "10"))).first?.contractSize.description == "100")
  }

  @Test(arguments: [("live", Instrument.Status.trading), ("suspend", .halted), ("preopen", .halted), ("new", .halted)])
  func theStatusFollowsTheState(state: String, status: Instrument.Status) throws {
    let row = Self.row().replacing(#""state":"live""#, with: #""state":"\#(state)""#)
    #expect(try read(Self.list(row)).first?.status == status)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"code":"0","data":{}}"#, #"{"code":"0","data":[]}"#, #"{"data":[{"ctType":"inverse"}]}"#,
    #"{"code":"50011","msg":"Too Many Requests"}"#, #"{"data":[{"ctType":"linear"}]}"#,
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(value: "")),
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(value: "0")),
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(value: "-1")),
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(multiple: "x")),
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(#","tickSz":"x""#)),
    OkxInstrumentsTests.list(OkxInstrumentsTests.row(value: "99999999999999999999999999999999999999", multiple: "11")),
  ])
  func aWrongListIsMalformed(body: String) {
    #expect { try read(body) } throws: { ($0 as? ExchangeError)?.kind == .malformed }
  }

  // MARK: Volumes

  @Test func volumesOfAllSymbolsAreTheirBaseUnitsAtTheLastPrice() throws {
    let inquiry = try #require(Okx().quoteVolumes())
    #expect(inquiry.requests == [UpstreamRequest(target: "/api/v5/market/tickers?instType=SWAP", weight: 1)])
    let body = Array(try Fixture.text("Okx/rest/tickers_SWAP_2021-12.json").utf8)
    let volumes = try inquiry.read([UpstreamReply(status: 200, body: body, askTime: .epoch)])
    #expect(volumes.map(\.symbol) == ["WNCG-USDT-SWAP"])
    // Python: Decimal("803940") * Decimal("2.1729")
    #expect(volumes.map(\.quoteVolume.description) == ["1746881.2260"])
  }
}
