public import Model
import Wire

/// The layouts of one exchange, made into one tree of steps: where two differ, the one declared first is looked at first.
///
/// Made once for all connections of an exchange, and immutable: unchecked, as its tables are memory of its own, which is read
/// without counting references.
public final class FrameLayouts: @unchecked Sendable {
  /// A run of text and the field behind it. The step after it follows in memory.
  struct Step {
    let run: LiteralRun
    let field: LayoutField
    /// Which decimal of the event it is.
    let slot: UInt8
    /// The byte that ends an interval.
    let mark: UInt8
    /// Whether an event is made here, and which.
    let tells: Bool
    let event: LayoutEvent
    /// Where in `choices` the two words are.
    let choice: Int16
    /// The step to be tried where this one's run does not stand; 0 for none.
    var sibling: Int16 = 0
  }

  let steps: UnsafePointer<Step>
  let choices: UnsafePointer<LiteralChoice>
  /// Whether a subscription to trades begins with trades of before: the decoder is asked which trades it must read.
  let repeatsTrades: Bool
  private let intervals: UnsafePointer<(word: ShortText, interval: Interval)>
  private let intervalCount: Int
  /// Whether there are any.
  let isUsable: Bool
  /// How many of the layouts given could not be understood, and are not there.
  public let malformed: Int

  /// The given layouts; `intervals` are the exchange's words for them, as they stand in its frames.
  public init(
    _ layouts: [FrameLayout], intervals: [(word: String, interval: Interval)] = [], repeatsTrades: Bool = false
  ) {
    var tree = LayoutTree()
    for layout in layouts { tree.insert(layout) }
    steps = FrameLayouts.memory(of: tree.steps)
    choices = FrameLayouts.memory(of: tree.choices)
    isUsable = !tree.steps.isEmpty
    malformed = tree.malformed
    self.repeatsTrades = repeatsTrades
    intervalCount = intervals.count
    self.intervals = FrameLayouts.memory(
      of: intervals.map { pair in (Array(pair.word.utf8).withUnsafeBytes { ShortText($0) }, pair.interval) })
  }

  deinit {
    steps.deallocate()
    choices.deallocate()
    intervals.deallocate()
  }

  private static func memory<Element>(of elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    for (index, element) in elements.enumerated() { (memory + index).initialize(to: element) }
    return UnsafePointer(memory)
  }

  /// The interval of a word.
  func interval(_ word: ShortText) -> Interval? {
    for index in 0..<intervalCount where intervals[index].word == word { return intervals[index].interval }
    return nil
  }
}
