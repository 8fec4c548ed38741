import Testing
import Wire

@testable import App

@Suite struct AnswerLayoutTests {
  private static func lines(_ json: String, width: Int? = 80) throws -> [String] {
    AnswerLayout(try JSONValue(parsing: json), width: width, ink: Ink(isOn: false)).lines
  }

  @Test func rowsAreATableAndWhatTheyShareStandsAboveIt() throws {
    let rows = [
      #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-01T12:00:00Z","interval":"1h","open":101621.70,"is_closed":true}"#,
      #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-01T13:00:00Z","interval":"1h","open":9.5,"is_closed":false}"#,
    ]
    #expect(
      try Self.lines("[\(rows.joined(separator: ","))]") == [
        "binance BTCUSDT 1h", "time UTC               open  closed", "2026-10-01 12:00  101621.70  yes",
        "2026-10-01 13:00       9.5   no",
      ])
  }

  @Test func oneObjectStandsBelowItself() throws {
    #expect(
      try Self.lines(#"{"exchange":"binance","funding_rate":0.00010000,"interval_hours":null}"#) == [
        "exchange        binance", "funding_rate    0.00010000", "interval_hours  -",
      ])
  }

  @Test func anExchangeIsABlockAndItsAbilitiesAreWords() throws {
    let json =
      #"{"exchanges":[{"name":"binance","capabilities":{"ohlc":true,"oi":false,"trades":true},"intervals":["1m","3m"]}]}"#
    #expect(
      try Self.lines(json) == ["binance", "capabilities  ohlc, trades", "intervals     1m, 3m"])
    #expect(
      try Self.lines(json, width: 21) == [
        "binance", "capabilities  ohlc,", "              trades", "intervals     1m, 3m",
      ])
  }

  @Test func severalExchangesHaveOneTableOrOneEach() throws {
    #expect(
      try Self.lines(#"{"a":{"exchange":"a","open_interest":1.50},"b":null}"#) == [
        "exchange  open interest", "a                  1.50", "b                  -",
      ])
    #expect(
      try Self.lines(#"{"a":[{"exchange":"a","open":1}],"b":[]}"#) == ["b  (none)", "", "a", "open", "   1"])
  }

  @Test func whatIsNestedHasAHeading() throws {
    #expect(
      try Self.lines(#"{"window":"1h","totals":{"full":{"count":1}}}"#) == [
        "window  1h", "", "totals", "", "full", "count  1",
      ])
  }

  @Test func rowsWithoutNamesAreAGrid() throws {
    #expect(try Self.lines(#"[[1,"a",2.50],[10,"bc"]]"#) == [" 1  a   2.50", "10  bc"])
  }

  @Test(arguments: [("[]", ["(none)"]), (#"["a","b"]"#, ["a, b"]), (#""a""#, ["a"]), ("{}", [])])
  func smallAnswersAreWords(json: String, lines: [String]) throws {
    #expect(try Self.lines(json) == lines)
  }

  @Test func whatTellsTheRowsApartIsTheLastToGo() throws {
    let row = #""symbol":"B","timestamp":"2026-10-01T12:00:00Z","open_interest":1.5"#
    let json = #"[{"exchange":"a",\#(row)},{"exchange":"b",\#(row)}]"#
    #expect(try Self.lines(json, width: 12) == ["B", "exchange", "a", "b"])
    #expect(try Self.lines(json, width: 26).last == "b         2026-10-01 12:00")
  }

  @Test func columnsWithoutRoomAreNamed() throws {
    let json = #"[{"price":101621.70,"quote_volume":123456789.123456789}]"#
    let layout = AnswerLayout(try JSONValue(parsing: json), width: 20, ink: Ink(isOn: false))
    #expect(layout.lines == ["    price", "101621.70"])
    #expect(layout.hidden == ["quote_volume"])
  }

  @Test func namesFromOutsideDoNotSpeakToTheTerminal() throws {
    let text = try Self.lines(#"{"a\u001b[2J":"b\u001b[2J","c\u001b":[{"d\u001b":1}],"e\u001b":{"f":[[1],{}]}}"#)
      .joined()
    #expect(!text.contains("\u{1B}"))
  }
}
