import Testing

@testable import App

@Suite struct TextTableTests {
  private static let table = TextTable(
    [
      TableColumn("timestamp", holdsNumbers: false), TableColumn("side", holdsNumbers: false),
      TableColumn("price", holdsNumbers: true), TableColumn("trades_count", holdsNumbers: true),
    ],
    [
      ["2026-10-01 12:00", "buy", "101621.70", "7"].map { TextTable.Cell(text: $0) },
      ["2026-10-01 12:01", "sell", "9.5", ""].map { TextTable.Cell(text: $0) },
    ])

  @Test func everythingIsShownWhereThereIsRoom() {
    #expect(
      Self.table.lines(width: nil, ink: Ink(isOn: false)) == [
        "time UTC          side      price  trades",
        "2026-10-01 12:00  buy   101621.70       7",
        "2026-10-01 12:01  sell       9.5",
      ])
    #expect(Self.table.hidden(width: nil) == [])
    #expect(Self.table.hidden(width: 41) == [])
  }

  @Test func theLeastImportantColumnGoesFirstAndNumbersAreNeverCut() {
    #expect(Self.table.hidden(width: 40) == ["trades_count"])
    #expect(Self.table.hidden(width: 30) == ["side", "trades_count"])
    #expect(
      Self.table.lines(width: 20, ink: Ink(isOn: false)) == ["time UTC", "2026-10-01 12:00", "2026-10-01 12:01"])
  }

  @Test(arguments: 16...60) func noLineIsWiderThanTheTerminal(width: Int) {
    let widest = Self.table.lines(width: width, ink: Ink(isOn: false)).map { TextWidth.cells($0) }.max() ?? 0
    #expect(widest <= width)
  }

  @Test func coloursDoNotMoveColumns() {
    let table = TextTable(
      [TableColumn("side", holdsNumbers: false), TableColumn("price", holdsNumbers: true)],
      [[TextTable.Cell(text: "buy", tint: .green), TextTable.Cell(text: "1.5")]])
    #expect(
      table.lines(width: 80, ink: Ink(isOn: true)) == [
        "\u{1B}[1mside\u{1B}[0m  \u{1B}[1mprice\u{1B}[0m", "\u{1B}[32mbuy\u{1B}[0m     1.5",
      ])
  }

  @Test func aLongWordIsCutAndALongNumberIsNot() {
    let text = String(repeating: "9", count: 60)
    let table = TextTable(
      [TableColumn("a", holdsNumbers: false), TableColumn("b", holdsNumbers: true)],
      [[TextTable.Cell(text: text), TextTable.Cell(text: text)]], hasTitles: false)
    let line = table.lines(width: nil, ink: Ink(isOn: false))
    #expect(line == [String(repeating: "9", count: 39) + "…  " + text])
  }
}
