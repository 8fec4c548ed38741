public import Model
import Wire

/// How an exchange lays out its pages of candles, to the byte: the text of a whole answer with its fields in angle brackets,
/// one row of it between `<each>` and `<more>`.
///
/// ```
/// [<each>[<time>,"<open>","<high>","<low>","<close>","<baseVolume>",<lastTime>,"<quoteVolume>",<tradesCount>]<more>]
/// ```
///
/// Answers that are laid out so are read by it, all others by the names and columns the exchange's reader knows. Both must
/// mean the same: the reader is the reference.
///
/// A candle is over when its `<lastTime>`, the millisecond before its end, had passed before the question was sent; where there
/// is none, when its interval had; and where there is an `<isClosed:…>`, only if that says so.
///
/// Buys: a row takes 73 ns, half of what it costs by its columns.
/// Assumes: what `LayoutCursor` does, and nothing of the answer.
public final class CandleLayouts: Sendable {
  /// An array of more rows than this grows, instead of being made as large as its first row suggests.
  private static let mostForeseen = 2048

  private let layouts: [FrameLayouts]

  /// The given layouts, of which the first that fits is taken; `intervals` are the exchange's words for them.
  public init(_ templates: String..., intervals: [Interval] = []) {
    let words = intervals.map { (word: $0.description, interval: $0) }
    layouts = templates.map { FrameLayouts([FrameLayout(event: .row, template: $0)], intervals: words) }
  }

  /// How many of the layouts given could not be understood.
  public var malformed: Int { layouts.reduce(0) { $0 + $1.malformed } }

  /// The rows of an answer in their order; `nil` when it is laid out otherwise, or has none.
  public func read(_ reply: UpstreamReply, of instrument: Instrument, _ interval: Interval) -> [Candle]? {
    reply.body.withUnsafeBytes { read($0, Page(instrument: instrument, interval: interval, askTime: reply.askTime)) }
  }

  func read(_ body: UnsafeRawBufferPointer, _ page: Page) -> [Candle]? {
    let scratch = LayoutScratch()
    let decimals = UnsafeMutablePointer<FixedDecimal>.allocate(capacity: LayoutRow.slots)
    decimals.initialize(repeating: .zero, count: LayoutRow.slots)
    defer {
      scratch.deallocate()
      decimals.deallocate()
    }
    for layout in layouts where layout.isUsable {
      guard let cursor = LayoutCursor(body, scratch) else { return nil }
      let row = LayoutRow(decimals: decimals, receiveTime: page.askTime)
      if let candles = page.follow(layout, cursor, row) { return candles }
    }
    return nil
  }

  /// What all rows of an answer have in common.
  struct Page {
    let instrument: Instrument
    let interval: Interval
    let askTime: Timestamp

    func follow(_ layout: FrameLayouts, _ start: LayoutCursor, _ empty: LayoutRow) -> [Candle]? {
      var (cursor, step, firstOfRow) = (start, layout.steps, layout.steps)
      var (row, lastTime, candles) = (empty, Int64(0), [Candle]())
      while cursor.take(UnsafeRawPointer(step).assumingMemoryBound(to: LiteralRun.self)) {
        switch step.pointee.field {
        case .open, .high, .low, .close, .baseVolume, .quoteVolume, .decimal:
          guard row.readDecimal(&cursor, into: Int(step.pointee.slot)) else { return nil }
        case .text: guard cursor.takeText() != nil else { return nil }
        case .time:
          guard let time = cursor.takeMilliseconds() else { return nil }
          row.milliseconds = time
        case .lastTime:
          guard let time = cursor.takeMilliseconds() else { return nil }
          lastTime = time
        case .tradesCount:
          guard let count = cursor.takeNumber() else { return nil }
          row.number = count
        case .each: firstOfRow = step + 1
        case .more:
          guard let openTime = Timestamp(milliseconds: row.milliseconds) else { return nil }
          if candles.isEmpty { reserve(&candles, start.remaining, cursor.remaining) }
          // Made where it goes, as it is too wide to be moved.
          candles.append(candle(step.pointee.event, row, openTime, lastTime))
          if cursor.takeComma() {
            step = firstOfRow
            continue
          }
        case .end: return cursor.isAtEnd ? candles : nil
        default: guard row.readRare(step, layout, &cursor) else { return nil }
        }
        step += 1
      }
      return nil
    }

    /// Room for as many rows as there are if they are as long as the first, and some more.
    private func reserve(_ candles: inout [Candle], _ all: Int, _ rest: Int) {
      let rows = all / max(all - rest, 1)
      candles.reserveCapacity(min(rows + rows / 16 + 2, CandleLayouts.mostForeseen))
    }

    @inline(__always) private func candle(
      _ event: LayoutEvent, _ row: LayoutRow, _ openTime: Timestamp, _ lastTime: Int64
    ) -> Candle {
      let interval = event.hasInterval ? row.interval ?? interval : interval
      let isOver =
        event.hasLastTime
        ? lastTime < askTime.milliseconds : interval.endTime(ofCandleAt: openTime) <= askTime
      let decimals = row.decimals
      return Candle(
        instrument: instrument, interval: interval, openTime: openTime, open: decimals[0], high: decimals[1],
        low: decimals[2], close: decimals[3], baseVolume: decimals[4],
        quoteVolume: event.hasQuoteVolume ? decimals[5] : nil, tradesCount: event.hasTradesCount ? row.number : nil,
        isClosed: isOver && (row.isFirst || !event.hasClosedWord), receiveTime: askTime)
    }
  }
}

extension LayoutRow {
  /// Reads a column that not every exchange has.
  @inline(never) fileprivate mutating func readRare(
    _ step: UnsafePointer<FrameLayouts.Step>, _ layout: FrameLayouts, _ cursor: inout LayoutCursor
  ) -> Bool {
    switch step.pointee.field {
    case .number: return cursor.takeNumber() != nil
    case .stamp: return cursor.takeMilliseconds() != nil
    case .interval:
      guard let word = cursor.takeWord(before: step.pointee.mark), let found = layout.interval(word) else {
        return false
      }
      interval = found
    case .isClosed:
      guard let isFirst = cursor.take(layout.choices + Int(step.pointee.choice)) else { return false }
      self.isFirst = isFirst
    case .flag: return cursor.take(layout.choices + Int(step.pointee.choice)) != nil
    default: return step.pointee.field == .none
    }
    return true
  }
}
