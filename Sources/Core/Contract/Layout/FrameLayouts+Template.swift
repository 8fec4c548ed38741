import Wire

/// A template cut into runs of text, each with the field that follows it.
struct LayoutTemplate {
  /// A run and the field behind it.
  struct Part: Hashable {
    let run: [UInt8]
    let field: LayoutField
    /// The two words of a field that has them.
    let words: [String]
    /// The first byte after an interval, which ends with it; else 0.
    let mark: UInt8
    /// What is told where an element or the frame ends.
    let event: LayoutEvent?
  }

  let parts: [Part]

  /// `nil` when the template is not well formed, or lacks a field that its event must have.
  init?(_ layout: FrameLayout) {
    let pieces = layout.template.split(separator: "<", omittingEmptySubsequences: false)
    guard let head = pieces.first, !head.contains(">") else { return nil }
    var (runs, fields): ([Substring], [(field: LayoutField, words: [String])]) = ([head], [])
    for piece in pieces.dropFirst() {
      let halves = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
      let names = halves[0].split(separator: ":", maxSplits: 1)
      guard halves.count == 2, let name = names.first, let field = LayoutField(name) else { return nil }
      let words = names.dropFirst().first.map { $0.split(separator: "|").map(String.init) } ?? []
      guard words.count == (LayoutTemplate.choices.contains(field) ? 2 : 0) else { return nil }
      fields.append((field, words))
      runs.append(halves[1])
    }
    guard let event = LayoutEvent(layout.event, Set(fields.map(\.field))) else { return nil }
    let isRow = fields.contains { $0.field == .more }
    guard fields.filter({ $0.field == .each }).count == (isRow ? 1 : 0) else { return nil }
    fields.append((.end, []))
    parts = zip(runs, fields).enumerated().flatMap { index, part in
      let mark = part.1.field == .interval && index + 1 < runs.count ? runs[index + 1].utf8.first : nil
      // A frame of rows has told all of them by its end.
      let told = part.1.field == .more || (part.1.field == .end && !isRow) ? event : nil
      return LayoutTemplate.parts(Array(part.0.utf8), part.1.field, part.1.words, mark: mark ?? 0, told)
    }
  }

  /// A run that is too long for one is several, with nothing between them.
  private static func parts(
    _ run: [UInt8], _ field: LayoutField, _ words: [String], mark: UInt8, _ event: LayoutEvent?
  ) -> [Part] {
    var (parts, rest): ([Part], ArraySlice<UInt8>) = ([], run[...])
    while rest.count > LiteralRun.maxCount {
      let run = Array(rest.prefix(LiteralRun.maxCount))
      parts.append(Part(run: run, field: .none, words: [], mark: 0, event: nil))
      rest = rest.dropFirst(LiteralRun.maxCount)
    }
    return parts + [Part(run: Array(rest), field: field, words: words, mark: mark, event: event)]
  }

  private static let choices: Set<LayoutField> = [.aggressor, .liquidated, .isClosed, .flag]
}

/// What is made of the fields of a frame or of one of its rows.
struct LayoutEvent: Hashable {
  let kind: FrameLayout.Event
  /// Whether the quantity counts contracts.
  let countsContracts: Bool
  let hasTextID: Bool
  let hasQuoteVolume: Bool
  let hasTradesCount: Bool
  /// Whether a row names its last millisecond, its interval, and by a word whether it is over.
  let hasLastTime: Bool
  let hasInterval: Bool
  let hasClosedWord: Bool

  /// Where nothing is told.
  static let none = LayoutEvent(kind: .trade)

  private init(kind: FrameLayout.Event) {
    self.kind = kind
    (countsContracts, hasTextID, hasQuoteVolume, hasTradesCount) = (false, false, false, false)
    (hasLastTime, hasInterval, hasClosedWord) = (false, false, false)
  }

  /// `nil` when a field is missing.
  init?(_ kind: FrameLayout.Event, _ fields: Set<LayoutField>) {
    let needed: Set<LayoutField> =
      switch kind {
      case .trade: [.symbol, .price, .aggressor, .time]
      case .candle: [.symbol, .interval, .time, .open, .high, .low, .close, .baseVolume]
      case .liquidation: [.symbol, .price, .liquidated, .time]
      case .row: [.each, .time, .open, .high, .low, .close, .baseVolume]
      }
    guard fields.isSuperset(of: needed) else { return nil }
    let isCandle = kind == .candle || kind == .row
    guard isCandle || fields.contains(.quantity) != fields.contains(.contracts) else { return nil }
    guard kind != .trade || fields.contains(.id) != fields.contains(.textID) else { return nil }
    self.kind = kind
    countsContracts = fields.contains(.contracts)
    hasTextID = fields.contains(.textID)
    hasQuoteVolume = fields.contains(.quoteVolume)
    hasTradesCount = fields.contains(.tradesCount)
    hasLastTime = fields.contains(.lastTime)
    hasInterval = fields.contains(.interval)
    hasClosedWord = fields.contains(.isClosed)
  }
}
