import Contract
import Model
import Services
import Testing
import Wire

@testable import PublicJSON

@Suite struct LiquidationSummaryEncodingTests {
  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  private func part(_ exchange: String, _ coverage: Capabilities.LiquidationCoverage) -> LiquidationSummary.Part {
    let instrument = Instrument(
      exchange: ExchangeID(exchange), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    var totals = LiquidationTotals()
    for (side, price) in [(PositionSide.long, "0.10"), (.long, "0.20"), (.short, "7")] {
      totals.observe(
        Liquidation(
          instrument: instrument, liquidated: side, price: FixedDecimal(price) ?? .zero, quantity: FixedDecimal(1),
          exchangeTime: time(60), receiveTime: time(60)), now: time(60))
    }
    var standing = FeedCoverage.Standing()
    standing.since = time(60)
    standing.gaps = [FeedCoverage.Gap(from: time(61), until: time(62))]
    return LiquidationSummary.Part(
      exchange: instrument.exchange, coverage: coverage, standing: standing,
      sums: totals.sums(since: time(60))[instrument.exchange] ?? LiquidationTotals.ExchangeSums())
  }

  private func text(_ parts: LiquidationSummary.Part...) -> String {
    String(
      decoding: LiquidationSummaryEncoding.body(
        of: LiquidationSummary(from: time(60), to: time(90), parts: parts), window: "1m"), as: UTF8.self)
  }

  @Test func aSummarySaysWhatItIsMadeOfAndNeverMixesCoverages() {
    let sides = #""buy":{"count":1,"value":7},"sell":{"count":2,"value":0.3}"#
    let none = #"{"buy":{"count":0,"value":0},"sell":{"count":0,"value":0}}"#
    #expect(
      text(part("toy", .full)) == """
        {"window":"1m","since":"1970-01-01T00:01:00Z","until":"1970-01-01T00:01:30Z","exchanges":[{"exchange":"toy",\
        "coverage":"full","connected":true,"since":"1970-01-01T00:01:00Z","gaps":[{"from":"1970-01-01T00:01:01Z",\
        "until":"1970-01-01T00:01:02Z"}],\(sides),"symbols":[{"symbol":"BTCUSDT",\(sides)}],"other_symbols":\(none)}],\
        "totals":{"full":{\(sides)},"sampled":\(none)}}
        """)
  }

  @Test func anExchangeThatWasNotHeardHasNoTime() {
    let silent = LiquidationSummary.Part(
      exchange: ExchangeID("toy"), coverage: .sampled, standing: FeedCoverage.Standing(),
      sums: LiquidationTotals.ExchangeSums())
    #expect(text(silent).contains(#""coverage":"sampled","connected":false,"since":null,"gaps":[],"#))
  }

  @Test func itIsAsItsSchemaSays() throws {
    func names(_ schema: JSONSchema) -> [String] {
      if case .object(let members) = schema { members.map(\.name) } else { [] }
    }
    let value = try JSONValue(parsing: Array(text(part("toy", .full)).utf8))
    #expect(value.members?.map(\.key) == names(PublicSchemas.liquidationSummary))
    #expect(value["exchanges"]?.array?.first?.members?.map(\.key) == PublicSchemas.liquidationPart.map(\.name))
    #expect(value["totals"]?["full"]?["buy"]?.members?.map(\.key) == names(PublicSchemas.liquidationSum))
  }
}
