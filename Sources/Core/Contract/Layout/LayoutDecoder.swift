public import Model
import Wire

/// Reads frames that are laid out as the exchange lays them out today, and leaves all others to its decoder.
///
/// A class, so that no call counts references; belongs to one connection.
public final class LayoutDecoder: FrameDecoder {
  /// The exchange's decoder, which understands every frame.
  public private(set) var general: any FrameDecoder
  /// The list both find instruments in.
  public var instruments: InstrumentCatalog {
    didSet {
      general.instruments = instruments
      symbols = instruments.table
      marks.removeAll()
    }
  }
  /// How many messages were laid out otherwise, and left to the exchange's decoder.
  @exclusivity(unchecked) public private(set) var leftToDecoder = 0
  /// How many of the layouts declared could not be understood.
  public var malformedLayouts: Int { layouts.malformed }
  private let layouts: FrameLayouts
  /// Of the list: a copy, so that a look-up counts no reference.
  @exclusivity(unchecked) private var symbols: SymbolTable
  /// Instruments whose trades the decoder need not read.
  @exclusivity(unchecked) private var marks = InstrumentMarks()
  private let scratch = LayoutScratch()
  private let decimals = UnsafeMutablePointer<FixedDecimal>.allocate(capacity: LayoutRow.slots)

  /// A decoder of the given layouts, before the exchange's own.
  public init(_ layouts: FrameLayouts, before general: any FrameDecoder) {
    self.general = general
    instruments = general.instruments
    symbols = general.instruments.table
    self.layouts = layouts
    decimals.initialize(repeating: .zero, count: LayoutRow.slots)
  }

  deinit {
    scratch.deallocate()
    decimals.deallocate()
    marks.deallocate()
  }

  /// Reads one whole message, as the exchange's decoder would.
  public func decode(
    _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
  ) throws(FrameError) {
    let before = buffer.events.count
    if layouts.isUsable, let cursor = LayoutCursor(message, scratch) {
      var row = LayoutRow(decimals: decimals, receiveTime: receiveTime)
      if follow(cursor, &row, &buffer.events) { return }
      if buffer.events.count > before { buffer.events.removeLast(buffer.events.count - before) }
    }
    leftToDecoder += 1
    marks.removeAll()
    try general.decode(message, receiveTime: receiveTime, into: &buffer)
  }

  /// The instrument of a symbol that is no short key. Not inlined: what comes with few frames would cost registers
  /// in all others.
  @inline(never) private func find(_ symbol: UnsafeRawBufferPointer) -> Instrument? { instruments.find(utf8: symbol) }

  /// Whether an instrument's trades may be taken as they stand.
  @inline(never) private func mayTakeTrades(of instrument: Instrument) -> Bool {
    guard !general.mustReadTrades(of: instrument) else { return false }
    marks.insert(instrument)
    return true
  }

  /// Whether the frame is laid out in one of the ways; if not, events of some of its rows may have been appended.
  private func follow(_ start: LayoutCursor, _ row: inout LayoutRow, _ events: inout [MarketEvent]) -> Bool {
    let (steps, choices) = (layouts.steps, layouts.choices)
    var (cursor, step, firstOfRow) = (start, steps, steps)
    while true {
      guard cursor.take(UnsafeRawPointer(step).assumingMemoryBound(to: LiteralRun.self)) else {
        if step.pointee.sibling == 0 { return false }
        step = steps + Int(step.pointee.sibling)
        continue
      }
      switch step.pointee.field {
      case .each: firstOfRow = step + 1
      case .more:
        if layouts.repeatsTrades, step.pointee.event.kind == .trade, let instrument = row.instrument {
          guard marks.contains(instrument) || mayTakeTrades(of: instrument) else { return false }
        }
        guard row.append(step.pointee.event, to: &events) else { return false }
        if cursor.takeComma() {
          step = firstOfRow
          continue
        }
      case .end:
        guard cursor.isAtEnd else { return false }
        return !step.pointee.tells || row.append(step.pointee.event, to: &events)
      default:
        guard read(step, choices, &cursor, &row) else { return false }
      }
      step += 1
    }
  }

  /// Reads one field into the row.
  @inline(__always) private func read(
    _ step: UnsafePointer<FrameLayouts.Step>, _ choices: UnsafePointer<LiteralChoice>, _ cursor: inout LayoutCursor,
    _ row: inout LayoutRow
  ) -> Bool {
    switch step.pointee.field {
    case .price, .quantity, .contracts, .open, .high, .low, .close, .baseVolume, .quoteVolume, .decimal:
      return row.readDecimal(&cursor, into: Int(step.pointee.slot))
    case .text: return cursor.takeText() != nil
    case .number: return cursor.takeNumber() != nil
    case .stamp: return cursor.takeMilliseconds() != nil
    case .time:
      guard let time = cursor.takeMilliseconds() else { return false }
      row.milliseconds = time
    case .symbol:
      row.search = cursor.takeKey().map { symbols.begin($0) }
      if row.search != nil { return true }
      row.named = cursor.takeText().flatMap { find($0) }
      return row.named != nil
    case .id, .tradesCount:
      guard let number = cursor.takeNumber() else { return false }
      row.number = number
    case .textID:
      row.uuid = cursor.takeUUID()
      if row.uuid != nil { return true }
      guard let text = cursor.takeText() else { return false }
      row.text = text
    case .interval:
      guard let word = cursor.takeWord(before: step.pointee.mark), let interval = layouts.interval(word) else {
        return false
      }
      row.interval = interval
    case .aggressor, .liquidated, .isClosed:
      guard let isFirst = cursor.take(choices + Int(step.pointee.choice)) else { return false }
      row.isFirst = isFirst
    case .flag: return cursor.take(choices + Int(step.pointee.choice)) != nil
    case .none, .lastTime, .each, .more, .end: break
    }
    return true
  }
}
