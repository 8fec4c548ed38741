/// A text with `${…}` where values stand: the bytes an exchange sends, as data.
///
/// `${name}` is replaced by the value; `${name:3}` by the number rounded to three places, `${name:trim}` by it without
/// zeros at the end of its fraction, `${name:uuid}` by a UUID of it; `${name?yes:no}` by one of two words, depending on a
/// flag.
struct Layout: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case literal([UInt8])
    case value(LayoutSource, Form)
  }

  /// How a value is printed.
  enum Form: Sendable, Equatable {
    case plain
    case places(UInt8)
    case trimmed
    case uuid
    case words(Words)
  }

  /// What is printed for a flag that stands, and for one that does not.
  struct Words: Sendable, Equatable {
    let yes: String
    let no: String
  }

  private(set) var parts: [Part] = []

  /// Reads a layout; the error names the first thing that is none.
  init(_ text: Substring, file: String) throws(RecordingError) {
    var rest = text
    while let opening = rest.firstRange(of: "${") {
      if opening.lowerBound > rest.startIndex { parts.append(.literal(Array(rest[..<opening.lowerBound].utf8))) }
      rest = rest[opening.upperBound...]
      guard let closing = rest.firstIndex(of: "}"), let part = Layout.part(rest[..<closing]) else {
        throw RecordingError(file, "no value is called \(rest.prefix(40))")
      }
      parts.append(part)
      rest = rest[rest.index(after: closing)...]
    }
    if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
  }

  /// The sources of its values.
  var sources: [LayoutSource] {
    parts.compactMap { part in
      if case .value(let source, _) = part { source } else { nil }
    }
  }

  /// The text with the values of a scope; a value the scope lacks is `null`.
  func bytes(_ scope: LayoutScope) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .literal(let text): bytes.append(contentsOf: text)
      case .value(let source, let form): (scope.value(of: source) ?? .text("null")).append(to: &bytes, form: form)
      }
    }
    return bytes
  }

  private static func part(_ text: Substring) -> Part? {
    if let question = text.firstIndex(of: "?") {
      let words = text[text.index(after: question)...].split(separator: ":", omittingEmptySubsequences: false)
      guard words.count == 2, let source = LayoutSource(text[..<question]) else { return nil }
      return .value(source, .words(Words(yes: String(words[0]), no: String(words[1]))))
    }
    guard let colon = text.firstIndex(of: ":") else {
      return LayoutSource(text).map { .value($0, .plain) }
    }
    guard let source = LayoutSource(text[..<colon]) else { return nil }
    switch text[text.index(after: colon)...] {
    case "trim": return .value(source, .trimmed)
    case "uuid": return .value(source, .uuid)
    case let count:
      guard let places = UInt8(count), places <= 12 else { return nil }
      return .value(source, .places(places))
    }
  }
}

extension Substring {
  /// The first place of a short text.
  fileprivate func firstRange(of text: StaticString) -> Range<Index>? {
    let wanted = text.withUTF8Buffer { Array($0) }
    var start = utf8.startIndex
    while start < utf8.endIndex {
      if utf8[start...].starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
      start = utf8.index(after: start)
    }
    return nil
  }
}
