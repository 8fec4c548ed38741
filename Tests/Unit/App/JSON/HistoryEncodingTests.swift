import Model
import Testing
import Wire

@testable import PublicJSON

@Suite struct HistoryEncodingTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("binance"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: FixedDecimal("0.10"), stepSize: FixedDecimal("0.001"), fundingIntervalHours: 8)

  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  private func number(_ text: String) -> FixedDecimal { FixedDecimal(text) ?? .zero }

  @Test func openInterestHasItsFieldsInOrder() {
    let sample = OpenInterest(
      instrument: Self.instrument, exchangeTime: Timestamp(microseconds: 1_786_816_800_000_000),
      quantity: number("111856.66400000"), notional: number("7051831069.12087200"))
    #expect(
      text { HistoryEncoding.append(sample, to: &$0) } == """
        {"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-08-15T18:00:00Z","open_interest":111856.66400000,\
        "open_interest_value":7051831069.12087200}
        """)
  }

  @Test func aValueThatCannotBeKnownIsNull() {
    let sample = OpenInterest(
      instrument: Self.instrument, exchangeTime: .epoch, quantity: number("1"), notional: nil)
    #expect(text { HistoryEncoding.append(sample, to: &$0) }.hasSuffix(#""open_interest_value":null}"#))
  }

  @Test func fundingHasItsFieldsInOrder() {
    let rate = FundingRate(
      instrument: Self.instrument, exchangeTime: Timestamp(microseconds: 1_786_780_800_002_000),
      rate: number("-0.00003629"), settlementTime: Timestamp(microseconds: 1_786_780_800_000_000), intervalHours: nil)
    #expect(
      text { HistoryEncoding.append(rate, to: &$0) } == """
        {"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-08-15T08:00:00.002Z","funding_rate":-0.00003629,\
        "funding_time":"2026-08-15T08:00:00Z","interval_hours":null}
        """)
  }

  @Test func anInstrumentHasItsFieldsInOrder() {
    #expect(
      text { HistoryEncoding.append(Self.instrument, to: &$0) } == """
        {"exchange":"binance","symbol":"BTCUSDT","base":"BTC","quote":"USDT","kind":"perpetual","status":"trading",\
        "tick_size":0.10,"step_size":0.001,"contract_size":1,"funding_interval_hours":8}
        """)
  }

  @Test func noRowsAreAnEmptyArray() {
    #expect(HistoryEncoding.candles([]).array == Array("[]".utf8))
  }
}
