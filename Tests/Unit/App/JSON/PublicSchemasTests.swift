import Model
import Testing
import Wire

@testable import PublicJSON

/// What the schemas say is what the encoders write, member by member and in order.
@Suite struct PublicSchemasTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  private func names(_ schema: JSONSchema) -> [String] {
    if case .object(let members) = schema { members.map(\.name) } else { [] }
  }

  private func written(_ write: (inout JSONWriter) -> Void) throws -> [String] {
    var json = JSONWriter()
    write(&json)
    return try JSONValue(parsing: json.take()).members?.map(\.key) ?? []
  }

  @Test func aCandleIsAsItsSchemaSays() throws {
    let candle = Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: .epoch, open: .zero, high: .zero, low: .zero,
      close: .zero, baseVolume: .zero, quoteVolume: nil, tradesCount: nil, isClosed: true, receiveTime: .epoch)
    #expect(try written { EventEncoding.append(candle, to: &$0) } == names(PublicSchemas.candle))
  }

  @Test func aTradeAndALiquidationAreAsTheirSchemasSay() throws {
    let trade = Trade(
      instrument: Self.instrument, id: .number(1), price: .zero, quantity: .zero, aggressor: .buy, exchangeTime: .epoch,
      receiveTime: .epoch)
    #expect(try written { EventEncoding.append(trade, withID: false, to: &$0) } == names(PublicSchemas.largeTrade))
    let liquidation = Liquidation(
      instrument: Self.instrument, liquidated: .long, price: .zero, quantity: .zero, exchangeTime: .epoch,
      receiveTime: .epoch)
    #expect(try written { EventEncoding.append(liquidation, to: &$0) } == names(PublicSchemas.liquidation))
  }

  @Test func aSpikeIsAsItsSchemaSays() throws {
    let spike = Spike(
      instrument: Self.instrument, timeframe: .oneHour, barEnd: .epoch, openInterestScore: nil, volumeScore: 2,
      isConfirmed: false)
    #expect(try written { EventEncoding.append(spike, to: &$0) } == names(PublicSchemas.spike))
  }

  @Test func historyIsAsItsSchemasSay() throws {
    let openInterest = OpenInterest(instrument: Self.instrument, exchangeTime: .epoch, quantity: .zero, notional: nil)
    #expect(try written { HistoryEncoding.append(openInterest, to: &$0) } == names(PublicSchemas.openInterest))
    let funding = FundingRate(
      instrument: Self.instrument, exchangeTime: .epoch, rate: .zero, settlementTime: .epoch, intervalHours: nil)
    #expect(try written { HistoryEncoding.append(funding, to: &$0) } == names(PublicSchemas.fundingRate))
    #expect(try written { HistoryEncoding.append(Self.instrument, to: &$0) } == names(PublicSchemas.instrument))
  }

  @Test func aChangeOfAnInstrumentIsAsItsSchemaSays() throws {
    let change = InstrumentChange(.listed, Self.instrument, time: .epoch)
    #expect(try written { EventEncoding.append(change, to: &$0) } == names(PublicSchemas.instrumentChange))
  }

  @Test func everyNameThatIsReferredToIsThere() {
    let names = Set(PublicSchemas.all.map(\.name))
    #expect(names.count == PublicSchemas.all.count)
    #expect(PublicSchemas.all.flatMap { referred($0.schema) }.allSatisfy(names.contains))
  }

  private func referred(_ schema: JSONSchema) -> [String] {
    switch schema {
    case .named(let name): [name]
    case .array(let part), .map(let part), .nullable(let part): referred(part)
    case .either(let first, let second): referred(first) + referred(second)
    case .object(let members): members.flatMap { referred($0.schema) }
    default: []
    }
  }
}
