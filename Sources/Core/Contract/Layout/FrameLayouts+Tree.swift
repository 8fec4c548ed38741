import Wire

/// Puts templates together: those that begin alike share their first steps.
///
/// The first step below another follows it at once, as a new branch is added in one piece; its siblings name each other.
struct LayoutTree {
  private(set) var steps: [FrameLayouts.Step] = []
  private(set) var choices: [LiteralChoice] = []
  private(set) var malformed = 0
  private var parts: [LayoutTemplate.Part] = []

  /// Adds a layout, or counts it as malformed: all of it or nothing, as half a layout would end nowhere.
  mutating func insert(_ layout: FrameLayout) {
    let parts = LayoutTemplate(layout)?.parts ?? []
    var (made, words): ([FrameLayouts.Step], [LiteralChoice]) = ([], [])
    for part in parts {
      if part.words.count == 2 {
        guard let choice = LiteralChoice(Array(part.words[0].utf8), Array(part.words[1].utf8)) else { break }
        words.append(choice)
      }
      guard let step = FrameLayouts.Step(part, choice: choices.count + words.count - 1) else { break }
      made.append(step)
    }
    guard !made.isEmpty, made.count == parts.count else {
      malformed += 1
      return
    }
    choices += words
    add(parts, made)
  }

  private mutating func add(_ newParts: [LayoutTemplate.Part], _ newSteps: [FrameLayouts.Step]) {
    var (place, known) = (0, 0)
    while place < steps.count, known < newParts.count {
      if parts[place] == newParts[known] {
        (place, known) = (place + 1, known + 1)
      } else if steps[place].sibling != 0 {
        place = Int(steps[place].sibling)
      } else {
        steps[place].sibling = Int16(clamping: steps.count)
        break
      }
    }
    parts += newParts[known...]
    steps += newSteps[known...]
  }
}

extension FrameLayouts.Step {
  fileprivate init?(_ part: LayoutTemplate.Part, choice: Int) {
    guard let run = LiteralRun(part.run), let choice = Int16(exactly: max(choice, 0)) else { return nil }
    self.init(
      run: run, field: part.field, slot: part.field.slot, mark: part.mark, tells: part.event != nil,
      event: part.event ?? .none, choice: choice)
  }
}

extension LayoutField {
  /// Where a decimal is kept until its event is made.
  fileprivate var slot: UInt8 {
    switch self {
    case .price, .open: 0
    case .quantity, .contracts, .high: 1
    case .low: 2
    case .close: 3
    case .baseVolume: 4
    case .quoteVolume: 5
    default: 6
    }
  }
}
