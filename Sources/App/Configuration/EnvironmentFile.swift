/// Reads a `.env` file: one `NAME=value` a line, `#` for comments, an optional `export`, values in single or double quotes.
enum EnvironmentFile {
  static func parse(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      var line = trimmed(line)
      guard !line.isEmpty, line.first != "#" else { continue }
      if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let name = trimmed(line[..<equals])
      guard !name.isEmpty else { continue }
      values[String(name)] = value(trimmed(line[line.index(after: equals)...]))
    }
    return values
  }

  private static func value(_ text: Substring) -> String {
    if let quote = text.first, quote == "\"" || quote == "'" {
      let rest = text.dropFirst()
      if let end = rest.firstIndex(of: quote) { return String(rest[..<end]) }
    }
    // A comment after a bare value needs a space before it: `#` may be part of a value.
    guard let comment = text.range(of: " #") else { return String(text) }
    return String(trimmed(text[..<comment]))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
    return text
  }
}

extension Substring {
  /// Where another text first begins in this one.
  fileprivate func range(of other: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(other) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}
