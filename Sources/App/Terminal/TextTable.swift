/// Rows of texts below each other, as wide as there is room for.
struct TextTable {
  /// A text in its place.
  struct Cell: Equatable {
    let text: String
    var tint: Ink.Tint?
  }

  /// The most cells of a text that is no number; of a longer one the beginning is shown.
  static let maxTextCells = 40
  private static let gap = 2

  private(set) var columns: [TableColumn]
  private let rows: [[Cell]]
  private let hasTitles: Bool
  private var extents: [ColumnExtent]

  /// A table; each row has a cell for each column.
  init(_ columns: [TableColumn], _ rows: [[Cell]], hasTitles: Bool = true) {
    self.columns = columns
    self.hasTitles = hasTitles
    self.rows = rows.map { row in zip(row, columns).map { TextTable.shortened($0, $1) } }
    extents = columns.enumerated().map { index, column in
      var extent = ColumnExtent(column.alignment)
      for row in rows where index < row.count {
        extent.widen(for: TextTable.shortened(row[index], column).text)
      }
      if hasTitles { extent.widen(forTitle: column.title) }
      return extent
    }
  }

  /// The lines, that of the titles first. Numbers are never cut: where there is no room, columns are left out.
  func lines(width: Int?, ink: Ink) -> [String] {
    let shown = TextTable.fitting(columns, extents, width)
    var lines: [String] = []
    if hasTitles {
      let titles = shown.map { (columns[$0].title, extents[$0].margins(ofTitle: columns[$0].title), Ink.Tint.bold) }
      lines.append(TextTable.line(titles.map { ($0.0, $0.1, $0.2) }, ink))
    }
    for row in rows {
      let cells = shown.filter { $0 < row.count }
      lines.append(
        TextTable.line(cells.map { (row[$0].text, extents[$0].margins(of: row[$0].text), row[$0].tint) }, ink))
    }
    return lines
  }

  /// The names of the columns that have no room.
  func hidden(width: Int?) -> [String] {
    let shown = Set(TextTable.fitting(columns, extents, width))
    return columns.indices.filter { !shown.contains($0) }.map { columns[$0].key }
  }

  /// Which columns have room, in their order.
  static func fitting(_ columns: [TableColumn], _ extents: [ColumnExtent], _ width: Int?) -> [Int] {
    var shown = Array(columns.indices)
    guard let width else { return shown }
    while shown.count > 1, shown.reduce(-gap, { $0 + extents[$1].width + gap }) > width {
      // Of two that matter as little, the one behind goes.
      guard
        let least = shown.indices.reversed().min(by: { columns[shown[$0]].importance < columns[shown[$1]].importance })
      else { break }
      shown.remove(at: least)
    }
    return shown
  }

  /// Texts with their margins in one line, without blanks at its end.
  static func line(_ cells: [(text: String, margins: (before: Int, behind: Int), tint: Ink.Tint?)], _ ink: Ink)
    -> String
  {
    var (line, blanks) = ("", 0)
    for (index, cell) in cells.enumerated() {
      blanks += (index == 0 ? 0 : gap) + cell.margins.before
      if !cell.text.isEmpty {
        line += TextWidth.blanks(blanks) + ink.paint(cell.text, cell.tint)
        blanks = 0
      }
      blanks += cell.margins.behind
    }
    return line
  }

  private static func shortened(_ cell: Cell, _ column: TableColumn) -> Cell {
    guard column.alignment == .left else { return cell }
    return Cell(text: TextWidth.cut(cell.text, to: maxTextCells), tint: cell.tint)
  }
}
