import Model
import PublicJSON
import Services
import Testing
import Wire

@Suite struct SpikeEncodingTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  private func text(_ type: String?, openInterest: Double?, volume: Double?, isConfirmed: Bool = false) throws -> String
  {
    let spike = Spike(
      instrument: Self.instrument, timeframe: try #require(Interval("15m")),
      barEnd: try #require(Timestamp(milliseconds: 1_800_000_000_000)), openInterestScore: openInterest,
      volumeScore: volume, isConfirmed: isConfirmed)
    var json = JSONWriter()
    EventEncoding.append(spike, type: type, to: &json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  /// Python: datetime.fromtimestamp(1800000000, timezone.utc).isoformat()
  @Test func membersStandInTheOrderOfTheContract() throws {
    #expect(
      try text(EventEncoding.spikeType, openInterest: 3.25, volume: 2.5000000000000004, isConfirmed: true)
        == #"{"type":"oi_spike","exchange":"toy","symbol":"BTCUSDT","timeframe":"15m","z_oi":3.25,"#
        + #""z_vol":2.5000000000000004,"confirmed":true,"timestamp":"2027-01-15T08:00:00Z"}"#)
  }

  @Test func withoutATypeTheFieldsAreBare() throws {
    #expect(try text(nil, openInterest: 3, volume: 1).hasPrefix(#"{"exchange":"toy","symbol""#))
  }

  @Test func aScoreThatIsNotKnownIsNull() throws {
    let text = try text(nil, openInterest: nil, volume: -0.00001)
    #expect(text.contains(#""z_oi":null,"z_vol":-0.00001,"confirmed":false"#))
  }

  @Test func theFormsHaveNumbersOfTheirOwn() {
    #expect(EventForm.spike.rawValue == 8 && EventForm.feedSpike.rawValue == 9)
  }
}
