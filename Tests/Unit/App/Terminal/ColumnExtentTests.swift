import Testing

@testable import App

@Suite struct ColumnExtentTests {
  private static func set(_ texts: [String], _ alignment: ColumnExtent.Alignment, title: String = "") -> [String] {
    var extent = ColumnExtent(alignment)
    for text in texts { extent.widen(for: text) }
    extent.widen(forTitle: title)
    return texts.map { text in
      let margins = extent.margins(of: text)
      return TextWidth.blanks(margins.before) + text + TextWidth.blanks(margins.behind)
    }
  }

  @Test func numbersMeetAtTheirPoint() {
    #expect(Self.set(["1.5", "20", "-300.25", "-"], .point) == ["   1.5 ", "  20   ", "-300.25", "   -   "])
  }

  @Test func wordsMeetAtTheirStartAndCountInCells() {
    #expect(Self.set(["币", "abc"], .left) == ["币 ", "abc"])
    #expect(Self.set(["a", "abc"], .right) == ["  a", "abc"])
  }

  @Test func aTitleThatIsWiderMakesRoomBeforeNumbers() {
    #expect(Self.set(["1.5"], .point, title: "volume") == ["   1.5"])
    #expect(Self.set(["a"], .left, title: "side") == ["a   "])
  }

  @Test func aTitleIsSetLikeItsColumn() {
    var (numbers, words) = (ColumnExtent(.point), ColumnExtent(.left))
    numbers.widen(for: "12345.5")
    words.widen(for: "binance")
    #expect(numbers.margins(ofTitle: "price") == (2, 0))
    #expect(words.margins(ofTitle: "name") == (0, 3))
  }
}
