internal import Model
internal import Wire

/// Sets events below each other as they come: a column grows when a longer text comes, and stays as wide. What has no
/// room in the terminal is left out, least important first.
struct TailLayout {
  /// Members that say nothing a tape would be read for; `--json` has them.
  private static let silent: Set<String> = [
    "type", "id", "is_buyer_maker", "quote_volume", "trades_count",
  ]

  /// What stands in the place of a truth.
  private static let marks = ["is_closed": "closed", "confirmed": "confirmed"]

  /// The time of what has one of these is that of a bar.
  private static let barMembers: Set<String> = ["is_closed", "timeframe"]
  /// The most columns; an event of the API has a dozen.
  private static let maxColumns = 64

  private let hasTitles: Bool
  private let ink: Ink
  private var extents: [String: ColumnExtent] = [:]
  private var titled: [String] = []

  /// A tape that begins with the names of its columns or does not.
  init(hasTitles: Bool, ink: Ink) {
    self.hasTitles = hasTitles
    self.ink = ink
  }

  /// The lines for an event as the API serves it: one, and the names of the columns before the first of its kind.
  mutating func lines(of event: [UInt8], width: Int?) -> [String] {
    guard let members = (try? JSONValue(parsing: event)).flatMap(TailLayout.shown) else { return [] }
    let isBar = members.contains { TailLayout.barMembers.contains($0.key) }
    let columns = members.map { TableColumn($0.key, holdsNumbers: $0.value.isDigits) }
    let cells = members.map { TailLayout.cell($0, isBar: isBar, of: members) }
    if extents.count > TailLayout.maxColumns { extents = [:] }
    for (column, cell) in zip(columns, cells) {
      var extent = extents[column.key] ?? ColumnExtent(column.alignment)
      extent.widen(for: cell.text)
      // What comes now and then has its place from the start.
      if let mark = TailLayout.marks[column.key] { extent.widen(for: mark) }
      if hasTitles { extent.widen(forTitle: column.title) }
      extents[column.key] = extent
    }
    let widths = columns.map { extents[$0.key] ?? ColumnExtent($0.alignment) }
    let places = TextTable.fitting(columns, widths, width)
    var lines: [String] = []
    if hasTitles, titled != columns.map(\.key) {
      titled = columns.map(\.key)
      lines.append(
        TextTable.line(places.map { (columns[$0].title, widths[$0].margins(ofTitle: columns[$0].title), .faint) }, ink))
    }
    lines.append(
      TextTable.line(places.map { (cells[$0].text, widths[$0].margins(of: cells[$0].text), cells[$0].tint) }, ink))
    return lines
  }

  /// The members to be shown, the time first: a spike has it behind all else.
  private static func shown(_ event: JSONValue) -> [JSONValue.Member]? {
    guard case .object(let members) = event else { return nil }
    let kept = members.filter { !silent.contains($0.key) && !$0.value.isNested }
    let ordered = kept.filter { $0.key == "timestamp" } + kept.filter { $0.key != "timestamp" }
    return Array(ordered.prefix(maxColumns))
  }

  private static func cell(
    _ member: JSONValue.Member, isBar: Bool, of members: [JSONValue.Member]
  ) -> TextTable.Cell {
    switch (member.key, member.value) {
    case ("timestamp", .string(let text)):
      let time = isBar ? ShownText.opening(text) : ShownText.clock(text)
      return TextTable.Cell(text: time ?? TextWidth.printable(text), tint: .faint)
    case (let key, .bool(let truth)):
      return TextTable.Cell(text: truth ? marks[key] ?? TextWidth.printable(key) : "", tint: .bold)
    case ("price", _): return TextTable.Cell(text: text(member.value), tint: side(members))
    case ("close", _): return TextTable.Cell(text: text(member.value), tint: direction(members))
    default:
      let text = text(member.value)
      return TextTable.Cell(
        text: member.value.isDigits ? text : TextWidth.cut(text, to: TextTable.maxTextCells),
        tint: ShownText.tint(member.key, member.value))
    }
  }

  private static func text(_ value: JSONValue) -> String { ShownText.scalar(value) ?? "" }

  private static func side(_ members: [JSONValue.Member]) -> Ink.Tint? {
    members.first { $0.key == "side" }.flatMap { ShownText.tint("side", $0.value) }
  }

  /// Green for a candle that stands at or above where it opened.
  private static func direction(_ members: [JSONValue.Member]) -> Ink.Tint? {
    func number(_ key: String) -> FixedDecimal? {
      members.first { $0.key == key }.flatMap { FixedDecimal(text($0.value)) }
    }
    guard let open = number("open"), let close = number("close") else { return nil }
    return close >= open ? .green : .red
  }
}

extension JSONValue {
  fileprivate var isDigits: Bool { if case .number = self { true } else { false } }

  fileprivate var isNested: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
