import Contract
import Model
import PublicJSON
import Services
import Support
import Testing
import Wire

@Suite struct GapEncodingTests {
  private func text(_ record: GapRecord) -> String {
    var json = JSONWriter()
    EventEncoding.append(record, to: &json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  private func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(microseconds: (1_791_283_200_000 + milliseconds) * 1000)
  }

  @Test func anOpenGapSaysWhatIsKnownOfIt() {
    var ledger = GapLedgerState()
    let opening = GapOpening(
      GapKey(Topic(.liquidations, ofAllOn: ExchangeID("toy"))), cause: .disconnect, from: time(0))
    #expect(
      text(ledger.open(opening, now: time(1))) == """
        {"id":1,"exchange":"toy","symbol":null,"stream":"liquidations","interval":null,"from":"2026-10-06T10:40:00Z",\
        "to":null,"cause":"disconnect","state":"open","missing":null,"filled_from":null,\
        "opened_at":"2026-10-06T10:40:00.001Z","closed_at":null}
        """)
  }

  @Test func aClosedGapSaysWhatBecameOfIt() throws {
    var ledger = GapLedgerState()
    let opening = GapOpening(
      GapKey(Topic(.candles(.oneMinute), of: ToyExchange.alpha)), cause: .noTrade, from: time(0), to: time(60_000))
    let record = ledger.open(opening, .filled(.rest), now: time(90_500))
    #expect(
      text(record) == """
        {"id":1,"exchange":"toy","symbol":"ALPHAUSD","stream":"ohlc","interval":"1m","from":"2026-10-06T10:40:00Z",\
        "to":"2026-10-06T10:41:00Z","cause":"no_trade","state":"filled","missing":0,"filled_from":"rest",\
        "opened_at":"2026-10-06T10:41:30.500Z","closed_at":"2026-10-06T10:41:30.500Z"}
        """)
    let schema = try #require(PublicSchemas.all.first { $0.name == "Gap" }?.schema)
    guard case .object(let members) = schema else { return #expect(Bool(false), "it is no object") }
    let value = try JSONValue(parsing: text(record))
    #expect(value.members?.map(\.key) == members.map(\.name))
  }

  @Test func aRevisionIsACandleWithItsNumberFirst() {
    let one = FixedDecimal(1)
    let candle = Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: one, high: one, low: one, close: one,
      baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: true, receiveTime: .epoch)
    let event = EncodedEvent(.revision(candle, number: 2), forms: [.candle, .quote], encoder: EventEncoding())
    let payload = event.payload(.candle).map { String(decoding: $0.bytes.bytes.dropFirst($0.offset), as: UTF8.self) }
    #expect(payload?.hasPrefix(#""rev":2,"exchange":"toy","symbol":"ALPHAUSD""#) == true)
    #expect(event.frame(.quote) == nil && event.isRevision && event.conflationKey == 0)
  }
}
