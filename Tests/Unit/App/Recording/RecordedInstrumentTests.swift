import Model
import Testing

@testable import App

@Suite struct RecordedInstrumentTests {
  private func instrument(_ symbol: String) throws -> RecordedInstrument {
    try #require(try RecordingFixture.other().instrument(symbol))
  }

  @Test func aRowHasItsColumnsAndItsNumbers() throws {
    let instrument = try instrument("A")
    // The second row of the second loop: its raw trades are numbers 5 and 6.
    #expect(instrument.value("price", ofRow: 4, tape: "deals") == .text("12.5"))
    #expect(instrument.value("id", ofRow: 4, tape: "deals") == .integer(4))
    #expect(instrument.value("first_id", ofRow: 4, tape: "deals") == .integer(5))
    #expect(instrument.value("last_id", ofRow: 4, tape: "deals") == .integer(6))
  }

  @Test func onlyTradesHaveRawTrades() throws {
    let instrument = try instrument("A")
    #expect(instrument.value("id", ofRow: 4, tape: "rates") == .integer(4))
    #expect(instrument.value("first_id", ofRow: 4, tape: "rates") == nil)
    #expect(instrument.hasField("due", tape: "rates"))
    #expect(!instrument.hasField("price", tape: "rates"))
    #expect(!instrument.hasField("price", tape: "none"))
  }

  @Test func aCandlesVolumeIsAlsoKnownInContracts() throws {
    var texts = RecordingFixture.otherTexts
    texts["tapes/A.deals.csv"] =
      "loop,7000\n@time,price,quantity,taker_sold,count\n0,10.0,1.250,0,1\n3000,12.5,2.000,1,2\n"
    func contracts(_ symbols: String) throws -> LayoutValue? {
      texts["symbols"] = symbols
      let instrument = try Recording(RecordingFiles(texts: texts)).instrument("A")
      return instrument?.candle(from: 140_000, to: 147_000, now: 147_000).value(of: .contracts)
    }
    // 3.250 base units: 325.0 contracts of 0.01.
    #expect(try contracts("symbol,long,contract_scale\nA,alpha,2\n") == .decimal(3250, scale: 1))
    #expect(try contracts("symbol,long\nA,alpha\n") == .decimal(3250, scale: 3))
  }

  @Test func aCandleHasNothingFromBeforeTheListing() throws {
    // Listed at 100 s: of 96 s … 108 s the deals at 98.000 and before are left out, 101.000 to 105.000 are in.
    let candle = try instrument("A").candle(from: 96_000, to: 108_000, now: 200_000)
    #expect(candle.value(of: .trades) == .integer(2 + 1 + 1))
    #expect(candle.value(of: .open) == .decimal(125, scale: 1))
    #expect(candle.value(of: .openTime) == .integer(96_000))
    #expect(candle.value(of: .lastTime) == .integer(107_999))
    #expect(candle.value(of: .endTime) == .integer(108_000))
  }

  @Test func anIntervalsCandleEndsWhereTheNextBegins() throws {
    let month = try #require(Interval("1M"))
    let february = try #require(Timestamp(milliseconds: 1_706_745_600_000))
    let candle = try instrument("A").candle(month, openTime: february, now: 1_709_251_199_999)
    #expect(candle.value(of: .endTime) == .integer(1_709_251_200_000))
    #expect(candle.value(of: .isClosed) == .flag(false))
  }
}
