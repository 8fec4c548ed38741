/// How wide a column of texts has become, and how a text is set in it.
struct ColumnExtent: Equatable {
  /// Where the texts of a column meet.
  enum Alignment {
    /// At their first character.
    case left
    /// At their last character.
    case right
    /// At the point of decimals, so that digits of one weight stand below each other.
    case point
  }

  private let alignment: Alignment
  /// Up to the point.
  private var before = 0
  /// The point and what follows.
  private var after = 0

  init(_ alignment: Alignment) {
    self.alignment = alignment
  }

  /// Cells of the column.
  var width: Int { before + after }

  /// Makes room for a text.
  mutating func widen(for text: String) {
    let (head, tail) = parts(text)
    before = max(before, head)
    after = max(after, tail)
  }

  /// Makes room for a title, which is set to the left of a column of words and to the right of one of numbers.
  mutating func widen(forTitle title: String) {
    before += max(0, TextWidth.cells(title) - width)
  }

  /// The blanks before and behind a text.
  func margins(of text: String) -> (before: Int, behind: Int) {
    let (head, tail) = parts(text)
    return alignment == .left
      ? (0, max(0, before - head)) : (max(0, before - head), max(0, after - tail))
  }

  /// The blanks before and behind a title.
  func margins(ofTitle title: String) -> (before: Int, behind: Int) {
    let rest = max(0, width - TextWidth.cells(title))
    return alignment == .left ? (0, rest) : (rest, 0)
  }

  private func parts(_ text: String) -> (before: Int, after: Int) {
    guard alignment == .point, let point = text.firstIndex(of: ".") else { return (TextWidth.cells(text), 0) }
    return (TextWidth.cells(text[..<point]), TextWidth.cells(text[point...]))
  }
}
