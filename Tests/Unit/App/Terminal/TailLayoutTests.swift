import Testing

@testable import App

@Suite struct TailLayoutTests {
  private static let buy =
    #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-01T12:00:00.5Z","side":"buy","price":101621.70,"quantity":0.001,"value":101.6217,"is_buyer_maker":false,"id":17}"#
  private static let sell =
    #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-01T12:00:01.123Z","side":"sell","price":99.5,"quantity":12,"value":1194,"is_buyer_maker":true,"id":18}"#
  private static let candle =
    #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-10-01T12:00:00Z","interval":"1m","open":10.0,"high":12.50,"low":9.5,"close":9.75,"volume":100,"quote_volume":1000,"trades_count":5,"is_closed":true}"#

  private static func lines(_ events: [String], width: Int? = nil, titles: Bool = false, ink: Bool = false) -> [String]
  {
    var tape = TailLayout(hasTitles: titles, ink: Ink(isOn: ink))
    return events.flatMap { tape.lines(of: Array($0.utf8), width: width) }
  }

  @Test func eventsStandBelowEachOtherWithTheirDigits() {
    #expect(
      Self.lines([Self.buy, Self.sell, Self.sell]) == [
        "12:00:00.5  binance  BTCUSDT  buy  101621.70  0.001  101.6217",
        "12:00:01.123  binance  BTCUSDT  sell      99.5   12      1194",
        "12:00:01.123  binance  BTCUSDT  sell      99.5   12      1194",
      ])
  }

  @Test func theNamesOfTheColumnsComeOnceForEachKind() {
    let lines = Self.lines([Self.buy, Self.buy, Self.candle], titles: true)
    #expect(lines.count == 5)
    #expect(lines[0] == "time UTC    exchange  symbol   side      price  quantity     value")
    #expect(lines[3].hasPrefix("time UTC"))
    #expect(lines[3].contains("close"))
  }

  @Test func aCandleSaysWhenItOpenedAndWhetherItIsOver() {
    #expect(
      Self.lines([Self.candle]) == ["10-01 12:00  binance  BTCUSDT  1m  10.0  12.50  9.5  9.75  100  closed"])
    #expect(
      Self.lines([Self.candle.replacing("true", with: "false")])
        == ["10-01 12:00  binance  BTCUSDT  1m  10.0  12.50  9.5  9.75  100"])
  }

  @Test func aSpikeBeginsWithItsTime() {
    let spike =
      #"{"type":"oi_spike","exchange":"a","symbol":"B","timeframe":"5m","z_oi":3.1,"z_vol":null,"confirmed":true,"timestamp":"2026-10-01T12:05:00Z"}"#
    #expect(Self.lines([spike]) == ["10-01 12:05  a  B  5m  3.1  -  confirmed"])
  }

  @Test func sidesAndDirectionsAreColouredOnTerminals() {
    let green = "\u{1B}[32m"
    let red = "\u{1B}[31m"
    #expect(Self.lines([Self.buy], ink: true)[0].contains("\(green)101621.70\u{1B}[0m"))
    #expect(Self.lines([Self.sell], ink: true)[0].contains("\(red)sell\u{1B}[0m"))
    #expect(Self.lines([Self.candle], ink: true)[0].contains("\(red)9.75\u{1B}[0m"))
    #expect(!Self.lines([Self.buy, Self.candle])[0].contains("\u{1B}"))
  }

  @Test(arguments: [30, 40, 50, 60, 80, 100]) func noLineIsWiderThanTheTerminal(width: Int) {
    let lines = Self.lines([Self.buy, Self.sell, Self.candle], width: width, titles: true)
    #expect(lines.map { TextWidth.cells($0) }.max() ?? 0 <= width)
    #expect(lines.allSatisfy { $0.contains("12:00") || $0.contains("time") })
  }

  @Test func anEventFromOutsideDoesNotSpeakToTheTerminal() {
    let lines = Self.lines(
      [#"{"symbol":"a\u001b[2J\n","x\u001b":"\u0007","n":[1],"timestamp":"\u001b"}"#], titles: true)
    #expect(!lines.joined().contains { $0 == "\u{1B}" || $0 == "\n" || $0 == "\u{07}" })
  }

  @Test func aHundredMembersAreCutToAsManyAsAnybodyReads() {
    let members = (1...100).map { #""m\#($0)":\#($0)"# }.joined(separator: ",")
    #expect(Self.lines(["{\(members)}"]).first?.hasSuffix("  64") == true)
  }

  @Test(arguments: ["", "[]", "null", "{"]) func whatIsNoObjectHasNoLine(text: String) {
    #expect(Self.lines([text]) == [])
  }
}
