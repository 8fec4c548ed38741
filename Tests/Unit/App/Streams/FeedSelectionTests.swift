import Contract
import Model
import Testing

@testable import App

@Suite struct FeedSelectionTests {
  private func instrument(_ symbol: String, on exchange: String = "toy") -> Instrument {
    Instrument(
      exchange: ExchangeID(exchange), symbol: symbol, base: symbol, quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
  }

  @Test func withoutASymbolItIsAboutAllOfItsExchanges() {
    let selection = FeedSelection(exchanges: [ExchangeID("toy")])
    #expect(selection.holds(instrument("A")) && !selection.holds(instrument("A", on: "other")))
    #expect(selection.name(of: instrument("A")) == nil)
  }

  @Test func withASymbolItIsAboutThatAndKnowsWhatTheClientCallsIt() {
    var selection = FeedSelection(exchanges: [ExchangeID("toy"), ExchangeID("other")])
    let (coin, pair) = (instrument("BTC"), instrument("BTCUSDT", on: "other"))
    selection.matches = [coin: InstrumentMatch(coin, pair: "BTCUSDT"), pair: InstrumentMatch(pair)]
    #expect(selection.holds(coin) && selection.holds(pair) && !selection.holds(instrument("ETH")))
    #expect(selection.name(of: coin) == "BTCUSDT" && selection.name(of: pair) == nil)
  }

  @Test func whatIsOfUnknownWorthReachesNoMinimum() {
    var selection = FeedSelection(exchanges: [])
    #expect(selection.reaches(nil) && selection.reaches(.zero))
    selection.minimum = FixedDecimal(5)
    #expect(
      !selection.reaches(nil) && !selection.reaches(FixedDecimal("4.99")) && selection.reaches(FixedDecimal("5.0")))
  }
}
