/// Cells of a terminal: how many a text takes, and how it is brought to a number of them.
enum TextWidth {
  /// Cells of one character: 2 for the wide ones of East Asia, 0 for those that join the one before.
  private static func cells(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return scalar.properties.isEmojiPresentation || wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }

  /// The blocks whose characters are W or F in the Unicode standard (UAX #11, EastAsianWidth.txt), a little rounded up: a
  /// cell too many is a blank, one too few breaks the line.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// How many cells a text takes.
  static func cells(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + cells($1) }
  }

  /// The text without what would move the cursor, change colours or turn the direction of the line: what comes from
  /// outside must not speak to the terminal.
  static func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The text with blanks behind it.
  static func padded(_ text: String, to width: Int) -> String { text + blanks(width - cells(text)) }

  /// So many blanks; none for a negative number.
  static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  /// As much of the text as fits, with an ellipsis where something is missing.
  static func cut(_ text: String, to width: Int) -> String {
    guard cells(text) > width, width > 0 else { return width > 0 ? text : "" }
    var (result, used) = (String.UnicodeScalarView(), 0)
    for scalar in text.unicodeScalars {
      used += cells(scalar)
      if used > width - 1 { break }
      result.append(scalar)
    }
    return String(result) + "…"
  }

  /// The text in lines that break at blanks. A word that is longer than a line is broken where the line ends.
  static func lines(of text: String, width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, cells(line) + 1 + cells(word) > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
      while cells(line) > width {
        let head = prefix(of: line, width: width)
        lines.append(String(head))
        line.unicodeScalars.removeFirst(head.unicodeScalars.count)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// At least one character, so that breaking a text ends.
  private static func prefix(of text: String, width: Int) -> Substring {
    var (end, used) = (text.startIndex, 0)
    while end < text.endIndex {
      used += cells(text.unicodeScalars[end])
      if used > width, end > text.startIndex { break }
      end = text.unicodeScalars.index(after: end)
    }
    return text[..<end]
  }
}
