import Contract
import Model
import Testing
import Wire

@Suite struct InquiryCandlesTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)
  private static let layouts = CandleLayouts(
    #"{"list":[<each>[<time>,"<open>","<high>","<low>","<close>","<baseVolume>"]<more>]}"#)

  private func inquiry(isDescending: Bool = false) -> Inquiry<[Candle]> {
    let query = HistoryQuery(instrument: Self.instrument, interval: .oneMinute, limit: 2)
    let request = UpstreamRequest(target: "/candles", weight: 1)
    return .candles(
      request, query, .oneMinute, laidOut: Self.layouts, at: ["list"], isDescending: isDescending
    ) { (reader, reply) throws(JSONError) in
      try reader.beginArray()
      let (openTime, open, high, low, close) = try reader.openingColumns()
      let volume = try reader.decimalColumn()
      while try reader.nextElement() { try reader.skipValue() }
      // Open: so that it shows who has read a row.
      return Candle(
        instrument: Self.instrument, interval: .oneMinute, openTime: openTime, open: open, high: high, low: low,
        close: close, baseVolume: volume, quoteVolume: nil, tradesCount: nil, isClosed: false,
        receiveTime: reply.askTime)
    }
  }

  private func read(_ text: String, isDescending: Bool = false) throws -> [Candle] {
    try inquiry(isDescending: isDescending).read(
      [UpstreamReply(status: 200, body: Array(text.utf8), askTime: .latest)])
  }

  private let rows = #"[1786816800000,"1","4","0.5","2","7.10"],[1786816860000,"2","4","0.5","3","0"]"#

  @Test func whatIsLaidOutSoIsReadByItsLayout() throws {
    let candles = try read(#"{"list":[\#(rows)]}"#)
    #expect(candles.map(\.isClosed) == [true, true])
    #expect(candles.map(\.baseVolume.description) == ["7.10", "0"])
  }

  @Test(arguments: [" ", #""more":1,"#])
  func allElseIsReadRowByRow(inserted: String) throws {
    let rows = rows
    let text = #"{\#(inserted)"list":[\#(rows)]}"#
    let candles = try read(text)
    #expect(candles.map(\.isClosed) == [false, false])
    #expect(candles.map(\.close.description) == ["2", "3"])
  }

  @Test func whatIsMalformedIsToldByTheReader() {
    #expect(throws: ExchangeError.self) { try read(#"{"list":[\#(rows),[1786816920000,"1"]]}"#) }
    #expect(throws: ExchangeError.self) { try read(#"{"list":[\#(rows)]"#) }
  }

  @Test func theNewestFirstIsTurnedRound() throws {
    for text in [#"{"list":[\#(rows)]}"#, #"{ "list":[\#(rows)]}"#] {
      #expect(try read(text, isDescending: true).map(\.open.description) == ["2", "1"])
      #expect(try read(text).map(\.open.description) == ["1", "2"])
    }
  }

  @Test func noRowsAreNone() throws {
    #expect(try read(#"{"list":[]}"#).isEmpty)
  }
}
