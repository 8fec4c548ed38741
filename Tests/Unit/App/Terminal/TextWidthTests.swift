import Testing

@testable import App

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("BTCUSDT", 7), ("é", 1), ("e\u{301}", 1), ("币安人生USDT", 12), ("ｗ", 2), ("한글", 4), ("…", 1), ("🚀", 2),
    ("ไทย", 3),
  ])
  func cellsAreThoseOfATerminal(text: String, cells: Int) {
    #expect(TextWidth.cells(text) == cells)
  }

  @Test(arguments: [
    ("BTCUSDT", "BTCUSDT"), ("币安", "币安"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"),
    ("a\r\n\tb", "a\u{FFFD}\u{FFFD}\u{FFFD}b"),
    ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("\u{202E}drawkcab", "\u{FFFD}drawkcab"), ("a\u{2028}b", "a\u{FFFD}b"),
    ("\u{7F}", "\u{FFFD}"),
  ])
  func nothingFromOutsideSpeaksToTheTerminal(text: String, shown: String) {
    // Line feed and carriage return are one character of Swift's, and two scalars.
    #expect(TextWidth.printable(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("币安人生", 5, "币安…"), ("币安人生", 4, "币…"), ("abc", 1, "…"), ("abc", 0, ""),
  ])
  func whatIsCutFitsAndSaysSo(text: String, width: Int, cut: String) {
    #expect(TextWidth.cut(text, to: width) == cut)
    #expect(TextWidth.cells(TextWidth.cut(text, to: width)) <= width)
  }

  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]), ("one two", 80, ["one two"]), ("", 5, []),
    ("abcdefgh", 3, ["abc", "def", "gh"]),
    ("a bcdefgh", 3, ["a", "bcd", "efg", "h"]), ("币安 人生", 4, ["币安", "人生"]), ("币安", 1, ["币", "安"]),
    ("ab", 0, ["a", "b"]),
  ])
  func linesBreakAtBlanksAndWhereAWordIsTooLong(text: String, width: Int, lines: [String]) {
    #expect(TextWidth.lines(of: text, width: width) == lines)
  }

  @Test func paddingCountsCells() {
    #expect(TextWidth.padded("币", to: 4) == "币  ")
    #expect(TextWidth.padded("long", to: 2) == "long")
  }
}
