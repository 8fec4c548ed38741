/// The layouts and refusals of a recording, by name, for the declarations that use them.
struct RecordedWords {
  private let layouts: [String: Layout]
  private let instruments: [RecordedInstrument]
  private var refusals: [String: RecordedRefusal] = [:]

  init(_ node: RecordingNode, _ files: RecordingFiles, instruments: [RecordedInstrument]) throws(RecordingError) {
    let file = try node.text("layouts")
    var layouts: [String: Layout] = [:]
    for line in try files.lines(of: file) {
      guard let space = line.firstIndex(of: " ") else { throw RecordingError(file, "a line has no layout") }
      let layout = try Layout(line[line.index(after: space)...], file: file)
      guard layouts.updateValue(layout, forKey: String(line[..<space])) == nil else {
        throw RecordingError(file, "\(line[..<space]) stands there twice")
      }
    }
    self.layouts = layouts
    self.instruments = instruments
    for (name, member) in try node.node("errors").members() {
      refusals[name] = RecordedRefusal(
        status: Int(try member.integer("status", in: 200...599)), layout: try layout(member, "layout"),
        contentType: try member["type"]?.text())
    }
  }

  /// The layout a member names; for one that prints rows, with the name of their tape.
  func layout(_ node: RecordingNode, _ name: String, rowsOf tape: String? = nil) throws(RecordingError) -> Layout {
    let member = try node.node(name)
    guard let layout = layouts[try member.text()] else { throw member.fault("is no layout") }
    for source in layout.sources where !isKnown(source, rowsOf: tape) {
      throw member.fault("\(source) is in no tape of some symbol")
    }
    return layout
  }

  /// The refusal a member names.
  func refusal(_ node: RecordingNode, _ name: String) throws(RecordingError) -> RecordedRefusal {
    let member = try node.node(name)
    guard let refusal = refusals[try member.text()] else { throw member.fault("is no error") }
    return refusal
  }

  /// Whether every instrument has a tape.
  func tape(_ node: RecordingNode) throws(RecordingError) -> String {
    let name = try node.text("tape")
    guard instruments.allSatisfy({ $0.tapes[name] != nil }) else { throw node.fault("\(name) is no tape") }
    return name
  }

  private func isKnown(_ source: LayoutSource, rowsOf tape: String?) -> Bool {
    instruments.allSatisfy { instrument in
      switch source {
      case .instrument(let field): instrument.fields[field] != nil
      case .latest(let tape, let field), .next(let tape, let field): instrument.hasField(field, tape: tape)
      case .row(let field): tape.map { instrument.hasField(field, tape: $0) } ?? false
      default: true
      }
    }
  }
}

/// An answer that refuses.
struct RecordedRefusal: Sendable, Error {
  let status: Int
  let layout: Layout
  /// Where it is not the exchange's usual one.
  let contentType: String?
  /// The exchange's name of the parameter it is about.
  var parameter: String?

  init(status: Int, layout: Layout, contentType: String?) {
    self.status = status
    self.layout = layout
    self.contentType = contentType
  }

  func about(_ parameter: String) -> RecordedRefusal {
    var refusal = self
    refusal.parameter = parameter
    return refusal
  }
}

/// A budget an exchange counts requests against, and the header it tells the count in.
struct RecordedUsageRule: Sendable {
  let header: String
  let windowMilliseconds: Int64
  /// The most a window may hold, and what is answered beyond.
  let most: Int64
  let over: RecordedRefusal

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    header = try node.text("header")
    windowMilliseconds = try node.integer("windowMilliseconds", in: 1...86_400_000)
    most = try node.integer("most")
    over = try words.refusal(node, "over")
  }
}
