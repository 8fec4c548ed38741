import Contract
import Exchanges
import Model
import Support
import Testing

/// The layouts of every exchange against its own decoder: the same events, counts and errors for the recorded frames, and for
/// those frames changed in many ways.
@Suite struct FrameLayoutsOfExchangesTests {
  /// What a message means, or where it is wrong.
  private enum Meaning: Equatable {
    case events([MarketEvent], counts: [Int])
    case fault(FrameError)
  }

  /// Both decoders of a connection, given the same.
  private final class Pair {
    var layouts: LayoutDecoder
    var general: any FrameDecoder

    init?(_ exchange: any ExchangeInterface, _ catalog: InstrumentCatalog) {
      guard let layouts = exchange.makeDecoder(catalog) as? LayoutDecoder else { return nil }
      self.layouts = layouts
      general = (exchange.makeDecoder(catalog) as? LayoutDecoder)?.general ?? layouts
    }

    /// Whether both agree, and whether a layout did the reading.
    func agree(on message: UnsafeRawBufferPointer) -> (agree: Bool, isLaidOut: Bool) {
      let before = layouts.leftToDecoder
      let found = Pair.meaning { (buffer) throws(FrameError) in
        try layouts.decode(message, receiveTime: .epoch, into: &buffer)
      }
      let expected = Pair.meaning { (buffer) throws(FrameError) in
        try general.decode(message, receiveTime: .epoch, into: &buffer)
      }
      return (found == expected, layouts.leftToDecoder == before)
    }

    private static func meaning(_ decode: (inout EventBuffer) throws(FrameError) -> Void) -> Meaning {
      var buffer = EventBuffer()
      do throws(FrameError) {
        try decode(&buffer)
      } catch {
        return .fault(error)
      }
      return .events(
        buffer.events,
        counts: [
          buffer.signals.count, buffer.unknownInstruments, buffer.leftOut, buffer.unrepresentable, buffer.unknownFields,
          buffer.unknownMessages,
        ])
    }
  }

  private static let symbols = [
    "BTCUSDT", "XRPUSDT", "MANTAUSDT", "ROSEUSDT", "BTC", "ETH", "@1", "BTC-USDT-SWAP", "CELO-USDT-SWAP", "BTC-USDT",
    "UNI-USD-SWAP", "BTC-USD", "币安人生USDT",
  ]

  static let names = Registry.exchanges.map(\.id.name)

  private func exchange(_ name: String) throws -> any ExchangeInterface {
    try #require(Registry.exchanges.first { $0.id.name == name })
  }

  private func catalog(_ exchange: any ExchangeInterface) -> InstrumentCatalog {
    InstrumentCatalog(
      Self.symbols.map { symbol in
        Instrument(
          exchange: exchange.id, symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual, status: .trading,
          tickSize: nil, stepSize: nil, contractSize: FixedDecimal("0.01") ?? .zero, fundingIntervalHours: 8)
      })
  }

  private func frames(_ exchange: any ExchangeInterface) throws -> [[UInt8]] {
    try Fixture.paths(
      "\(exchange.id.name.prefix(1).uppercased())\(exchange.id.name.dropFirst())/ws", endingWith: ".jsonl"
    )
    .flatMap { try Fixture.lines($0) }.map { Array($0.utf8) }
  }

  @Test(arguments: names) func everyRecordedFrameMeansTheSame(name: String) throws {
    let exchange = try exchange(name)
    let pair = try #require(Pair(exchange, catalog(exchange)))
    var (laidOut, differing): (Int, [String]) = (0, [])
    // Twice, as the first trades of a coin may be the decoder's.
    for frame in try frames(exchange) + frames(exchange) {
      let (agree, isLaidOut) = frame.withUnsafeBytes { pair.agree(on: $0) }
      if !agree { differing.append(String(decoding: frame, as: UTF8.self)) }
      if isLaidOut { laidOut += 1 }
    }
    #expect(differing.isEmpty)
    #expect(laidOut > 0)
  }

  /// Of each layout one frame: cut, with other bytes in every place, with spaces, with a byte more at its end, before memory
  /// that may not be read.
  @Test(arguments: names) func changedFramesMeanTheSame(name: String) throws {
    let exchange = try exchange(name)
    let pair = try #require(Pair(exchange, catalog(exchange)))
    var (shapes, differing): (Set<[UInt8]>, [String]) = ([], [])
    for (number, frame) in (try frames(exchange) + frames(exchange)).enumerated() {
      guard frame.withUnsafeBytes({ pair.agree(on: $0) }).isLaidOut else { continue }
      // Two frames have a layout in common when they differ in digits alone.
      let shape = frame.filter { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard shapes.count < 6, shapes.insert(shape).inserted else { continue }
      for changed in Self.changes(of: frame, from: number % Self.step) {
        guard try LastPage.holding(changed, { !pair.agree(on: $0).agree }) else { continue }
        differing.append(String(decoding: changed, as: UTF8.self))
      }
    }
    #expect(differing.isEmpty)
    #expect(shapes.count > 1)
  }

  /// Every so many places, others in each frame; the fuzzer does the rest.
  private static let step = 97

  private static func changes(of frame: [UInt8], from first: Int) -> [[UInt8]] {
    var changes = [frame + [0x20], frame + frame, frame + [0]]
    for place in stride(from: first, to: frame.count, by: step) {
      changes.append(Array(frame[..<place]))
      for byte in [0x20, 0x22, 0x2e, 0x30, 0x5c, 0xff] as [UInt8] {
        var changed = frame
        changed[place] = byte
        changes.append(changed)
      }
      for inserted in [" ", "0", "\"x\":1,"] {
        changes.append(Array(frame[..<place]) + Array(inserted.utf8) + Array(frame[place...]))
      }
      changes.append(Array(frame[..<place]) + Array(frame[(place + 1)...]))
    }
    return changes
  }

  @Test(arguments: names) func everyLayoutIsUnderstood(name: String) throws {
    let exchange = try exchange(name)
    let decoder = try #require(exchange.makeDecoder(catalog(exchange)) as? LayoutDecoder)
    #expect(decoder.malformedLayouts == 0)
  }
}
