internal import Wire

/// Lays an answer of the API out for people: lists of objects as tables, one object as names and values below each other,
/// what is nested under a heading of its own.
struct AnswerLayout {
  /// What all rows share is said once, above the table.
  private static let shared = ["exchange", "symbol", "interval"]
  /// A map of truths of this name is shown as the list of what is true.
  private static let abilities = "capabilities"
  private static let indent = 2

  private let width: Int?
  private let ink: Ink
  private(set) var lines: [String] = []
  /// The columns for which there was no room.
  private(set) var hidden: [String] = []

  init(_ answer: JSONValue, width: Int?, ink: Ink) {
    self.width = width
    self.ink = ink
    add(answer, title: nil)
  }

  private mutating func add(_ value: JSONValue, title: String?) {
    switch value {
    case .array(let elements): add(elements, title)
    case .object(let members): add(members, title)
    default:
      head(title)
      lines += wrapped(ShownText.scalar(value) ?? "")
    }
  }

  // MARK: Lists

  private mutating func add(_ elements: [JSONValue], _ title: String?) {
    if elements.isEmpty {
      head(title)
      lines.append("(none)")
    } else if elements.allSatisfy(\.isFlatObject) {
      addTable(elements, title)
    } else if elements.allSatisfy(\.isFlatArray) {
      head(title)
      addGrid(elements)
    } else if let words = AnswerLayout.words(elements) {
      head(title)
      lines += wrapped(words)
    } else {
      head(title)
      for element in elements { addBlock(element) }
    }
  }

  private mutating func addTable(_ rows: [JSONValue], _ title: String?) {
    let keys = AnswerLayout.keys(of: rows)
    let common = AnswerLayout.shared.filter { key in
      guard let first = rows[0][key]?.string else { return false }
      return rows.allSatisfy { $0[key]?.string == first }
    }
    head(common.isEmpty ? title : common.compactMap { rows[0][$0].flatMap(ShownText.scalar) }.joined(separator: " "))
    let columns = keys.filter { !common.contains($0) }.map { key in
      TableColumn(
        key, holdsNumbers: rows.contains { $0[key]?.isNumber ?? false },
        // What is said once where all rows share it cannot be missing where they do not.
        importance: AnswerLayout.shared.contains(key) ? TableColumn.identifying : nil)
    }
    var texts = columns.map { column in rows.map { $0[column.key].flatMap(ShownText.scalar) ?? "" } }
    for index in texts.indices { texts[index] = ShownText.withoutSeconds(texts[index]) }
    let cells = rows.enumerated().map { number, row in
      columns.enumerated().map { index, column in
        TextTable.Cell(
          text: texts[index][number], tint: row[column.key].flatMap { ShownText.tint(column.key, $0) })
      }
    }
    add(TextTable(columns, cells))
  }

  /// Rows without names, as exchanges send them themselves.
  private mutating func addGrid(_ rows: [JSONValue]) {
    let arrays = rows.map { $0.array ?? [] }
    let count = arrays.map(\.count).max() ?? 0
    let columns = (0..<count).map { index in
      TableColumn(
        String(index), holdsNumbers: arrays.contains { index < $0.count && $0[index].isNumber })
    }
    let cells = arrays.map { row in
      (0..<count).map { TextTable.Cell(text: $0 < row.count ? ShownText.scalar(row[$0]) ?? "" : "") }
    }
    add(TextTable(columns, cells, hasTitles: false))
  }

  private mutating func add(_ table: TextTable) {
    lines += table.lines(width: width, ink: ink)
    for key in table.hidden(width: width) where !hidden.contains(key) { hidden.append(key) }
  }

  /// An object with something nested in it: its name is the heading, what else it has stands below.
  private mutating func addBlock(_ value: JSONValue) {
    guard case .object(let members) = value, let first = members.first, let name = ShownText.scalar(first.value) else {
      return add(value, title: nil)
    }
    add(Array(members.dropFirst()), name)
  }

  // MARK: Objects

  private mutating func add(_ members: [JSONValue.Member], _ title: String?) {
    if let rows = AnswerLayout.rows(members) { return addTable(rows, title) }
    if members.count == 1, let only = members.first, case .array(let elements) = only.value, title == nil {
      return add(elements, nil)
    }
    head(title)
    let simple = members.compactMap { member in AnswerLayout.text(member).map { (member, $0) } }
    let margin = simple.map { TextWidth.cells(TextWidth.printable($0.0.key)) }.max() ?? 0
    for (member, text) in simple {
      let name = TextWidth.padded(TextWidth.printable(member.key), to: margin + AnswerLayout.indent)
      let parts = wrapped(text, margin: TextWidth.cells(name))
      lines.append(name + ink.paint(parts.first ?? "", ShownText.tint(member.key, member.value)))
      lines += parts.dropFirst().map { TextWidth.blanks(TextWidth.cells(name)) + $0 }
    }
    for member in members where AnswerLayout.text(member) == nil { add(member.value, title: member.key) }
  }

  /// The rows of an object that has one for each name, or null where there is none.
  private static func rows(_ members: [JSONValue.Member]) -> [JSONValue]? {
    let objects = members.filter(\.value.isFlatObject)
    guard !objects.isEmpty, members.allSatisfy({ $0.value == .null || $0.value.isFlatObject }) else { return nil }
    guard objects.allSatisfy({ $0.value["exchange"] != nil }) else { return nil }
    return members.map { member in
      guard member.value == .null, let names = objects.first?.value.members?.map(\.key) else { return member.value }
      return .object(names.map { .init(key: $0, value: $0 == "exchange" ? .string(member.key) : .null) })
    }
  }

  /// What stands beside a member's name; `nil` for what needs a heading.
  private static func text(_ member: JSONValue.Member) -> String? {
    switch member.value {
    case .array(let elements): elements.isEmpty ? "(none)" : words(elements)
    case .object(let flags) where member.key == abilities && flags.allSatisfy({ $0.value.bool != nil }):
      flags.filter { $0.value == .bool(true) }.map { TextWidth.printable($0.key) }.joined(separator: ", ")
    case .object: nil
    default: ShownText.scalar(member.value)
    }
  }

  // MARK: Parts

  /// A heading, with a line of nothing before it where something stands above.
  private mutating func head(_ title: String?) {
    guard let title else { return }
    if !lines.isEmpty { lines.append("") }
    lines += wrapped(TextWidth.printable(title)).map { ink.paint($0, .bold) }
  }

  private func wrapped(_ text: String, margin: Int = 0) -> [String] {
    guard let width else { return [text] }
    return TextWidth.lines(of: text, width: width - margin)
  }

  private static func words(_ elements: [JSONValue]) -> String? {
    let texts = elements.compactMap(ShownText.scalar)
    return texts.count == elements.count ? texts.joined(separator: ", ") : nil
  }

  /// The names of the members, in the order they are first seen.
  private static func keys(of rows: [JSONValue]) -> [String] {
    var (keys, seen): ([String], Set<String>) = ([], [])
    for row in rows {
      for member in row.members ?? [] where seen.insert(member.key).inserted { keys.append(member.key) }
    }
    return keys
  }
}

extension JSONValue {
  fileprivate var isNumber: Bool { if case .number = self { true } else { false } }

  private var isFlat: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  /// An object of nothing nested.
  fileprivate var isFlatObject: Bool { members?.allSatisfy(\.value.isFlat) ?? false }
  /// A list of nothing nested.
  fileprivate var isFlatArray: Bool { array?.allSatisfy(\.isFlat) ?? false }
}
