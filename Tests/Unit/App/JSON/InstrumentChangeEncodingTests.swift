import Model
import PublicJSON
import Testing
import Wire

@Suite struct InstrumentChangeEncodingTests {
  private let change = InstrumentChange(
    .delisted,
    Instrument(
      exchange: ExchangeID("toy"), symbol: "kCAT", base: "1000CAT", quote: "USD", kind: .perpetual, status: .delisted,
      tickSize: FixedDecimal("0.10"), stepSize: nil, fundingIntervalHours: 8),
    time: Timestamp(microseconds: 1_791_283_200_500_000))

  private func text(named symbol: String? = nil) -> String {
    var json = JSONWriter()
    EventEncoding.append(change, named: symbol, to: &json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  @Test func aChangeSaysWhatBecameOfWhichAndAllThatIsKnown() {
    #expect(
      text() == """
        {"exchange":"toy","symbol":"kCAT","timestamp":"2026-10-06T10:40:00.500Z","change":"delisted","base":"1000CAT",\
        "quote":"USD","kind":"perpetual","status":"delisted","tick_size":0.10,"step_size":null,"contract_size":1,\
        "funding_interval_hours":8}
        """)
  }

  @Test func aClientsOwnNameStandsInItsPlace() {
    #expect(text(named: "1000CATUSDT").contains(#""symbol":"1000CATUSDT""#))
  }
}
