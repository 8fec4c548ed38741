internal import Contract
internal import Exchanges
internal import Glibc
internal import Model
internal import Wire

/// Recorded frames in one piece of memory, each with its kind.
struct FrameCorpus {
  /// The frames of one kind, or all of them in their order.
  struct Selection {
    let kind: String
    /// Of each frame, where it stands and by which of `decoders` it is read.
    fileprivate(set) var frames: [Frame] = []
  }

  struct Frame {
    let bytes: UnsafeRawBufferPointer
    let exchange: Int
  }

  enum Fault: Error {
    case unreadable(String)
    case unevenLines
    case noMeaning(kind: String, frame: String)
  }

  /// The kind under which the whole corpus is reported.
  static let mixed = "mixed"

  /// By kind in alphabetical order, then the whole.
  let selections: [Selection]
  private let catalog: InstrumentCatalog

  /// A corpus of one frame a line, and the kind of each on the same line of another file. Lives as long as the process.
  init(frames: String, kinds: String) throws(Fault) {
    let lines = try FrameCorpus.lines(of: frames)
    let kinds = try FrameCorpus.lines(of: kinds).map { String(decoding: $0, as: UTF8.self) }
    guard lines.count == kinds.count else { throw .unevenLines }
    try self.init(Array(zip(kinds, lines)))
  }

  /// A corpus of the given frames, each with its kind.
  init(_ frames: [(kind: String, bytes: UnsafeRawBufferPointer)]) throws(Fault) {
    var symbols: Set<String> = []
    for frame in frames { FrameCorpus.collectSymbols(of: frame.bytes, into: &symbols) }
    catalog = FrameCorpus.catalog(of: symbols)
    var whole = Selection(kind: FrameCorpus.mixed)
    var byKind: [String: Selection] = [:]
    var exchanges: [String: Int] = [:]
    for frame in frames {
      if exchanges[frame.kind] == nil {
        exchanges[frame.kind] = try FrameCorpus.exchange(thatReads: frame.bytes, frame.kind, catalog)
      }
      let found = Frame(bytes: frame.bytes, exchange: exchanges[frame.kind] ?? 0)
      byKind[frame.kind, default: Selection(kind: frame.kind)].frames.append(found)
      whole.frames.append(found)
    }
    selections = byKind.values.sorted { $0.kind < $1.kind }.map(FrameCorpus.packed) + [whole]
  }

  /// The same frames one behind the other, as a connection brings them: picked out of the whole they would be fetched from
  /// far apart.
  private static func packed(_ selection: Selection) -> Selection {
    let size = selection.frames.reduce(0) { $0 + $1.bytes.count }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    var (packed, end) = (Selection(kind: selection.kind), 0)
    for frame in selection.frames {
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + frame.bytes.count])
      place.copyMemory(from: frame.bytes)
      packed.frames.append(Frame(bytes: UnsafeRawBufferPointer(place), exchange: frame.exchange))
      end += frame.bytes.count
    }
    return packed
  }

  /// A decoder of each exchange, in the registry's order, as on a new connection.
  var decoders: [any FrameDecoder] { Registry.exchanges.map { $0.makeDecoder(catalog) } }

  /// The exchange in whose decoder a frame has a meaning: the kind's name is no concern of ours.
  private static func exchange(
    thatReads frame: UnsafeRawBufferPointer, _ kind: String, _ catalog: InstrumentCatalog
  ) throws(Fault) -> Int {
    for (index, exchange) in Registry.exchanges.enumerated() {
      var (decoder, buffer) = (exchange.makeDecoder(catalog), EventBuffer())
      if (try? decoder.decode(frame, receiveTime: .epoch, into: &buffer)) != nil, !buffer.events.isEmpty {
        return index
      }
    }
    throw .noMeaning(kind: kind, frame: String(decoding: frame, as: UTF8.self))
  }

  /// What exchanges call an instrument in their frames: any text under these names, and the last word of a topic.
  private static func collectSymbols(of frame: UnsafeRawBufferPointer, into symbols: inout Set<String>) {
    guard let document = try? JSONValue(parsing: frame) else { return }
    var rest = [document]
    while let value = rest.popLast() {
      rest.append(contentsOf: value.array ?? [])
      guard case .object(let members) = value else { continue }
      for member in members {
        rest.append(member.value)
        guard let text = member.value.string else { continue }
        switch member.key {
        case "s", "coin", "instId": symbols.insert(text)
        case "topic": symbols.insert(text.split(separator: ".").last.map(String.init) ?? text)
        default: continue
        }
      }
    }
  }

  private static func catalog(of symbols: Set<String>) -> InstrumentCatalog {
    InstrumentCatalog(
      symbols.sorted().map { symbol in
        Instrument(
          exchange: ExchangeID("bench"), symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual,
          status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
      })
  }

  /// The lines of a file, which stays in memory to the end of the process.
  private static func lines(of path: String) throws(Fault) -> [UnsafeRawBufferPointer] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw .unreadable(path) }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0, let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0),
      start != MAP_FAILED
    else { throw .unreadable(path) }
    return UnsafeRawBufferPointer(start: start, count: size).split(separator: UInt8(ascii: "\n")).map {
      UnsafeRawBufferPointer(rebasing: $0)
    }
  }
}
