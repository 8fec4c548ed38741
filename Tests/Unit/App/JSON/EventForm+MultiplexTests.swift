import Model
import PublicJSON
import Services
import Testing

@Suite struct EventFormMultiplexTests {
  @Test func aTypeStandsInAFormOrInThePrefix() {
    #expect(EventForm.feedLiquidation.untyped == .liquidation)
    #expect(EventForm.feedLargeTrade.untyped == .largeTrade)
    #expect(EventForm.candle.naming("BTCUSDT").untyped == EventForm.candle.naming("BTCUSDT"))
    let forms: [EventForm] = [.candle.naming("BTCUSDT"), .trade, .feedLargeTrade, .feedLiquidation, .feedSpike]
    #expect(forms.map(\.untyped.messageType) == ["ohlc", "trade", "large_trade", "liquidation", "oi_spike"])
  }

  @Test func aChangeOfAListHasItsOwnFormAlone() {
    let instrument = Instrument(
      exchange: ExchangeID("toy"), symbol: "AUSD", base: "A", quote: "USD", kind: .perpetual, status: .delisted,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
    let change = BusEvent.listing(InstrumentChange(.delisted, instrument, time: .epoch))
    #expect(EventForm.listing.messageType == "instrument" && EventForm.gap.messageType == "gap_record")
    #expect(EventEncoding().frame(change, as: .listing) != nil)
    #expect(EventEncoding().frame(change, as: .trade) == nil)
  }
}
